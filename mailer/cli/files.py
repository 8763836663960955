"""Files that commands write: new ones, whole or not at all, for their owner alone."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from mailer.cli import show
from mailer.errors import UsageError, why
from mailer.words import Text

FILE = click.Path(path_type=Path, dir_okay=False)


def write_all(*asked: tuple[Path | None, Callable[[], bytes]]) -> bool:
    """Each file that was asked for, with what its maker gives; whether there was any.

    UsageError before anything is written if one is in the way, or if two are one.
    """
    wanted = [(file, make) for file, make in asked if file is not None]
    for file, _ in wanted:
        if file.exists():
            raise _taken(file)
    if len({file.resolve() for file, _ in wanted}) < len(wanted):
        raise UsageError(Text("two options name the same file: give each its own"))
    for file, make in wanted:
        write_new(file, make())
        show.talk(Text("Written: {file}", file=str(file)))
    return bool(wanted)


def write_new(file: Path, content: bytes) -> None:
    """One file; UsageError if it is there already, or cannot be written. Who publishes it decides so."""
    from mailer.workspace.keys import write_private

    try:
        write_private(file, content)
    except FileExistsError:
        raise _taken(file) from None
    except OSError as fault:
        raise UsageError(
            Text("{file} cannot be written ({reason})", file=str(file), reason=why(fault))
        ) from None


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table for a spreadsheet (`people.write_table`)."""
    from mailer.people import write_table

    return "".join(write_table(titles, rows)).encode("utf-8")


def _taken(file: Path) -> UsageError:
    return UsageError(Text("{file} exists already: nothing was changed", file=str(file)))
