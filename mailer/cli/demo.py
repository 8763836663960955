"""`mailer demo`: the whole thing on this machine; nothing leaves it."""

import click

from mailer.cli import show
from mailer.cli.speech import Speech, say
from mailer.words import Text


@click.command(
    "demo",
    short_help=say(Text("See it all work on this machine.")),
    help=say(
        Text(
            "See it all work on this machine, with invented people: a list, a send killed and resumed, an "
            "inbox to read in, the site. Nothing leaves it."
        )
    ),
)
@click.option("--once", is_flag=True, help=say(Text("Do it all without a person, say what came out, leave.")))
@click.option(
    "--port",
    metavar="N",
    default=0,
    type=click.IntRange(0, 65534),
    help=say(Text("The site's port, the inbox has the next; free ones if not given.")),
)
def command(once: bool, port: int) -> int:
    """Exit 1 when a step did not come out right, 130 when it was stopped before the last one."""
    from mailer.demo.show import demonstrate
    from mailer.demo.stage import Told
    from mailer.web.serving import run

    def tell(told: Told) -> None:
        mark = Text("ok  ") if told.right else Text("NO  ")
        show.data(say(Text("{mark}{text}", mark=mark, text=told.text)))

    outcome: list[bool | None] = [None]

    async def play() -> None:
        outcome[0] = await demonstrate(
            once=once, port=port, language=Speech.language, tell=tell, say=lambda text: show.data(say(text))
        )

    run(play())
    if outcome[0] is None:
        show.talk(Text("Interrupted."))
        return 130
    if once:
        show.talk(
            Text("Every step came out right.") if outcome[0] else Text("A step did not come out right.")
        )
    return 0 if outcome[0] else 1
