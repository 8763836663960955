"""Logging in without being locked out: one way to say the password, and no second try within a minute.

A wrong password said by eight connections, each in every way the server knows, is what makes relays close
accounts; aiosmtplib's `login()` tries all the ways one after the other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import aiosmtplib

from mailer.delivery import Outcome, Phase

AGAIN_S = 60.0  # after a refused login
_OTHER_WAY = (504, 538)  # RFC 4954, 4: this mechanism will not do; nothing was said of the password
_Connection = TypeVar("_Connection")


async def log_in(client: aiosmtplib.SMTP, username: str, password: str, timeout: float) -> None:
    """AUTH, in the simplest way that the server offers: TLS, or this very machine, hides it.

    Raises what aiosmtplib raises; an `SMTPException` without a code when no way is known to both.
    """
    ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
    offered = [way for name, way in ways.items() if name in client.supported_auth_methods]
    if not offered:
        raise aiosmtplib.SMTPException("no way to log in that both sides know")
    for number, way in enumerate(offered, 1):
        try:
            await way(username, password, timeout=timeout)
        except aiosmtplib.SMTPAuthenticationError as fault:
            if fault.code not in _OTHER_WAY or number == len(offered):
                raise
        else:
            return


class Caution(Generic[_Connection]):
    """Opens connections that log in: one at first, as many as are wanted once a login has succeeded.

    After a refused one, its outcome is the answer for a minute, and nothing is asked of the server.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._first = asyncio.Lock()
        self._proven = False
        self._refused: Outcome | None = None
        self._until = 0.0

    async def open(self, connect: Callable[[], Awaitable[_Connection | Outcome]]) -> _Connection | Outcome:
        """What `connect` gives, or the refusal of less than a minute ago."""
        if self._proven:
            return self._told(await connect())
        async with self._first:
            if self._refused is not None and self._monotonic() < self._until:
                return self._refused
            return self._told(await connect())

    def _told(self, opened: _Connection | Outcome) -> _Connection | Outcome:
        if not isinstance(opened, Outcome):
            self._proven, self._refused = True, None
        elif opened.phase is Phase.AUTH and opened.halt:
            self._proven, self._refused = False, opened
            self._until = self._monotonic() + AGAIN_S
        return opened
