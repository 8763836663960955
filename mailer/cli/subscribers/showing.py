"""`mailer subscribers show` and `export`: what the lists hold."""

import sys
from pathlib import Path

import click

from mailer.cli import show
from mailer.cli.files import FILE, write_new
from mailer.cli.speech import say
from mailer.cli.subscribers.words import LIST, checked, store_here
from mailer.words import Text


@click.command(
    "show",
    short_help=say(Text("Show all that is known of one person.")),
    help=say(Text("Show all that is known of the person with the address EMAIL.")),
)
@click.argument("email", metavar="EMAIL")
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print it as JSON.")))
def one(email: str, json_wanted: bool) -> None:
    """What the person may ask to see (GDPR, art. 15)."""
    from mailer.cli.subscribers.dossier import tell
    from mailer.wiring.record import record, stored

    with store_here() as store, store.glance():
        found = stored(store, checked(email))
    if json_wanted:
        show.as_json(record(*found))
    else:
        tell(*found)


@click.command(
    "export",
    short_help=say(Text("Write the people of a list as CSV.")),
    help=say(Text("Write the people of a list as CSV, for a spreadsheet; importing it changes nothing.")),
)
@click.option("--list", "slug", metavar="LIST", required=True, help=LIST)
@click.option(
    "--out",
    "out",
    metavar="F",
    type=FILE,
    help=say(Text("The file; standard output if not given.")),
)
def export(slug: str, out: Path | None) -> None:
    """Those a campaign would reach."""
    from mailer.fields import STANDARD
    from mailer.people import write_people
    from mailer.wiring.importing import list_named
    from mailer.workspace.folder import workspace_of

    list_named(workspace_of(None), slug)
    with store_here() as store, store.glance():
        own = sorted(store.people.fields_of(slug) - set(STANDARD))
        pieces = write_people(store.people.members(slug), [*STANDARD, *own])
        if out is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece.encode("utf-8"))
            return
        write_new(out, "".join(pieces).encode("utf-8"))
    show.talk(Text("Written: {file}. It holds names: keep it for yourself.", file=str(out)))
