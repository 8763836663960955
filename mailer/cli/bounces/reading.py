"""`mailer bounces read`: what mails that came back say. Nothing is changed, whatever they say."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailer.cli import show
from mailer.cli.bounces.words import KINDS, REASONS
from mailer.cli.speech import say
from mailer.errors import UsageError
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.bounces.model import Reading
    from mailer.workspace.mails import Kept

_ROWS = 500  # lines of the table that are laid out at a time
_HEADS = (
    Text("FILE"),
    Text("WHAT"),
    Text("ADDRESS"),
    Text("CODE"),
    Text("FOR GOOD"),
    Text("REASON"),
    Text("OURS"),
)


@click.command(
    "read",
    short_help=say(Text("Tell what returned mails say, and change nothing.")),
    help=say(
        Text(
            "Tell what returned mails say: who was not reached and why, who complains, who asks to leave. "
            "FILE is a mail, an mbox file or a Maildir. Nothing is changed. OURS: a signed token of this "
            "workspace is in it; without one, anybody may have written it."
        )
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(files: tuple[Path, ...], json_wanted: bool) -> None:
    """One mail at a time: a mailbox of any size is read in the same memory."""
    for file in files:
        if not file.exists():
            raise UsageError(Text("{file} does not exist: name a mail, an mbox or a Maildir", file=str(file)))
    found = _read(files, _recogniser())
    if json_wanted:
        show.as_json_list(_item(*one) for one in found)
    else:
        _tell(found)


def _recogniser() -> "Callable[[Reading], bool]":
    """Whether a token of this workspace's keys is in a reading; outside a workspace nothing is ours."""
    from mailer.listen.proofs import proofs
    from mailer.workspace.folder import find_root
    from mailer.workspace.keys import read_keys

    root = find_root(Path.cwd())
    keys = read_keys(root) if root else None
    if keys is None:
        return lambda _: False
    return lambda reading: bool(proofs(keys, reading))


def _read(
    files: tuple[Path, ...], is_ours: "Callable[[Reading], bool]"
) -> "Iterator[tuple[Kept, Reading, bool]]":
    from mailer.bounces.reading import read
    from mailer.workspace.mails import mails

    for kept in chain.from_iterable(map(mails, files)):
        reading = read(kept.raw)
        yield kept, reading, is_ours(reading)


def _item(kept: "Kept", reading: "Reading", ours: bool) -> dict[str, Any]:
    return {
        "file": str(kept.path),
        "kind": reading.kind,
        "recipients": [
            {
                "address": one.address,
                "action": one.action,
                "status": one.status,
                "permanent": one.permanent,
                "reason": str(one.reason),
                "ours": ours,
                "diagnostic": one.diagnostic,
            }
            for one in reading.recipients
        ],
        "message": kept.number,
        "ours": ours,
        "asks_to_leave": reading.asks_to_leave,
        "digest": reading.digest,
    }


def _tell(found: "Iterator[tuple[Kept, Reading, bool]]") -> None:
    counts: Counter[str] = Counter()
    heads = [say(head) for head in _HEADS]
    rows = chain.from_iterable(_rows(*one, counts) for one in found)
    while page := list(islice(rows, _ROWS)):
        show.table([heads, *page])
        heads = ["" for _ in _HEADS]
    total = counts.total()
    show.talk(
        Text(
            "{mails}: {bounces} not delivered, {complaints} complaining, {leaving} to leave, {others} of no "
            "consequence.",
            mails=plural("{count} mail", "{count} mails", count=total),
            bounces=counts["bounce"],
            complaints=counts["complaint"],
            leaving=counts["unsubscribe"] + counts["asks"],
            others=total - counts["bounce"] - counts["complaint"] - counts["unsubscribe"] - counts["asks"],
        )
    )


def _rows(kept: "Kept", reading: "Reading", ours: bool, counts: "Counter[str]") -> Iterator[list[str]]:
    """A line for each recipient, one at least for each mail."""
    counts["asks" if reading.kind == "other" and reading.asks_to_leave else reading.kind] += 1
    place = kept.path.name if kept.number == 1 else f"{kept.path.name}:{kept.number}"
    begin, end = [_plain(place), say(KINDS[reading.kind])], [say(_yes(ours))]
    for one in reading.recipients:
        lasts = "–" if one.permanent is None else say(_yes(one.permanent))
        yield [*begin, _plain(one.address), one.status or "–", lasts, say(REASONS[one.reason]), *end]
    if not reading.recipients:
        yield [*begin, "–", "–", "–", _plain(reading.asks_to_leave) or "–", *end]


def _yes(true: bool) -> Text:
    return Text("yes") if true else Text("no")


def _plain(text: str) -> str:
    """Nothing that moves the terminal's cursor: a stranger wrote it."""
    return "".join(one if one.isprintable() else "?" for one in text)
