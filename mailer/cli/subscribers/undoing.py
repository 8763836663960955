"""`mailer subscribers imports` and `undo`: what imports did, and the way back."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.cli.subscribers.words import store_here
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.imports import Import, Undone

_HEADS = (
    Text("NUMBER"),
    Text("DAY"),
    Text("LIST"),
    Text("FILE"),
    Text("JOINED"),
    Text("UPDATED"),
    Text("TAKEN OUT"),
    Text("UNDONE"),
)


@click.command(
    "imports",
    short_help=say(Text("List the imports of the last 90 days.")),
    help=say(Text("List the imports of the last 90 days, and what each did: they can be undone.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def listing(json_wanted: bool) -> None:
    """The last first."""
    with store_here() as store, store.glance():
        found = store.imports.listed()
    if json_wanted:
        show.as_json([{key: value for key, value in asdict(one).items() if key != "source"} for one in found])
        return
    if not found:
        show.talk(Text("Nothing was imported."))
        return
    show.table([[say(head) for head in _HEADS], *(_line(one) for one in found)])


def _line(one: "Import") -> list[str]:
    undone = f"← {one.undoes}" if one.undoes else one.undone_at[:10]
    figures = (one.joined, one.updated, one.removed)
    return [str(one.number), one.at[:10], one.list, one.file, *map(str, figures), undone]


@click.command(
    "undo",
    short_help=say(Text("Undo an import.")),
    help=say(
        Text(
            "Undo the import NUMBER, or the last one. Without --yes it only tells what would be done. Those "
            "who left, were erased or were changed since keep their later state."
        )
    ),
)
@click.argument("number", metavar="[NUMBER]", type=click.IntRange(min=1), required=False)
@click.option("--yes", is_flag=True, help=say(Text("Do it.")))
def undo(number: int | None, yes: bool) -> None:
    """Exit 4 when it was undone already."""
    from mailer.wiring.undoing import undo as undo_import

    with store_here() as store:
        what, done = undo_import(store, number, write=yes)
    for line in _told(what, done):
        show.data(say(line))
    if not yes:
        show.talk(Text("Nothing was changed. If this is right, add --yes."))


def _told(what: "Import", done: "Undone") -> list[Text]:
    lines = [
        Text(
            "import {number} of {day}, {file} into {list}",
            number=what.number,
            day=what.at[:10],
            file=what.file,
            list=what.list,
        ),
        Text(
            "taken out: {taken} ({forgotten} of them forgotten); put back: {back}; names and fields as "
            "before: {fields}",
            taken=done.taken_out,
            forgotten=done.forgotten,
            back=done.put_back,
            fields=done.restored,
        ),
    ]
    if done.kept_members or done.kept_fields or done.kept_out:
        kept = Text(
            "left as they are now, for they changed since: {members} who joined, {out} who were taken out, "
            "{fields} with new names or fields",
            members=done.kept_members,
            out=done.kept_out,
            fields=done.kept_fields,
        )
        lines.append(kept)
    return lines
