"""Where the demonstration happens: a workspace of its own in a temporary folder, and nothing outside it."""

import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import mailer
from mailer.settings.environment import PREFIX
from mailer.words import Text
from mailer.workspace.beginning import begin
from mailer.workspace.folder import Workspace, open_workspace

CAMPAIGN = "relation-clients"
SECOND = "suite"
LIST = "sample"
_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """A workspace whose way out is a catcher, and the addresses of what answers."""

    workspace: Workspace
    site_port: int
    inbox_port: int

    @property
    def site(self) -> str:
        """The members' site."""
        return f"http://127.0.0.1:{self.site_port}"

    @property
    def inbox(self) -> str:
        """The web inbox."""
        return f"http://127.0.0.1:{self.inbox_port}"


@contextmanager
def premises(smtp_port: int, port: int, language: str) -> Iterator[Premises]:
    """Made for the demonstration, gone after it. `port` is the site's, the next one the inbox's; 0: any."""
    folder = Path(tempfile.mkdtemp(prefix="mailer-demo-"))
    try:
        begin(folder)
        site_port, inbox_port = (port, port + 1) if port else _free_ports()
        _settle(folder, smtp_port, site_port)
        (folder / f"campaigns/{SECOND}.md").write_text(_second(language), encoding="utf-8")
        yield Premises(workspace=open_workspace(folder, {}), site_port=site_port, inbox_port=inbox_port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _settle(folder: Path, smtp_port: int, site_port: int) -> None:
    """The sample's settings, with the catcher as the only way out; its questionnaire never closes."""
    path = folder / "mailer.toml"
    text = path.read_text(encoding="utf-8")
    transport = (
        f'[transport]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {smtp_port}\nsecurity = "none"\n'
        f"connections = {_CONNECTIONS}\n"
    )
    text = re.sub(r"(?m)^\[transport\]\n(?:^(?!\[).*\n)*", transport, text, count=1)
    text = re.sub(r'(?m)^url = "http[^"]*"', f'url = "http://127.0.0.1:{site_port}"', text, count=1)
    path.write_text(text, encoding="utf-8")
    questions = folder / f"campaigns/{CAMPAIGN}/questionnaire.toml"
    text = questions.read_text(encoding="utf-8")
    questions.write_text(re.sub(r"(?m)^closes\b.*\n", "", text), encoding="utf-8")


def _second(language: str) -> str:
    """A second campaign: whoever left after the first does not get it."""
    subject = Text("What you answered").say(language)
    body = Text("Thank you for your answers: we publish them on Monday.").say(language)
    return (
        f'+++\nsubject = "{subject}"\nlists = ["{LIST}"]\nsample = true\nlanguage = "{language}"\n+++\n\n'
        f"# {subject}\n\n{body}\n"
    )


def command(*words: str) -> list[str]:
    """`mailer …` as a process of its own, by the same interpreter and the same program."""
    return [sys.executable, "-m", "mailer", *words]


def environment(language: str) -> dict[str, str]:
    """Without this machine's own settings of mailer: the demonstration's are in its folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    program = str(Path(mailer.__file__).parents[1])
    return dict(kept, PYTHONPATH=program, PYTHONIOENCODING="utf-8", LANGUAGE=language)
