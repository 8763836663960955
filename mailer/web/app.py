"""The members' site, put together: routes, pages, and the shell around them."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, ExceptionHandler

from mailer.listen.desk import Desk
from mailer.listen.own import Counter
from mailer.settings.model import Settings
from mailer.tokens.keys import Keys
from mailer.web.ahead import Ahead
from mailer.web.archive import Archive
from mailer.web.exits import Exits
from mailer.web.files import Files
from mailer.web.health import Health
from mailer.web.hooks import Hooks, Office
from mailer.web.links import Links
from mailer.web.lobby import FLOOR, Lobby
from mailer.web.pages import Pages
from mailer.web.preferences import Preferences
from mailer.web.privacy import Privacy
from mailer.web.published import Results
from mailer.web.questions import Questions
from mailer.web.shelf import Shelf
from mailer.web.shell import Log, Shell
from mailer.web.signups import Signups
from mailer.web.views import Views
from mailer.words import Text

# What the log shows of an address, by its first part. Nothing of images and answers: not even that they
# were asked for at that time (standards.md, G17).
_MASKS = {
    "": "/",
    "l": "/l/…",
    "u": "/u/…",
    "p": "/p/…",
    "v": "/v/…",
    "i": "",
    "q": "",
    "r": "",
    "a": "/a/…",
    "s": "/s/…",
    "c": "/c/…",
    "hooks": "",
    "privacy": "/privacy",
    "healthz": "/healthz",
    "readyz": "/readyz",
}


def site(
    desk: Desk,
    settings: Settings,
    keys: Keys,
    clock: Callable[[], datetime],
    *,
    counter: Counter,
    log: Log | None = None,
    office: Office | None = None,
    floor: float = FLOOR,
) -> ASGIApp:
    """The site of a workspace as an ASGI application.

    `clock` gives the present instant with its time zone. `log` is given one line for each request,
    without token, address or query; nothing is written anywhere else. `office`: takes what relays post.
    `floor`: see `lobby.FLOOR`.
    """
    address = urlsplit(settings.site.url)
    lobby = Lobby(
        desk=desk,
        counter=counter,
        settings=settings,
        keys=keys,
        clock=clock,
        zone=ZoneInfo(settings.organisation.timezone),
        pages=Pages(settings.organisation, address.path),
        shelf=Shelf(desk),
        floor=floor,
    )
    app = Starlette(routes=_routes(lobby, office), exception_handlers=_handlers(lobby))
    app.router.redirect_slashes = False  # an address has one writing; a redirect would repeat a token
    return Shell(
        Ahead(app, lobby), base=address.path, secure=address.scheme == "https", masks=_MASKS, log=log
    )


def _routes(lobby: Lobby, office: Office | None) -> list[Route]:
    """The busiest first: routes are tried in order. HEAD goes with GET."""
    privacy, health, questions, views = Privacy(lobby), Health(lobby), Questions(lobby), Views(lobby)
    archive, signups, links = Archive(lobby, views), Signups(lobby), Links(lobby)
    return [
        Route("/l/{id}/{number}", links.lead),
        Route("/l/{id}/{number}/{token}", links.lead),
        Route("/u/{token}", Exits(lobby).answer, methods=["GET", "POST"]),
        Route("/p/{token}", Preferences(lobby).answer, methods=["GET", "POST"]),
        Route("/i/{name}", Files(lobby).give),
        Route("/q/{id}", questions.answer, methods=["GET", "POST"]),
        Route("/q/{id}/{ballot}", questions.answer, methods=["GET", "POST"]),
        Route("/r/{id}", Results(lobby).show),
        Route("/v/{id}", views.show),
        Route("/s/{list}", signups.ask, methods=["GET", "POST"]),
        Route("/c/{token}", signups.confirm, methods=["GET", "POST"]),
        Route("/a", archive.all),
        Route("/a/feed.atom", archive.feed),
        Route("/a/{slug}", archive.one),
        Route("/hooks/{relay}/{secret}", Hooks(office).take, methods=["POST"]),
        Route("/privacy", privacy.rights),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/", privacy.home),
    ]


def _handlers(lobby: Lobby) -> dict[type[Exception], ExceptionHandler]:
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = lobby.missing(lobby.language(request), error.status_code)
        answer.headers.update(error.headers or {})  # Allow, of 405
        return answer

    async def failed(request: Request, _error: Exception) -> Response:
        contact = lobby.settings.organisation.contact
        sentences = [
            Text("Please try again in a few minutes."),
            Text("To receive nothing more, you may also write to {contact}.", contact=contact),
        ]
        return lobby.notice(lobby.language(request), Text("The site cannot answer just now"), sentences, 503)

    return {HTTPException: refused, Exception: failed}
