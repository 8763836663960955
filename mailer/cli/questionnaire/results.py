"""`mailer questionnaire results`: what may be shown of the answers, told or written into files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.files import FILE, as_csv, write_all
from mailer.cli.questionnaire.opening import Asked, asked
from mailer.cli.speech import Speech, say
from mailer.errors import RefusedError, UsageError, why
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.results.figures import Results

_LARGEST = 200_000_000  # bytes of a file of free words


@click.command(
    "results",
    short_help=say(Text("Show what people have answered, as figures.")),
    help=say(
        Text(
            "Show the figures of the questionnaire of the campaign SLUG. They change in steps, so that "
            "nobody's answer is told by the difference of two looks; small ones are covered."
        )
    ),
)
@click.argument("name", metavar="SLUG")
@click.option("--html", metavar="F", type=FILE, help=say(Text("Write it as one page with charts.")))
@click.option("--csv", metavar="F", type=FILE, help=say(Text("Write it for a spreadsheet, a new file.")))
@click.option("--ods", metavar="F", type=FILE, help=say(Text("Write it as an OpenDocument table.")))
@click.option(
    "--block", metavar="F", type=FILE, help=say(Text("Write it for a campaign to show, in its folder."))
)
@click.option(
    "--texts",
    metavar="F",
    type=FILE,
    help=say(Text("Show the free words marked in this file, which 'export --texts' wrote, and no others.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the figures as JSON.")))
def command(
    name: str,
    html: Path | None,
    csv: Path | None,
    ods: Path | None,
    block: Path | None,
    texts: Path | None,
    json_wanted: bool,
) -> None:
    """Files are written, or else it is told on standard output."""
    from mailer.results.rows import as_json

    with asked(name) as one:
        results = one.results()
        if texts is not None:
            _moderate(one, texts)
            results = one.results()
        organisation = one.workspace.settings.organisation.name
        site = one.workspace.settings.site.url
    if block is not None and not results.people:
        raise RefusedError(Text("nothing is published yet: nothing was written"))
    written = write_all(
        (html, lambda: _page(results, organisation)),
        (csv, lambda: _csv(results)),
        (ods, lambda: _ods(results)),
        (block, lambda: _block(results, one.slug, f"{site}/r/{one.public_id}", block)),
    )
    if json_wanted:
        show.as_json({"campaign": one.slug, **as_json(results)})
    elif not written and texts is None:
        _tell(results)
        if site and results.people and (one.questionnaire.mode != "named" or results.closed):
            show.talk(Text("Everybody may see them: {page}", page=f"{site}/r/{one.public_id}"))


def _moderate(one: Asked, file: Path) -> None:
    """Mark the words of a file as those that may be shown; RefusedError with each line that is wrong."""
    from mailer.charset import decode
    from mailer.results.moderating import read
    from mailer.wiring.publishing import readable

    try:
        content = file.read_bytes()
    except OSError as fault:
        raise UsageError(
            Text("{file} cannot be read ({reason})", file=str(file), reason=why(fault))
        ) from None
    text, _ = decode(content, str(file), _LARGEST)
    shown, faults = read(text, str(file), readable(one.answers, one.public_id, one.questionnaire))
    if faults:
        raise RefusedError(Text("nothing was changed: mend {file}", file=str(file)), faults)
    one.answers.show_texts(one.public_id, shown)
    show.talk(plural("{count} text is shown.", "{count} texts are shown.", count=len(shown)))


def _page(results: "Results", organisation: str) -> bytes:
    from mailer.results.page import page
    from mailer.web.pages import STYLE

    return page(results, organisation, Speech.language, STYLE).encode("utf-8")


def _csv(results: "Results") -> bytes:
    from mailer.results.rows import COLUMNS, as_rows

    return as_csv(COLUMNS, as_rows(results))


def _ods(results: "Results") -> bytes:
    from mailer.people import write_ods
    from mailer.results.rows import COLUMNS, as_rows

    return write_ods(results.title, COLUMNS, as_rows(results), numbers=True)


def _block(results: "Results", slug: str, page: str, file: Path | None) -> bytes:
    from mailer.results.block import block
    from mailer.wiring.doors import now

    name = file.name if file else ""
    return block(results, slug, page, now().date(), name, Speech.language).encode("utf-8")


def _tell(results: "Results") -> None:
    from mailer.results.terminal import lines

    try:
        "█".encode(sys.stdout.encoding or "ascii")
        bar = "█"
    except (UnicodeEncodeError, LookupError):  # a console of another age
        bar = "#"
    for line in lines(results, Speech.language, bar):
        show.data(line)
