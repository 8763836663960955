"""The shell around every answer: strict headers, one line of log, and no trace of who asked.

Written on ASGI itself: Starlette's BaseHTTPMiddleware would cost a redirect half its speed.
"""

import traceback
from collections.abc import Callable, Mapping
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailer.web.pages import STRICT

Log = Callable[[str], None]

_YEAR = 31_536_000  # seconds
_HEADERS = (
    (b"content-security-policy", STRICT.encode()),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_GONE = "gone"  # the client, before its request was whole
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Shell:
    """Adds to each answer the headers it has not set itself, and tells `log` of it.

    `masks` gives for a first part of a path what the log shows: `/u/…`, never a token, an id, an
    address or a query; nothing at all for an empty one. `base` is the path of the site's address, which
    a proxy in front may have taken away or not.
    """

    def __init__(
        self, app: ASGIApp, *, base: str, secure: bool, masks: Mapping[str, str], log: Log | None
    ) -> None:
        self._app, self._base, self._masks, self._log = app, base, masks, log
        lasting = ((b"strict-transport-security", b"max-age=%d" % _YEAR),) if secure else ()
        self._headers = (*_HEADERS, *lasting)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        if self._base and scope["path"].startswith(f"{self._base}/"):
            scope = {**scope, "path": scope["path"].removeprefix(self._base)}
        answer = _Answer(send, self._headers)
        began = perf_counter()
        trouble = ""
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            trouble = _GONE
        except Exception as error:  # Starlette has answered 500 before it raises
            trouble = _where(error)
        self._tell(scope, answer.status, perf_counter() - began, trouble)

    def _tell(self, scope: Scope, status: int, seconds: float, trouble: str) -> None:
        if self._log is None:
            return
        mask = self._masks.get(scope["path"].split("/", 2)[1] if "/" in scope["path"] else "", "…")
        if mask or trouble not in {"", _GONE}:
            method = scope["method"] if scope["method"] in _METHODS else "?"
            self._log(f"{method} {mask or '…'} {status} {seconds * 1000:.0f} ms {trouble}".rstrip())


class _Answer:
    """One answer on its way out."""

    __slots__ = ("_headers", "_send", "status")

    def __init__(self, send: Send, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self._send, self._headers, self.status = send, headers, 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = message["headers"]
            set_already = {name for name, _value in own}
            message["headers"] = [*own, *(one for one in self._headers if one[0] not in set_already)]
        await self._send(message)


def _where(error: Exception) -> str:
    """The kind of an error and where it was raised. Not what it says: that may hold an address."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
