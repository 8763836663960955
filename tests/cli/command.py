"""The command `mailer` run as a person runs it: a process of its own, in a folder, with an environment."""

import email
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "mailer"]
# What the machine that runs the tests would otherwise say of its owner.
_PERSONAL = ("LANG", "LC_", "MAILER_", "GIT_", "NO_COLOR", "PYTHON", "TERM", "FORCE_COLOR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came back."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of the result."""
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        """The result of a `--json`."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailer:
    """Runs in `folder`, in English; a test says otherwise by keywords, None taking a variable away."""

    folder: Path

    def __call__(self, *arguments: str, cwd: Path | None = None, **environ: str | None) -> Run:
        """Run one command to its end; whatever it is given, no trace of the program may show."""
        encoding = environ.get("PYTHONIOENCODING") or "utf-8"
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=cwd or self.folder,
            env=environment(**environ),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )
        run = Run(code=done.returncode, out=done.stdout.decode(encoding), err=done.stderr.decode(encoding))
        assert "Traceback" not in run.err + run.out
        return run

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which stands there once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")

    def campaign(
        self, slug: str, body: str = "Un texte.", front: str = "", lists: str = '["sample"]'
    ) -> Path:
        """A campaign of one tract; the body begins on its line 8 (7 and the lines of `front`)."""
        text = f'+++\nsubject = "Essai"\nlists = {lists}\n{front}+++\n\n# Titre\n\n{body}\n'
        return self.write(f"campaigns/{slug}.md", text)


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment without its owner's settings, in English, then `changes`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PERSONAL)}
    kept |= {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8", "LANGUAGE": "en"}
    wanted: dict[str, str | None] = {**kept, **changes}
    return {name: value for name, value in wanted.items() if value is not None}


def letter(path: Path) -> EmailMessage:
    """An .eml as Python's own parser reads it, without a defect."""
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert not [part.defects for part in message.walk() if part.defects]
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    """The plain or the HTML text of a message, its lines ending in LF."""
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
