"""A demonstration's inbox and a site beside it, running, for a browser: the mails are of every sort."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mailer.demo.catcher import Catcher
from mailer.demo.inbox import inbox
from mailer.words import Text
from tests.demo.letters import EVIL, leaving, letter, part, with_image
from tests.golden.samples import sample

LONG = "Une-ligne-sans-fin-" * 40
HOSTILE = """<html><head><meta http-equiv="refresh" content="0;url=ELSEWHERE/refresh">
<base href="ELSEWHERE/base/"><link rel="stylesheet" href="ELSEWHERE/style">
<link rel="preload" as="image" href="ELSEWHERE/preload"><link rel="dns-prefetch" href="ELSEWHERE"></head>
<body onload="top.document.title='owned'"><script>top.document.title='owned'</script>
<img src="ELSEWHERE/pixel" onerror="top.document.title='owned'"><p style="background:url(ELSEWHERE/ground)">x
<form action="ELSEWHERE/form"><button id="send">x</button></form>
<iframe src="ELSEWHERE/frame"></iframe><object data="ELSEWHERE/object"></object>
<a id="script" href="javascript:top.document.title='owned'">x</a>
<a id="self" target="_self" href="ELSEWHERE/self">x</a></body></html>"""


@dataclass(frozen=True, slots=True)
class House:
    """A running inbox, the site beside it and a stranger's; what these two were asked."""

    inbox: str
    site: str
    elsewhere: str
    asked: list[str]
    strayed: list[str]


@contextmanager
def served() -> Iterator[House]:
    """Inbox and site in a thread of their own."""
    asked: list[str] = []
    strayed: list[str] = []

    async def counters() -> Sequence[tuple[Text, str]]:
        return [(Text("no mail leaves"), str(len(asked)))]

    ready, stop, told = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with Catcher() as catcher:
            site, elsewhere = await _serve(_listening(asked)), await _serve(_listening(strayed))
            letters = _letters(site.address, elsewhere.address)
            await asyncio.to_thread(_send, catcher.port, letters)
            pages = await _serve(inbox(catcher, language="en", site=site.address, counters=counters))
            told.append(House(pages.address, site.address, elsewhere.address, asked, strayed))
            ready.set()
            await asyncio.to_thread(stop.wait)
            for server in (pages, site, elsewhere):
                await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield told[0]
    finally:
        stop.set()
        thread.join(20)


@dataclass(frozen=True, slots=True)
class _Served:
    """An application that uvicorn serves."""

    server: uvicorn.Server
    task: "asyncio.Task[None]"
    address: str

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.task


async def _serve(app: Starlette) -> _Served:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return _Served(server, task, f"http://127.0.0.1:{port}")


def _listening(asked: list[str]) -> Starlette:
    """A site that answers everything and notes it."""

    async def answer(request: Request) -> Response:
        body = (await request.body()).decode()
        asked.append(f"{request.method} {request.url.path} {body}".strip())
        return PlainTextResponse("answered")

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def _letters(site: str, elsewhere: str) -> list[bytes]:
    name = f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{LONG}"\r\n'
    many = "".join(f"X-{LONG[:60]}{number}: {LONG}\r\n" for number in range(3))
    link = f'<html><head></head><body><a id="go" href="{site}/l/x/1">Répondre</a></body></html>'
    return [
        sample("relation-clients").message.as_bytes(),
        with_image(),
        letter(HOSTILE.replace("ELSEWHERE", elsewhere), subject=EVIL, fields=many),
        letter(f"<p>{LONG}", text=LONG, subject=LONG[:900], extra=part(b"%PDF", name)),
        letter(link, fields=leaving(f"{site}/u/token")),
    ]


def _send(port: int, letters: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for raw in letters:
            client.sendmail("s@example.org", ["a" * 60 + "@example.org"], raw)
