"""IMAP (RFC 3501): letters by their UID, from where the last look ended; marked \\Seen, never moved."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from typing import Any

from mailer.errors import UsageError
from mailer.mailboxes.letters import MOST, PATIENCE_S, Letter
from mailer.mailboxes.places import Place, refused, unreachable
from mailer.words import Text

_LARGEST = 2**32 - 1  # of UIDs (RFC 3501, 2.3.1.1)
_LINES = 8 * MOST  # bytes of the lines that answer one command: imaplib keeps them all


class _Bounded:
    """Gives up a server that says more than was asked of it, before it is read into memory."""

    _said = 0

    def read(self, size: int) -> bytes:
        return bytes(super().read(_bounded(size, 2 * MOST)))  # type: ignore[misc]

    def readline(self) -> bytes:
        line = bytes(super().readline())  # type: ignore[misc]
        self._said = _bounded(self._said + len(line), _LINES)
        return line

    def send(self, data: Any) -> None:
        self._said = 0
        super().send(data)  # type: ignore[misc]


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    """With TLS from the first byte."""


class _Clear(_Bounded, imaplib.IMAP4):
    """Without: this machine only."""


def _bounded(size: int, most: int) -> int:
    if size > most:
        raise imaplib.IMAP4.abort("an answer that does not end")
    return size


class Imap:
    """One folder of an account."""

    def __init__(self, place: Place, password: str) -> None:
        """Connects and logs in; the certificate is verified always."""
        self.name = f"{place.host}/{place.folder}"
        self._place = place
        self._last = 0
        with unreachable(place):
            if place.tls:
                context = ssl.create_default_context()
                self._client: imaplib.IMAP4 = _Tls(
                    place.host, place.port, ssl_context=context, timeout=PATIENCE_S
                )
            else:
                self._client = _Clear(place.host, place.port, timeout=PATIENCE_S)
        try:
            with unreachable(place):
                self._open(password)
        except BaseException:
            self.close()
            raise

    def _open(self, password: str) -> None:
        user = self._place.user
        try:
            if "AUTH=PLAIN" in self._client.capabilities:  # any letter may stand in a password there
                said = f"\0{user}\0{password}".encode()
                self._client.authenticate("PLAIN", lambda _: said)
            elif (user + password).isascii():
                self._client.login(_quoted(user), password)
            else:
                raise refused(self._place)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise refused(self._place) from None
        answer, _ = self._client.select(_quoted(self._place.folder))
        if answer != "OK":
            raise UsageError(
                Text("{host} has no folder {folder}", host=self._place.host, folder=self._place.folder)
            )
        found = self._client.untagged_responses.get("UIDVALIDITY") or [b"0"]
        self._validity = int(bytes(found[-1]) if isinstance(found[-1], bytes) else b"0")

    @property
    def position(self) -> str:
        """The folder's generation, and the last letter of it."""
        return f"{self._validity}:{self._last}"

    def letters(self, after: str) -> Iterator[Letter]:
        validity, _, last = after.partition(":")
        # Another generation: its numbers mean other letters (RFC 3501, 2.3.1.1).
        self._last = int(last) if validity == str(self._validity) and last.isdigit() else 0
        with unreachable(self._place):
            # `n:*` always names the last one, even when it is before n.
            numbers = [one for one in self._numbers(f"{self._last + 1}:*") if one > self._last]
        for number in numbers:
            with unreachable(self._place):
                raw = self._fetch(number)
            if raw is not None:
                yield Letter(name=f"{self.name} {number}", raw=raw, done=lambda n=number: self._seen(n))  # type: ignore[misc]
            self._last = number

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._client.logout()

    def _numbers(self, wanted: str) -> list[int]:
        answer, found = self._client.uid("SEARCH", "UID", wanted)
        if answer != "OK":
            raise imaplib.IMAP4.abort("SEARCH was refused")
        # A number beyond those there are would be kept as the last one, and no letter come after it.
        return sorted(
            number for line in found for one in (line or b"").split() if (number := int(one)) <= _LARGEST
        )

    def _fetch(self, number: int) -> bytes | None:
        """PEEK: a letter is seen when what it asks for is done, not when it is read."""
        answer, found = self._client.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{MOST}>)")
        parts: list[Any] = list(found) if answer == "OK" else []
        return next((bytes(one[1]) for one in parts if isinstance(one, tuple)), None)

    def _seen(self, number: int) -> None:
        with unreachable(self._place):
            self._client.uid("STORE", str(number), "+FLAGS.SILENT", r"(\Seen)")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
