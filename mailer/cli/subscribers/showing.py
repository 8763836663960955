"""`mailer subscribers show` and `export`: what the lists hold."""

import sys
from pathlib import Path

import click

from mailer.cli import show
from mailer.cli.files import FILE, write_new
from mailer.cli.speech import say
from mailer.cli.subscribers.words import LIST, checked, store_here
from mailer.words import Text

FORMATS = ("csv", "xlsx", "ods", "json", "vcard")  # of `people`, which is not read for a help


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
    from mailer.wiring.boxes import answers_of
    from mailer.wiring.record import answers_under, record
    from mailer.workspace.folder import workspace_of

    address = checked(email)
    with store_here() as store:
        with store.glance():
            dossier = store.people.dossier(address)
        answers = answers_under(store, answers_of(workspace_of(None)), dossier.subscriber)
    if json_wanted:
        show.as_json(record(dossier, answers))
    else:
        tell(dossier, answers)


@click.command(
    "export",
    short_help=say(Text("Write the people of a list into a file.")),
    help=say(
        Text(
            "Write the people of a list as CSV, XLSX, ODS, JSON or vCards; importing it changes nothing. "
            "The ending of the file says which, or --format."
        )
    ),
)
@click.option("--list", "slug", metavar="LIST", required=True, help=LIST)
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    help=say(Text("csv, xlsx, ods, json or vcard; as the file's name ends if not given, else csv.")),
)
@click.option(
    "--out",
    "out",
    metavar="F",
    type=FILE,
    help=say(Text("The file; standard output if not given.")),
)
def export(slug: str, kind: str | None, out: Path | None) -> None:
    """Those a campaign would reach."""
    from mailer.people import SUFFIXES
    from mailer.store.exports import LIST as KIND
    from mailer.wiring.exporting import digest_of, listed, record_export
    from mailer.wiring.importing import list_named
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    list_named(workspace, slug)
    with store_here() as store:
        kind = kind or SUFFIXES.get(out.suffix.lower() if out else "", "csv")
        content, people = listed(store, slug, kind)
        if out is not None:
            write_new(out, content)
        record_export(workspace, store, KIND, slug, people=people, file=out, digest=digest_of(content))
    if out is None:
        sys.stdout.buffer.write(content)
        return
    show.talk(Text("Written: {file}. It holds names: keep it for yourself.", file=str(out)))
