"""The shelf: what was stored at launch never changes, so what was read of it lately is kept at hand."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from mailer.ballots.model import Questionnaire
from mailer.ballots.reading import read_questionnaire
from mailer.listen.desk import Desk, Published

Kept = TypeVar("Kept")


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

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._links: Recent[dict[int, str]] = Recent(1000)
        self._views: Recent[tuple[str, str, datetime]] = Recent(20)  # 100 KB each at most
        self._questionnaires: Recent[tuple[Questionnaire, str]] = Recent(100)

    async def destination(self, public_id: str, number: int) -> str | None:
        """Where a link of a campaign leads, as a Location may say it; None when there is no such link."""
        links = self._links.get(public_id)
        if links is None or number not in links:  # an amended campaign may have got more of them since
            published = await self._published(public_id)
            if published is None:
                return None
            links = {link.number: location(link.destination) for link in published.edition.links}
            self._links.keep(public_id, links)
        return links.get(number)

    async def view(
        self, public_id: str, fill: Callable[[Published], str]
    ) -> tuple[str, str, datetime] | None:
        """The page of a campaign, the same for everybody, its language, and when it was launched."""
        view = self._views.get(public_id)
        if view is None:
            published = await self._published(public_id)
            if published is None:
                return None
            view = (fill(published), published.edition.language, published.launched_at)
            self._views.keep(public_id, view)
        return view

    async def questionnaire(self, public_id: str) -> tuple[Questionnaire, str] | None:
        """The questionnaire of a campaign and its language; None when it has none here."""
        kept = self._questionnaires.get(public_id)
        if kept is None:
            published = await self._published(public_id)
            if published is None or not published.questionnaire:
                return None
            questionnaire, _findings = read_questionnaire(published.questionnaire, "questionnaire.toml")
            if questionnaire is None:
                return None
            kept = self._questionnaires.keep(public_id, (questionnaire, published.edition.language))
        return kept

    async def _published(self, public_id: str) -> Published | None:
        if not is_public_id(public_id):
            return None
        return await self._desk.published(public_id)


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
