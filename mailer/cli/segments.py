"""`mailer segments`: each segment, and how many people it means; of one of them, a few."""

from typing import TYPE_CHECKING, Any

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.store import Store
    from mailer.workspace.folder import Workspace

_HEADS = (Text("SEGMENT"), Text("PEOPLE"), Text("WHICH"))
_SHOWN = 5


@click.command(
    "segments",
    short_help=say(Text("List the segments, and how many people each means.")),
    help=say(
        Text(
            "List the segments and how many people each means; of the segment NAME, or of the condition "
            "written in its place, also on which lists they are, and a few of them."
        )
    ),
)
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "--sample",
    metavar="N",
    type=click.IntRange(0, 100),
    help=say(Text("Show N people of the segment, 5 if not said; never in JSON.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(name: str | None, sample: int | None, json_wanted: bool) -> None:
    """Those of mailer.toml, in its order; names of people go to standard error, never into a file."""
    from mailer.wiring.doors import store_if_any
    from mailer.workspace.folder import workspace_of

    if sample is not None and (json_wanted or name is None):
        raise UsageError(
            Text("--sample shows people of one segment on the terminal: name it, without --json")
        )
    workspace = workspace_of(None)
    with store_if_any(workspace) as store:
        rows = [_row(workspace, store, one) for one in ([name] if name else workspace.settings.segments)]
        people = _people(workspace, store, name, sample) if name and not json_wanted else []
    if json_wanted:
        show.as_json(rows)
        return
    if name is None:
        lines = [[row["segment"], str(row["people"]), " ".join(row["which"].split())] for row in rows]
        show.table([[say(head) for head in _HEADS], *lines])
        return
    [row] = rows
    lists = [[one["list"], str(one["people"])] for one in row["lists"]]
    show.data(" ".join(row["which"].split()))
    show.table([[say(Text("LIST")), say(Text("PEOPLE"))], *lists, [say(Text("in all")), str(row["people"])]])
    for person in people:
        show.talk(Text("such as {name}", name=person))


def _row(workspace: "Workspace", store: "Store | None", written: str) -> dict[str, Any]:
    from mailer.wiring.doors import now
    from mailer.wiring.segments import names_of, read_segment, segment_named, setting_of

    one = segment_named(workspace.settings, written)
    node = read_segment(workspace.settings, names_of(workspace, store), written)
    found = {"segment": one.name, "which": one.text, "people": 0, "lists": []}
    if store is not None:
        with store.glance():
            reach = store.segments.reach(node, setting_of(workspace, store, now(), node))
        lists = [{"list": slug, "people": people} for slug, people in reach.lists]
        found |= {"people": reach.people, "lists": lists}
    return found


def _people(workspace: "Workspace", store: "Store | None", written: str, sample: int | None) -> list[str]:
    from mailer.wiring.doors import now
    from mailer.wiring.segments import names_of, read_segment, setting_of

    if store is None:
        return []
    node = read_segment(workspace.settings, names_of(workspace, store), written)
    with store.glance():
        setting = setting_of(workspace, store, now(), node)
        found = store.segments.sample(node, setting, _SHOWN if sample is None else sample)
    return [name or email for name, email in found]
