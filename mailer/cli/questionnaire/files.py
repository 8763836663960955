"""Files that commands write of a questionnaire: new ones, whole, for their owner alone."""

from collections.abc import Callable, Mapping
from pathlib import Path

from mailer.cli import show
from mailer.errors import UsageError
from mailer.words import Text


def write_all(wanted: Mapping[Path, Callable[[], bytes]]) -> None:
    """Each file with what its maker gives; UsageError before anything is written if one is in the way."""
    from mailer.workspace.keys import write_private

    for file in wanted:
        if file.exists():
            raise _taken(file)
    if len({file.resolve() for file in wanted}) < len(wanted):
        raise UsageError(Text("two of these files have the same name: give each its own"))
    for file, make in wanted.items():
        try:
            write_private(file, make())
        except FileExistsError:
            raise _taken(file) from None
        except OSError as fault:
            raise UsageError(
                Text("{file} cannot be written ({reason})", file=str(file), reason=fault.strerror or "")
            ) from None
        show.talk(Text("Written: {file}", file=str(file)))


def _taken(file: Path) -> UsageError:
    return UsageError(Text("{file} exists already: nothing was changed", file=str(file)))
