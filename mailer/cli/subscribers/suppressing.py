"""`mailer subscribers suppressions`: to how many nothing is ever sent, and why. Never to whom."""

from dataclasses import asdict

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.cli.subscribers.words import store_here
from mailer.words import Text

_HEADS = (Text("REASON"), Text("ADDRESSES"), Text("FIRST"), Text("LAST"))


@click.command(
    "suppressions",
    short_help=say(Text("Count the addresses that nothing is ever sent to.")),
    help=say(
        Text(
            "Count the addresses that nothing is ever sent to, whatever the list. They are kept as keyed "
            "hashes and cannot be listed; 'show EMAIL' tells of one."
        )
    ),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(json_wanted: bool) -> None:
    """One line for each reason there is."""
    from mailer.cli.subscribers.dossier import REASONS

    with store_here() as store, store.glance():
        found = store.people.suppressions()
    if json_wanted:
        show.as_json([asdict(one) for one in found])
        return
    if not found:
        show.talk(Text("No address is suppressed."))
        return
    lines = [[say(REASONS[one.reason]), str(one.addresses), one.first[:10], one.last[:10]] for one in found]
    show.table([[say(head) for head in _HEADS], *lines])
