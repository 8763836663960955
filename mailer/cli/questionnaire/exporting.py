"""`mailer questionnaire export`: the answers that may be shown, one a line; free words to choose among."""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mailer.cli import show
from mailer.cli.files import FILE, as_csv, write_all
from mailer.cli.questionnaire.opening import Asked, asked
from mailer.cli.speech import say
from mailer.words import Text

_NAMED = ("email", "question", "value")
Table = tuple[Sequence[str], list[tuple[str, ...]]]


@click.command(
    "export",
    short_help=say(Text("Write the answers, one a line.")),
    help=say(
        Text(
            "Write the answers to the questionnaire of the campaign SLUG, one a line, in no order. Of "
            "covered figures there is none, and no line belongs to another; in the mode named each has its "
            "member."
        )
    ),
)
@click.argument("name", metavar="SLUG")
@click.option("--csv", metavar="F", type=FILE, help=say(Text("Write it for a spreadsheet, a new file.")))
@click.option("--ods", metavar="F", type=FILE, help=say(Text("Write it as an OpenDocument table.")))
@click.option(
    "--texts",
    metavar="F",
    type=FILE,
    help=say(Text("Write the free words for the section to read, and to mark those that may be shown.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the answers as JSON.")))
def command(name: str, csv: Path | None, ods: Path | None, texts: Path | None, json_wanted: bool) -> None:
    """CSV on standard output, unless a file or JSON is asked for."""
    with asked(name) as one:
        titles, rows = _members(one) if one.questionnaire.mode == "named" else _answers(one)
        written = write_all(
            (csv, lambda: as_csv(titles, rows)),
            (ods, lambda: _ods(one, titles, rows)),
            (texts, lambda: _texts(one)),
        )
        if one.questionnaire.mode == "named":
            _register(one, rows, [file for file in (csv, ods) if file is not None] or [None])
    if json_wanted:
        show.as_json([dict(zip(titles, row, strict=True)) for row in rows])
    elif not written:
        sys.stdout.buffer.write(as_csv(titles, rows))


def _register(one: Asked, rows: Sequence[Sequence[str]], files: Sequence[Path | None]) -> None:
    """Answers under names are people in a file; that of free words names nobody."""
    from mailer.store.exports import ANSWERS
    from mailer.wiring.exporting import digest_of, record_export

    people = len({row[0] for row in rows})
    for file in files:
        content = as_csv(_NAMED, rows) if file is None else file.read_bytes()
        record_export(
            one.workspace, one.store, ANSWERS, one.slug, people=people, file=file, digest=digest_of(content)
        )


def _answers(one: Asked) -> Table:
    from mailer.results.rows import ANSWERS, as_answers

    rows: list[tuple[str, ...]] = list(as_answers(one.results()))
    random.SystemRandom().shuffle(rows)  # no order tells anything
    return ANSWERS, rows


def _members(one: Asked) -> Table:
    """Each answer with its member, as the form has told them."""
    rows = [
        (one.store.people.email_of(subscriber) or "", question, value)
        for subscriber, question, value in one.answers.members(one.public_id)
    ]
    return _NAMED, [tuple(row) for row in sorted(rows)]


def _ods(one: Asked, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    from mailer.people import write_ods

    return write_ods(one.slug, titles, rows, numbers=True)


def _texts(one: Asked) -> bytes:
    from mailer.results.moderating import write
    from mailer.wiring.publishing import readable

    return "".join(write(readable(one.answers, one.public_id, one.questionnaire))).encode("utf-8")
