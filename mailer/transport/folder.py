"""The folder: each message as an .eml file. Nothing leaves by mistake."""

import os
import re
from pathlib import Path

from mailer.delivery import Kind, Outcome, Phase
from mailer.model import Mark, Message


class Folder:
    """Writes into `path`, made if need be, for the owner alone (0700, files 0600)."""

    connections = 1

    def __init__(self, path: Path) -> None:
        self._path = path

    async def open(self) -> "Folder | Outcome":
        """Itself; or what is wrong with the folder."""
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            return _away(fault)
        return self

    async def send(self, message: Message, mark: Mark) -> Outcome:
        """A file named by the Message-ID, so the same message is always the same file."""
        leaving = await mark()
        if leaving is None:
            return Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="not-marked", lost=True)
        name = re.sub(r"[^a-z0-9]", "", message.message_id.partition("@")[0])
        path = self._path / f"{name}.eml"
        beside = path.with_suffix(".part")
        try:
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.writelines((leaving.header, b"\r\n", *leaving.pieces))
            beside.replace(path)
        except OSError as fault:
            return _away(fault)
        return Outcome(kind=Kind.SENT, phase=Phase.DOT)

    async def close(self) -> None:
        """Nothing is open."""


def _away(fault: OSError) -> Outcome:
    text = fault.strerror or type(fault).__name__
    return Outcome(
        kind=Kind.UNTRIED, phase=Phase.CONNECT, reason="folder", text=text[:500], lost=True, halt=True
    )
