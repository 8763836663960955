"""The inbox of the demonstration, in a browser: each mail as its reader, and as a machine, would see it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from mailer.demo import one_click
from mailer.demo.catcher import Catcher, Caught
from mailer.demo.pages import PAGE_HEADERS, PART_HEADERS, mail_headers, page
from mailer.demo.reading import IMAGES, Reading, field, fields, read
from mailer.words import Text, plural

ON_ONE_PAGE = 100  # messages
Counters = Callable[[], Awaitable[Sequence[tuple[Text, str]]]]


async def nothing_counted() -> Sequence[tuple[Text, str]]:
    """No counters."""
    return ()


def inbox(catcher: Catcher, *, language: str, site: str, counters: Counters = nothing_counted) -> Starlette:
    """The application, to be served on loopback only.

    `site`: address of the demonstration's site without a final slash, empty for none: the one host whose
    images are shown and to which the unsubscribe button posts. `counters`: (label, value) pairs, asked
    for each page.
    """
    desk = _Inbox(catcher, language, site, counters)
    return Starlette(
        routes=[
            Route("/", desk.messages),
            Route("/m/{number}", desk.message),
            Route("/m/{number}/html", desk.html),
            Route("/m/{number}/raw", desk.raw),
            Route("/m/{number}/part/{place}", desk.part),
            Route("/m/{number}/unsubscribe", desk.unsubscribe, methods=["POST"]),
        ],
        # a page elsewhere that makes its name point here (DNS rebinding) reads nothing
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={HTTPException: desk.missing},
    )


class _Inbox:
    """The pages of one catcher."""

    def __init__(self, catcher: Catcher, language: str, site: str, counters: Counters) -> None:
        self._catcher = catcher
        self._language = language
        self._site = site
        self._counters = counters
        self._answers: dict[int, int] = {}  # by message: what the site said to its one-click POST

    async def messages(self, request: Request) -> Response:
        """The list, newest first."""
        last = _number(request.query_params.get("before", ""))
        kept = (caught for caught in reversed(self._catcher.messages) if not last or caught.number < last)
        shown = list(islice(kept, ON_ONE_PAGE + 1))
        return await self._page(
            "messages",
            total=plural("{count} mail", "{count} mails", count=self._catcher.total),
            rows=[_row(caught) for caught in shown[:ON_ONE_PAGE]],
            older=shown[ON_ONE_PAGE - 1].number if len(shown) > ON_ONE_PAGE else None,
            newer=last is not None,
        )

    async def message(self, request: Request) -> Response:
        """One message, by one of its faces: html, text or header."""
        caught = self._caught(request)
        reading = read(caught, f"/m/{caught.number}/part/")
        url = one_click.address(caught)
        return await self._page(
            "message",
            row=_row(caught),
            sender=field(caught, "From"),
            face=_face(request.query_params.get("show", ""), reading),
            reading=reading,
            attached=[part for part in reading.parts if part.attached],
            fields=fields(caught),
            before=self._catcher.find(caught.number - 1),
            after=self._catcher.find(caught.number + 1),
            one_click=url,
            ours=url is not None and one_click.is_ours(url, self._site),
            answer=self._answer(caught.number),
        )

    async def html(self, request: Request) -> Response:
        """The mail alone, for the frame."""
        reading = read(caught := self._caught(request), f"/m/{caught.number}/part/")
        if reading.html is None:
            raise HTTPException(404)
        # bytes: a lone surrogate in a mail must not be a fault of ours
        content = reading.html.encode("utf-8", "replace")
        return Response(content, media_type="text/html", headers=mail_headers(_origin(self._site)))

    async def raw(self, request: Request) -> Response:
        """The message as it came, to download."""
        caught = self._caught(request)
        headers = PART_HEADERS | _download(f"mail-{caught.number}.eml")
        return Response(caught.raw, media_type="message/rfc822", headers=headers)

    async def part(self, request: Request) -> Response:
        """An image of the mail, shown; any other part is only downloaded."""
        place = _number(request.path_params["place"])
        part = next((part for part in read(self._caught(request), "").parts if part.place == place), None)
        if part is None:
            raise HTTPException(404)
        if part.media_type in IMAGES and not part.attached:
            return Response(part.content, media_type=part.media_type, headers=PART_HEADERS)
        headers = PART_HEADERS | _download(part.name)
        return Response(part.content, media_type="application/octet-stream", headers=headers)

    async def unsubscribe(self, request: Request) -> Response:
        """Do what a mailbox's own button does; only from our page, and only to our site."""
        caught = self._caught(request)
        url = one_click.address(caught)
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin" or _stranger(request):
            raise HTTPException(403)
        if url is None or not one_click.is_ours(url, self._site):
            raise HTTPException(403)
        self._answers[caught.number] = await run_in_threadpool(one_click.post, url)
        return RedirectResponse(f"/m/{caught.number}", 303, headers=PAGE_HEADERS)

    async def missing(self, _request: Request, problem: Exception) -> Response:
        """A page that is not there, or a request that is refused."""
        status = problem.status_code if isinstance(problem, HTTPException) else 500
        return await self._page("missing", status=status, refused=status == 403)

    def _caught(self, request: Request) -> Caught:
        number = _number(request.path_params["number"])
        caught = None if number is None else self._catcher.find(number)
        if caught is None:
            raise HTTPException(404)
        return caught

    def _answer(self, number: int) -> Text | None:
        status = self._answers.get(number)
        if status is None:
            return None
        if status == 200:
            return Text("Done: the site answered 200, as mailboxes expect.")
        if status:
            return Text("The site answered {status}: nothing is certain.", status=status)
        return Text("The site does not answer.")

    async def _page(self, name: str, *, status: int = 200, **values: object) -> Response:
        said = {
            key: value.say(self._language) if isinstance(value, Text) else value
            for key, value in values.items()
        }
        counters = [(label.say(self._language), value) for label, value in await self._counters()]
        content = page(name, self._language, said | {"counters": counters, "site": self._site})
        return HTMLResponse(content, status, headers=PAGE_HEADERS)


def _row(caught: Caught) -> dict[str, object]:
    local: datetime = caught.at.astimezone()
    return {
        "number": caught.number,
        "to": caught.recipient,
        "subject": field(caught, "Subject"),
        "iso": local.isoformat(timespec="seconds"),
        "time": f"{local:%H:%M:%S}",
    }


def _number(text: str) -> int | None:
    """A number in an address; None for anything else, however long."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _face(asked: str, reading: Reading) -> str:
    if asked in ("text", "header"):
        return asked
    return "html" if reading.html is not None else "text"


def _stranger(request: Request) -> bool:
    """Whether a POST says it comes from another page than ours."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _origin(site: str) -> str:
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}
