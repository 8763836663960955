"""The demonstration: everything on this machine, nothing leaves it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from mailer.demo.catcher import Catcher
from mailer.demo.inbox import inbox
from mailer.demo.premises import Premises, premises
from mailer.demo.stage import Brake, Stage, Told
from mailer.demo.steps import SENDING, VISITING, figures
from mailer.web.serving import serve
from mailer.wiring.site import run_site
from mailer.words import Text

Tell = Callable[[Told], None]
Say = Callable[[Text], None]


async def demonstrate(*, once: bool, port: int, language: str, tell: Tell, say: Say) -> bool | None:
    """Play it; whether each step came out right, None when stopped before the last one.

    Without `once`, stay until told to stop.
    """
    brake = Brake()
    async with Catcher(on_rcpt=brake.on_rcpt) as catcher:
        brake.catcher = catcher
        with premises(catcher.port, port, language) as place:
            stage = Stage(premises=place, catcher=catcher, brake=brake, language=language)
            return await _open(stage, once=once, tell=tell, say=say)


async def _open(stage: Stage, *, once: bool, tell: Tell, say: Say) -> bool | None:
    """The site and the inbox answer while the steps are played."""
    ready = [asyncio.Event(), asyncio.Event()]
    servers = [
        asyncio.ensure_future(_site(stage.premises, ready[0])),
        asyncio.ensure_future(_inbox(stage, ready[1])),
    ]
    playing = asyncio.ensure_future(_play(stage, ready, once=once, tell=tell, say=say))
    try:
        await asyncio.wait({playing, *servers}, return_when=asyncio.FIRST_COMPLETED)
        for one in servers:
            if one.done() and (fault := one.exception()):
                raise fault
        if not once and playing.done():
            await asyncio.wait(set(servers), return_when=asyncio.FIRST_COMPLETED)
        return playing.result() if playing.done() else None
    finally:
        tasks: list[asyncio.Task[Any]] = [playing, *servers]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await stage.end()


async def _play(
    stage: Stage,
    ready: Sequence[asyncio.Event],
    *,
    once: bool,
    tell: Tell,
    say: Say,
) -> bool:
    for event in ready:
        await event.wait()
    right = True
    for step in (*SENDING, *VISITING) if once else SENDING:
        told = await step(stage)
        tell(told)
        right = right and told.right
    if not once:
        say(Text("The inbox:  {address}", address=stage.premises.inbox))
        say(Text("The site:   {address}", address=stage.premises.site))
        say(
            Text(
                "Open the inbox, read a mail, follow its button, answer, unsubscribe, and watch the "
                "counters. Ctrl-C ends it; nothing is kept."
            )
        )
    return right


async def _site(place: Premises, ready: asyncio.Event) -> None:
    """Without its embedded sender: the steps send, so that the resumption is seen to be theirs."""
    await run_site(
        place.workspace,
        "127.0.0.1",
        place.site_port,
        log=lambda _line: None,
        tell=lambda _text: None,
        started=lambda _address: ready.set(),
        sends=False,
    )


async def _inbox(stage: Stage, ready: asyncio.Event) -> None:
    async def counters() -> Sequence[tuple[Text, str]]:
        return await asyncio.to_thread(figures, stage.premises)

    app = inbox(stage.catcher, language=stage.language, site=stage.premises.site, counters=counters)
    await serve(app, "127.0.0.1", stage.premises.inbox_port, started=lambda _address: ready.set())
