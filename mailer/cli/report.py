"""`mailer report`: what became of a campaign, in figures: told, or written into files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.course import launched
from mailer.cli.speech import Speech, say
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.reports.figures import Report
    from mailer.settings.model import Organisation

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "report",
    short_help=say(Text("Tell what became of a campaign, in figures.")),
    help=say(
        Text(
            "Tell what became of the campaign SLUG: deliveries, refusals, departures, clicks, answers, "
            "beside earlier campaigns to the same list. Never who."
        )
    ),
)
@click.argument("name", metavar="SLUG")
@click.option(
    "--html", metavar="F", type=_FILE, help=say(Text("Write it as one page with charts, a new file."))
)
@click.option("--csv", metavar="F", type=_FILE, help=say(Text("Write it for a spreadsheet, a new file.")))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the figures as JSON.")))
def command(name: str, html: Path | None, csv: Path | None, json_wanted: bool) -> None:
    """Files are written, or else it is told on standard output."""
    from mailer.reports.document import as_json
    from mailer.reports.figures import report_of
    from mailer.wiring.reporting import facts_of
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(name)
    with launched(name) as (store, campaign):
        report = report_of(facts_of(store, workspace, campaign))
    _new(html, csv)
    if html is not None:
        _write(html, _page(report, workspace.settings.organisation))
    if csv is not None:
        _write(csv, _sheet(report))
    if json_wanted:
        show.as_json(as_json(report))
    elif html is None and csv is None:
        _tell(report)


def _page(report: "Report", organisation: "Organisation") -> str:
    from zoneinfo import ZoneInfo

    from mailer.reports.page import page
    from mailer.wiring.doors import now

    here = now().astimezone(ZoneInfo(organisation.timezone))
    return page(report, organisation.name, Speech.language, here)


def _sheet(report: "Report") -> str:
    from mailer.people import write_table
    from mailer.reports.sheet import COLUMNS, as_rows

    return "".join(write_table(COLUMNS, as_rows(report)))


def _new(html: Path | None, csv: Path | None) -> None:
    """UsageError before anything is written: two files of one name, or one that is there."""
    for file in (html, csv):
        if file is not None and file.exists():
            raise _taken(file)
    if html is not None and csv is not None and html.resolve() == csv.resolve():
        raise UsageError(Text("--html and --csv name the same file: give each its own"))


def _taken(file: Path) -> UsageError:
    return UsageError(Text("{file} exists already: nothing was changed", file=str(file)))


def _write(file: Path, text: str) -> None:
    """A new file for its owner alone, whole or not at all: who publishes it decides so."""
    from mailer.workspace.keys import write_private

    try:
        write_private(file, text.encode("utf-8"))
    except FileExistsError:
        raise _taken(file) from None
    except OSError as fault:
        raise UsageError(
            Text("{file} cannot be written ({reason})", file=str(file), reason=fault.strerror or "")
        ) from None
    show.talk(Text("Written: {file}", file=str(file)))


def _tell(report: "Report") -> None:
    """Each table under its title, on standard output."""
    from mailer.reports.cells import shown
    from mailer.reports.tables import tables
    from mailer.reports.words import STATUSES

    status = STATUSES[report.facts.status]
    show.data(say(Text("{slug}: {status}", slug=report.own.outline.slug, status=status)))
    for table in tables(report):
        show.data()
        show.data(say(table.title))
        heads = [say(head) for head in table.heads]
        show.table([heads, *([shown(cell, Speech.language) for cell in row] for row in table.rows)])
        for note in table.notes:
            show.data(say(note))
