"""An author at work in a workspace of a test: writes files, reads the draft, renders the message."""

import email
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from struct import pack

from mailer.findings import Finding, Level
from mailer.workspace.drafts import Draft, read_draft
from mailer.workspace.folder import Workspace, open_workspace
from mailer.workspace.rendering import Rendered, render

SLUG = "tract"
FILE = f"campaigns/{SLUG}.md"
BODY_LINE = 9  # of the body that `campaign` writes, when `front` is one line
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.4\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """`environ` stands for MAILER_… variables."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened now."""
        return open_workspace(self.root, self.environ)

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace `old`, which stands once in a file; the line it stands on."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        (self.root / name).write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def campaign(self, body: str = "Un texte.", front: str = "", slug: str = SLUG) -> Path:
        """A campaign of one tract to the sample."""
        head = f'+++\nsubject = "Essai"\nlists = ["sample"]\n{front}\n+++\n'
        return self.write(f"campaigns/{slug}.md", f"{head}\n# Titre\n\n{body}\n")

    def beside(self, files: Mapping[str, bytes]) -> None:
        """Files in the campaign's own folder."""
        for name, content in files.items():
            self.write(f"campaigns/{SLUG}/{name}", content)

    def draft(self, slug: str = SLUG) -> Draft:
        """The campaign as `check` reads it."""
        return read_draft(self.workspace, self.root / f"campaigns/{slug}.md")

    def findings(self, slug: str = SLUG) -> tuple[Finding, ...]:
        """What `check` finds in it."""
        return self.draft(slug).findings

    def errors(self, slug: str = SLUG) -> list[tuple[str, str]]:
        """(code, place) of its errors."""
        return [(one.code, str(one.place)) for one in self.findings(slug) if one.level is Level.ERROR]

    def render(self, email_: str | None = None, slug: str = SLUG) -> Rendered:
        """What `render` writes into `out`."""
        return render(self.workspace, slug, email_, self.root / "out", NOW)

    def letter(self, email_: str | None = None) -> EmailMessage:
        """The message, as an independent parser reads it, without a defect."""
        self.render(email_)
        message = email.message_from_bytes((self.root / f"out/{SLUG}.eml").read_bytes(), policy=default)
        assert not [part.defects for part in message.walk() if part.defects]
        assert isinstance(message, EmailMessage)
        return message


def copy(source: Path, target: Path) -> Author:
    """An author in a copy of a workspace."""
    return Author(root=shutil.copytree(source, target))


def body(message: EmailMessage, kind: str) -> str:
    """The plain or the HTML text of a message, its lines ending in LF."""
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def png(width: int = 4, height: int = 3, weight: int = 0) -> bytes:
    """A grey PNG; `weight` bytes more in a chunk that nobody reads."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    extra = chunk(b"teXt", b"a" * weight) if weight else b""
    whole = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole
