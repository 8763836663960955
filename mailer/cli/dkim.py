"""`mailer dkim`: keys that sign our mail, and what the DNS must say of them."""

from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.wiring.signing import Published


@click.group("dkim", help=say(Text("The keys that sign your mail.")))
def command() -> None:
    """Signing is optional: most relays do it."""


@command.command(
    "new",
    short_help=say(Text("Make a key, and its DNS record.")),
    help=say(Text("Make a key that signs your mail; print what to paste into mailer.toml and into the DNS.")),
)
@click.option(
    "--domain",
    metavar="D",
    help=say(Text("The signing domain; that of [sender].from if not given.")),
)
@click.option(
    "--selector",
    metavar="S",
    help=say(Text("The key's name in the DNS; of this month if not given.")),
)
@click.option(
    "--type",
    "algorithm",
    type=click.Choice(["rsa", "ed25519"]),
    default="rsa",
    help=say(Text("rsa, which everybody verifies, or ed25519 beside it.")),
)
def new(domain: str | None, selector: str | None, algorithm: str) -> None:
    """A table for mailer.toml, then a record for the DNS."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from mailer.signing.keys import Algorithm
    from mailer.toml.kinds import as_toml
    from mailer.wiring.signing import make
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    today = datetime.now(ZoneInfo(workspace.settings.organisation.timezone))
    made = make(workspace, Algorithm(algorithm), domain or "", selector or "", today)
    show.data("[[dkim]]")
    for name in ("domain", "selector", "key_file"):
        show.data(f"{name} = {as_toml(getattr(made.settings, name))}")
    show.data()
    _show(made)
    show.talk(
        Text(
            "Written: {file}, for you alone: whoever has it writes in your name. First put the record into "
            "the DNS of {domain} (its value whole, or the line of a zone file). Once it answers there, put "
            "the table into mailer.toml: every mail is then signed.",
            file=made.settings.key_file,
            domain=made.settings.domain,
        )
    )
    if algorithm == "ed25519":
        show.talk(Text("Keep an rsa key beside it: many of those who verify know no other."))


@command.command(
    "show",
    short_help=say(Text("Print the DNS record of each key.")),
    help=say(Text("Print the DNS record of each key of mailer.toml.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def show_records(json_wanted: bool) -> None:
    """In the order in which they sign."""
    from mailer.wiring.signing import published
    from mailer.workspace.folder import workspace_of

    keys = published(workspace_of(None))
    if json_wanted:
        show.as_json([_as_json(one) for one in keys])
        return
    if not keys:
        show.talk(Text("No [[dkim]] in mailer.toml: the relay signs, if it does. To sign: mailer dkim new"))
    for at, one in enumerate(keys):
        if at:
            show.data()
        _show(one)


def _show(one: "Published") -> None:
    record = one.record
    rows = (
        (Text("name"), record.name),
        (Text("type"), "TXT"),
        (Text("value"), record.value),
        (Text("zone file"), record.zone_line),
    )
    show.table([[say(head), value] for head, value in rows])


def _as_json(one: "Published") -> dict[str, object]:
    return {
        "domain": one.settings.domain,
        "selector": one.settings.selector,
        "key_file": one.settings.key_file,
        "type": str(one.key.algorithm),
        "bits": one.key.bits,
        "name": one.record.name,
        "value": one.record.value,
        "strings": list(one.record.strings),
    }
