"""The certificates that topics sign with: fetched from their provider once a day, a few kept in memory."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from mailer.errors import LaterError
from mailer.listen.hooks.envelopes import Sealed
from mailer.signing.certificates import Certificate, read_certificates
from mailer.wiring.asking import ask
from mailer.words import Text

_T = TypeVar("_T")
_MOST = 8  # addresses that are kept
_LASTS = timedelta(days=1)  # a provider may put other issuers in the same place
_REST = timedelta(seconds=30)  # after a fetch in vain
_FETCHES = 20  # in a minute, whoever asks for what
_MINUTE = timedelta(minutes=1)
_PATIENCE_S = 15.0  # for one, however slowly it comes

Fetch = Callable[[str], tuple[int, str]]  # an address → status and text; 0 and why nobody answers


class Certificates:
    """Those of any address it is asked for: the caller says which may be."""

    def __init__(self, now: Callable[[], datetime], fetch: Fetch = ask) -> None:
        self._now = now
        self._fetch = fetch
        self._kept: dict[str, tuple[datetime, list[Certificate]]] = {}
        self._failed: dict[str, tuple[datetime, str]] = {}
        self._fetched: list[datetime] = []
        self._alone = asyncio.Lock()

    async def vouch(self, sealed: Sealed) -> bool:
        """Whether the certificate that is named, valid and issued as it must be, has signed.

        `LaterError` while nobody can say: the provider, or the way to it, is not there.
        """
        signers = await self._those(sealed.certificate)
        at = self._now()
        if not signers or not signers[0].is_valid(at):
            return False
        if sealed.issuers and not signers[0].is_issued_by(await self._those(sealed.issuers), at):
            return False
        return signers[0].has_signed(sealed.signed, sealed.signature, sealed.hash)

    async def _those(self, address: str) -> list[Certificate]:
        """The certificates of a file; none where the provider has no such file."""
        async with self._alone:  # a burst of posts asks once
            at = self._now()
            since, found = self._kept.get(address, (at - _LASTS, []))
            if at - since < _LASTS:
                return found
            found = read_certificates((await self._asked(address, at)).encode())
            if found:
                _keep(self._kept, address, (at, found))
            return found

    async def _asked(self, address: str, at: datetime) -> str:
        since, reason = self._failed.get(address, (at - _REST, ""))
        self._fetched = [one for one in self._fetched if at - one < _MINUTE]
        if at - since < _REST or len(self._fetched) >= _FETCHES:
            raise _away(address, reason)
        self._fetched.append(at)
        try:
            status, text = await asyncio.wait_for(asyncio.to_thread(self._fetch, address), _PATIENCE_S)
        except TimeoutError:
            status, text = 0, "timeout"
        if status == 0 or status >= 500:
            reason = text if status == 0 else str(status)
            _keep(self._failed, address, (at, reason))
            raise _away(address, reason)
        return text if status == 200 else ""  # or the provider says that there is no such thing


def _away(address: str, reason: str) -> LaterError:
    return LaterError(Text("{host} does not answer ({reason})", host=urlsplit(address).netloc, reason=reason))


def _keep(those: dict[str, _T], address: str, one: _T) -> None:
    """In place of the one that was kept first, when there are enough."""
    those.pop(address, None)
    while len(those) >= _MOST:
        del those[next(iter(those))]
    those[address] = one
