"""POP3 (RFC 1939): letters by their unique ids; left on the server, since it has no other mark than gone."""

import contextlib
import hashlib
import poplib
import ssl
from collections.abc import Iterator
from typing import Any

from mailer.mailboxes.letters import MOST, PATIENCE_S, Letter
from mailer.mailboxes.places import Place, refused, unreachable

_LINE = MOST  # bytes: HTML may come as one line, and poplib gives up after 2048
_LINES = 2000  # of a letter longer than `MOST`


class _Long:
    """Reads lines as long as they come, up to `_LINE`."""

    file: Any

    def _getline(self) -> tuple[bytes, int]:
        line = self.file.readline(_LINE + 1)
        if not line:
            raise EOFError
        if len(line) > _LINE:
            raise ConnectionError("a line that does not end")
        return line.rstrip(b"\r\n"), len(line)


class _Tls(_Long, poplib.POP3_SSL):
    """With TLS from the first byte."""


class _Clear(_Long, poplib.POP3):
    """Without: this machine only."""


class Pop:
    """One account."""

    def __init__(self, place: Place, password: str) -> None:
        """Connects and logs in; the certificate is verified always."""
        self.name = place.host
        self._place = place
        self._read: dict[str, str] = {}  # unique id -> its mark, of what is still there
        with unreachable(place):
            if place.tls:
                context = ssl.create_default_context()
                self._client: Any = _Tls(place.host, place.port, timeout=PATIENCE_S, context=context)
            else:
                self._client = _Clear(place.host, place.port, timeout=PATIENCE_S)
        try:
            with unreachable(place):
                self._log_in(password)
        except BaseException:
            self.close()
            raise

    def _log_in(self, password: str) -> None:
        self._client.encoding = "UTF-8"
        try:
            self._client.user(self._place.user)
            self._client.pass_(password)
        except poplib.error_proto:
            raise refused(self._place) from None

    @property
    def position(self) -> str:
        """A short mark of each letter that was read and is still there."""
        return " ".join(self._read.values())

    def letters(self, after: str) -> Iterator[Letter]:
        known = set(after.split())
        with unreachable(self._place):
            there = [line.split(b" ", 1) for line in self._client.uidl()[1]]
            sizes = dict(line.split()[:2] for line in self._client.list()[1])
            marks = {unique: hashlib.sha256(unique).hexdigest()[:12] for _, unique in there}
        self._read = {_shown(unique): mark for unique, mark in marks.items() if mark in known}
        for at, one in ((at, one) for at, one in there if marks[one] not in known):
            unique, mark = _shown(one), marks[one]
            with unreachable(self._place):
                raw = self._fetch(_shown(at), int(sizes.get(at, b"0")))
            if raw is not None:
                yield Letter(name=f"{self.name} {unique}", raw=raw)
            self._read[unique] = mark

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, EOFError, poplib.error_proto):
                client.quit()

    def _fetch(self, number: str, size: int) -> bytes | None:
        """None of what the server cannot give: the others are read all the same."""
        try:
            found = self._client.retr(number) if size <= MOST else self._client.top(number, _LINES)
        except poplib.error_proto:
            return None
        return b"".join(line + b"\n" for line in found[1])[:MOST]


def _shown(said: bytes) -> str:
    return said.decode("ascii", "replace")
