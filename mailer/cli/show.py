"""What the commands print: data on standard output, talk on standard error."""

import json
import os
import sys
from collections.abc import Iterable, Sequence

import click

from mailer.cli.speech import Speech, say
from mailer.errors import MailerError
from mailer.findings import Finding, Level, in_order
from mailer.letters import UNSAFE
from mailer.words import Text, plural

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "blue"}


def data(line: str = "") -> None:
    """A line of result."""
    click.echo(plain(line), color=_coloured(sys.stdout))


def talk(text: Text) -> None:
    """A sentence to the person at the terminal."""
    click.echo(plain(say(text)), err=True)


def fault(met: MailerError) -> None:
    """What a command went on without."""
    talk(met.message)


def as_json(value: object) -> None:
    """A result for machines: one JSON document, readable when the terminal can show it."""
    wide = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(_as_json(value, wide=wide))


def as_json_list(items: Iterable[object]) -> None:
    """A list for machines, each item printed as soon as it is known; the same document as `as_json`'s."""
    wide = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    begun = False
    for item in items:
        text = _as_json(item, wide=wide).replace("\n", "\n  ")
        click.echo((",\n  " if begun else "[\n  ") + text, nl=False)
        begun = True
    click.echo("\n]" if begun else "[]")


def findings(found: Iterable[Finding], *, err: bool = False) -> None:
    """One line each, in order, coloured on a terminal."""
    stream = sys.stderr if err else sys.stdout
    for finding in in_order(found):
        line = plain(finding.say(Speech.language))
        if _coloured(stream):
            place = plain(str(finding.place))
            line = click.style(place, bold=True) + click.style(
                line.removeprefix(place), fg=_COLOURS[finding.level]
            )
        click.echo(line, err=err, color=_coloured(stream))


def counts(found: Sequence[Finding]) -> Text:
    """`2 errors, 1 warning`."""
    errors = sum(finding.level is Level.ERROR for finding in found)
    warnings = sum(finding.level is Level.WARNING for finding in found)
    return Text(
        "{errors}, {warnings}",
        errors=plural("{count} error", "{count} errors", count=errors),
        warnings=plural("{count} warning", "{count} warnings", count=warnings),
    )


def table(rows: Sequence[Sequence[str]]) -> None:
    """Columns wide enough for their words, two spaces apart; no line is cut."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        data("  ".join(cells).rstrip())


def plain(text: str) -> str:
    """What a terminal shows and does not obey: files that somebody sent have names that they chose."""
    return UNSAFE.sub(lambda found: found[0] if found[0] in "\n\t" else "\ufffd", text)


def _as_json(value: object, *, wide: bool) -> str:
    """The same for JSON, which escapes only the first 32 by itself."""
    text = json.dumps(value, ensure_ascii=not wide, indent=2)
    return UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text)


def survive_old_consoles() -> None:
    """A console that cannot show a letter shows `?` instead of stopping the command (cp850, cp1252)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _coloured(stream: object) -> bool:
    return not os.environ.get("NO_COLOR") and bool(getattr(stream, "isatty", bool)())
