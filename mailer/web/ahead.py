"""What a site is asked most, answered before the routes: a link that is at hand.

Nine tenths of what comes on the day of a mailing are redirects, and half of what one costs are the routes and
the objects around them: 0.75 to 0.93 of a bare Starlette redirect, 0.60 through the routes (bench/site.py).
The same for a mail program's one click was not worth its lines: there it is the database that takes the time.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from mailer.listen.clicks import is_counted, is_prefetch
from mailer.web.links import number_of
from mailer.web.lobby import Lobby


class Ahead:
    """Redirects of links that were asked for lately; whatever is not as plain is for `app`'s routes."""

    def __init__(self, app: ASGIApp, lobby: Lobby) -> None:
        self._app, self._lobby = app, lobby

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        location = self._location(scope) if scope["type"] == "http" else None
        if location is None:
            await self._app(scope, receive, send)
            return
        fields = [(b"location", location.encode("ascii")), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 302, "headers": fields})
        await send({"type": "http.response.body", "body": b""})

    def _location(self, scope: Scope) -> str | None:
        """Where the link leads, counted as `Links.lead` counts it; None: it is for the routes."""
        method, parts = scope["method"], scope["path"].split("/")
        if len(parts) != 4 or parts[1] != "l" or method not in ("GET", "HEAD"):
            return None
        headers, number = scope["headers"], number_of(parts[3])
        location = self._lobby.shelf.at_hand(parts[2], number)
        if location is None or is_prefetch(headers):
            return None
        self._lobby.desk.clicked(parts[2], number, machine=not is_counted(method, headers))
        return location
