"""The shelf: what is stored of a campaign changes when it is amended, so it is kept at hand for a minute.

Links never change, there only come new ones.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from mailer.ballots.model import Questionnaire
from mailer.ballots.reading import read_questionnaire
from mailer.listen.desk import Desk, Published

Kept = TypeVar("Kept")
View = tuple[str, str, datetime]
Asked = tuple[Questionnaire, str]

FRESH_S = 60.0  # an amended campaign shows its new text a minute later at most


class Recent(Generic[Kept]):
    """The last things used, `most` at most: what comes from strangers must not fill the memory."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, name: str) -> Kept | None:
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._kept.get(name)

    def keep(self, name: str, value: Kept) -> Kept:
        self._kept[name] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value


class Shelf:
    """What pages need of launched campaigns, in the form they need it."""

    def __init__(self, desk: Desk, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._monotonic = monotonic
        self._links: Recent[dict[int, str]] = Recent(1000)
        self._views: Recent[tuple[float, View]] = Recent(20)  # 100 KB each at most
        self._questionnaires: Recent[tuple[float, Asked]] = Recent(100)

    async def destination(self, public_id: str, number: int) -> str | None:
        """Where a link of a campaign leads, as a Location may say it; None when there is no such link."""
        links = self._links.get(public_id)
        if links is None or number not in links:  # an amended campaign may have got more of them since
            published = await self._published(public_id)
            if published is None:
                return None
            every = (*published.earlier, *published.edition.links)
            links = {link.number: location(link.destination) for link in every}
            self._links.keep(public_id, links)
        return links.get(number)

    def at_hand(self, public_id: str, number: int) -> str | None:
        """The same, if it was asked lately; None says nothing."""
        links = self._links.get(public_id)
        return links.get(number) if links else None

    async def number(self, public_id: str, destination: str) -> int:
        """The number of a campaign's link that leads to `destination`; 0 when none does."""
        await self.destination(public_id, 1)
        links = self._links.get(public_id) or {}
        return next((number for number, where in links.items() if where == location(destination)), 0)

    async def view(self, public_id: str, fill: Callable[[Published], str]) -> View | None:
        """The page of a campaign, the same for everybody, its language, and when it was launched."""

        def read(published: Published) -> View:
            return fill(published), published.edition.language, published.launched_at

        return await self._fresh(self._views, public_id, read)

    async def questionnaire(self, public_id: str) -> Asked | None:
        """The questionnaire of a campaign and its language; None when it has none here."""
        return await self._fresh(self._questionnaires, public_id, _asked)

    async def _fresh(
        self, recent: "Recent[tuple[float, Kept]]", public_id: str, read: Callable[[Published], Kept | None]
    ) -> Kept | None:
        """What was read within a minute; older, it is read again, or goes on while the store is away."""
        kept, now = recent.get(public_id), self._monotonic()
        if kept is not None and now - kept[0] < FRESH_S:
            return kept[1]
        try:
            published = await self._published(public_id)
        except Exception:  # whatever keeps the store away
            if kept is None:
                raise
            return kept[1]
        found = read(published) if published is not None else None
        if found is not None:
            recent.keep(public_id, (now, found))
        return found

    async def _published(self, public_id: str) -> Published | None:
        if not is_public_id(public_id):
            return None
        return await self._desk.published(public_id)


def _asked(published: Published) -> Asked | None:
    if not published.questionnaire:
        return None
    questionnaire, _findings = read_questionnaire(published.questionnaire, "questionnaire.toml")
    return None if questionnaire is None else (questionnaire, published.edition.language)


def is_public_id(text: str) -> bool:
    """Whether a launch may have minted it, so that nothing else ever reaches the store."""
    return len(text) <= 20 and text.isascii() and text.isalnum()


def location(destination: str) -> str:
    """A stored address as a header says it: each byte as it is, those that are no ASCII letter escaped.

    Spaces and controls are refused when campaigns are read; escaped here as well, none can ever end the
    header and begin another.
    """
    return "".join(
        chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in destination.encode("utf-8", "replace")
    )
