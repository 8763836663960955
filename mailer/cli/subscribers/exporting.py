"""`mailer subscribers exports`: the register of the files with people in them that left the database."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.cli.subscribers.words import store_here
from mailer.words import Text

_HEADS = (Text("WHEN"), Text("WHAT"), Text("OF"), Text("PEOPLE"), Text("FILE"), Text("STANDS"))
_KINDS = {
    "list": Text("a list"),
    "refused": Text("refused lines"),
    "answers": Text("answers under names"),
}


@click.command(
    "exports",
    short_help=say(Text("Show which files with people in them were written.")),
    help=say(
        Text(
            "Show the register of exports: each file with people in it that was written from the database, "
            "and whether it is still where it was."
        )
    ),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(json_wanted: bool) -> None:
    """One line for each, the oldest first."""
    from mailer.wiring.exporting import register
    from mailer.workspace.folder import workspace_of

    with store_here() as store:
        found = register(workspace_of(None), store)
    if json_wanted:
        show.as_json([one.as_json() for one in found])
        return
    if not found:
        show.talk(Text("Nothing was written out."))
        return
    lines = [
        [
            one.export.at[:10],
            say(_KINDS.get(one.export.kind, Text("{kind}", kind=one.export.kind))),
            one.export.list,
            str(one.export.people),
            one.export.path or say(Text("standard output")),
            say(_stands(there=one.there, same=one.same)) if one.export.path else "–",
        ]
        for one in found
    ]
    show.table([[say(head) for head in _HEADS], *lines])


def _stands(*, there: bool, same: bool) -> Text:
    if not there:
        return Text("gone")
    return Text("there") if same else Text("there, changed")
