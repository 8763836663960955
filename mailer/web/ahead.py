"""What a site is asked most, answered before the routes: a link that is at hand, a mail program's one click.

Nine tenths of what comes on the day of a mailing are redirects, and half of what one costs are the routes and
the objects around them: 0.75 to 0.93 of a bare Starlette redirect, 0.60 through the routes (bench/site.py).
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailer.listen.clicks import is_counted, is_prefetch
from mailer.listen.exits import Exit, leave, read_exit
from mailer.web.links import number_of
from mailer.web.lobby import Lobby

_ONE_CLICK = b"List-Unsubscribe=One-Click"  # as RFC 8058, 3.2, writes it
_DONE = (200, [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"3")], b"OK\n")


class Ahead:
    """Redirects of links that were asked for lately, and one clicks; what is not as plain is for `app`."""

    def __init__(self, app: ASGIApp, lobby: Lobby) -> None:
        self._app, self._lobby = app, lobby

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["method"] == "POST" and scope["path"].startswith("/u/"):
                await self._click(scope, receive, send)
                return
            if (location := self._location(scope)) is not None:
                fields = [(b"location", location.encode("ascii")), (b"content-length", b"0")]
                await _answer(send, 302, fields, b"")
                return
        await self._app(scope, receive, send)

    async def _click(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The body in one piece, a token of ours, a store that takes it; else the routes read it again."""
        first = await receive()
        if first.get("body") == _ONE_CLICK and not first.get("more_body") and not _in_parts(scope):
            door = read_exit(self._lobby.keys, scope["path"].removeprefix("/u/"))
            if door is not None and await self._left(door):
                await _answer(send, *_DONE)
                return
        await self._app(scope, _again(first, receive), send)

    async def _left(self, door: Exit) -> bool:
        try:
            await leave(self._lobby.desk, door, everything=False)
        except Exception:  # the routes try once more, and have words for it
            return False
        return True

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


def _in_parts(scope: Scope) -> bool:
    """Whether the body is multipart/form-data, in which these bytes would say nothing."""
    return any(
        name == b"content-type" and value.lower().startswith(b"multipart/")
        for name, value in scope["headers"]
    )


def _again(first: Message, receive: Receive) -> Receive:
    """What was received already, then the rest."""
    waiting = [first]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


async def _answer(send: Send, status: int, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(fields)})
    await send({"type": "http.response.body", "body": body})
