"""`/a`: the public archive, by name and as an Atom feed. The only pages that search engines may keep.

A campaign is private unless its file says `public = true`. Nothing here tells to whom one was sent, or to how
many; nothing of it is anybody's own.
"""

import re
from collections.abc import Iterable
from datetime import date
from html import escape
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from mailer.listen.desk import Archived
from mailer.web.feed import MEDIA_TYPE, feed
from mailer.web.language import day
from mailer.web.lobby import Lobby
from mailer.web.shelf import View
from mailer.web.views import Views
from mailer.words import Text


class Archive:
    """The pages `all` and `one`, and the feed."""

    def __init__(self, lobby: Lobby, views: Views) -> None:
        self._lobby, self._views = lobby, views

    async def all(self, request: Request) -> Response:
        """Each public campaign under its year, the latest first."""
        lobby = self._lobby
        found = await lobby.desk.archived()
        language = lobby.language(request)
        return _found(lobby.pages.page("archive.html", language, {"years": self._years(found, language)}))

    async def one(self, request: Request) -> Response:
        """The mail as everybody may read it, for as long as it is public."""
        slug = request.path_params["slug"]
        found = next((one for one in await self._lobby.desk.archived() if one.slug == slug), None)
        view = await self._views.of(found.public_id) if found else None
        if found is None or view is None:
            return self._lobby.missing(self._lobby.language(request))
        return _found(self._views.answer(await self._uncounted(found.public_id, view)))

    async def feed(self, _request: Request) -> Response:
        """The latest of them (RFC 4287), in the organisation's language."""
        organisation = self._lobby.settings.organisation
        title = Text("Messages of {organisation}", organisation=organisation.name)
        content = feed(
            await self._lobby.desk.archived(),
            title=title.say(organisation.language),
            author=organisation.name,
            language=organisation.language,
            site=self._lobby.settings.site.url,
            now=self._lobby.clock(),
        )
        return _found(Response(content, media_type=MEDIA_TYPE))

    async def _uncounted(self, public_id: str, view: View) -> View:
        """Its links lead straight where they lead: strangers and search engines are no clicks of members."""
        page, language, launched_at = view
        counted = re.compile(re.escape(f"{self._lobby.settings.site.url}/l/{public_id}/") + r"(\d+)")
        shelf = self._lobby.shelf
        where = {number: await shelf.destination(public_id, int(number)) for number in counted.findall(page)}
        direct = counted.sub(lambda found: escape(where[found[1]] or found[0]), page)
        return direct, language, launched_at

    def _years(self, found: Iterable[Archived], language: str) -> list[tuple[int, list[dict[str, str]]]]:
        days = [(one.began_at.astimezone(self._lobby.zone).date(), one) for one in found]
        return [
            (year, [self._line(one, began, language) for began, one in group])
            for year, group in groupby(days, lambda pair: pair[0].year)
        ]

    def _line(self, one: Archived, began: date, language: str) -> dict[str, str]:
        return {
            "slug": one.slug,
            "title": one.title,
            "language": one.language,
            "day": began.isoformat(),
            "said": day(began, language, self._lobby.zone),
        }


def _found(answer: Response) -> Response:
    """Search engines may keep it: it is nobody's own, and meant to be found."""
    answer.headers["X-Robots-Tag"] = "all"
    return answer
