"""`/v/<id>`: a launched mail in the browser, the same for everybody, with nobody's name in it."""

import html
from datetime import timedelta
from textwrap import wrap
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from mailer.compose.external import own_address
from mailer.compose.filling import fill_page
from mailer.compose.followed import nobody
from mailer.compose.frame import content_id
from mailer.compose.links import hosted_name
from mailer.compose.plain import WIDTH
from mailer.compose.slots import PREFERENCES_SLOT, QUESTIONNAIRE_SLOT
from mailer.listen.desk import Published
from mailer.model import DRAFT_ID
from mailer.web.lobby import Lobby
from mailer.web.shelf import View
from mailer.words import Text


class Views:
    """The page of mails: `show`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._policy = _policy(lobby.settings.site.url)

    async def show(self, request: Request) -> Response:
        """The mail, for as many days as the settings say."""
        lobby, public_id = self._lobby, request.path_params["id"]
        if public_id == DRAFT_ID:
            return lobby.tried(lobby.language(request))
        found = await self.of(public_id)
        if found is None:
            return lobby.missing(lobby.language(request))
        _page, language, launched_at = found
        days = lobby.settings.site.view_days
        if days and lobby.clock() >= launched_at + timedelta(days=days):
            gone = Text("This message is no longer shown")
            why = Text(
                "Messages stay here for {days} days. Ask {contact} for this one.",
                days=days,
                contact=lobby.settings.organisation.contact,
            )
            return lobby.notice(language, gone, [why], 410)
        return self.answer(found)

    async def of(self, public_id: str) -> View | None:
        """The page of a launched campaign, however old, or None."""
        return await self._lobby.shelf.view(public_id, self._fill)

    def answer(self, found: View) -> Response:
        """The page with the headers that such a one needs."""
        page, language, _launched_at = found
        headers = {"Content-Security-Policy": self._policy, "Content-Language": language}
        return Response(page, headers=headers, media_type="text/html")

    def _fill(self, published: Published) -> str:
        settings = self._lobby.settings
        name = settings.organisation.name
        reason = Text("{organisation} sends this message to the people on its lists.", organisation=name)
        said = reason.say(published.edition.language)
        page = fill_page(
            published.edition.html,
            {
                "list_title": name,
                "list_reason": said,
                "list_reason_lines": "\n".join(wrap(said, WIDTH)),
                "unsubscribe_url": f"{settings.site.url}/privacy#leave",
                PREFERENCES_SLOT: f"{settings.site.url}/privacy#leave",
                QUESTIONNAIRE_SLOT: _questionnaire(published, settings.site.url),
                **nobody(published.edition),
            },
        )
        for image in published.edition.images:  # those that travel inside the mails
            hosted = f"{settings.site.url}/i/{hosted_name(image)}"
            page = page.replace(f"cid:{content_id(image)}", html.escape(hosted))
        # Inside a mail program it is an article among others; here it is all that the page is about.
        head, body, mail = page.partition("<body")
        return head + body + mail.replace('role="article"', 'role="main"', 1)


def _questionnaire(published: Published, site: str) -> str:
    """Its address for the page, which is everybody's: it knows nobody's ballot or token."""
    edition = published.edition
    if edition.questionnaire:
        return own_address(edition.questionnaire)({})
    return f"{site}/q/{edition.asked or published.public_id}"


def _policy(site: str) -> str:
    """A mail carries its own styles; images come from the site, by whichever of its names it is read."""
    parts = urlsplit(site)
    ours = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self'{ours}; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
