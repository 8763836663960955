"""`mailer report`: what became of a campaign, in figures: told, or written into files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.course import launched
from mailer.cli.files import FILE, as_csv, write_all
from mailer.cli.speech import Speech, say
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.reports.figures import Report
    from mailer.settings.model import Organisation


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
    "--html", metavar="F", type=FILE, help=say(Text("Write it as one page with charts, a new file."))
)
@click.option("--csv", metavar="F", type=FILE, help=say(Text("Write it for a spreadsheet, a new file.")))
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
    written = write_all(
        (html, lambda: _page(report, workspace.settings.organisation)), (csv, lambda: _sheet(report))
    )
    if json_wanted:
        show.as_json(as_json(report))
    elif not written:
        _tell(report)


def _page(report: "Report", organisation: "Organisation") -> bytes:
    from zoneinfo import ZoneInfo

    from mailer.reports.page import page
    from mailer.wiring.doors import now

    here = now().astimezone(ZoneInfo(organisation.timezone))
    return page(report, organisation.name, Speech.language, here).encode("utf-8")


def _sheet(report: "Report") -> bytes:
    from mailer.reports.sheet import COLUMNS, as_rows

    return as_csv(COLUMNS, as_rows(report))


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
