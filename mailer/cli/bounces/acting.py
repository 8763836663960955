"""`mailer bounces poll` and `ingest`: act on mail that came back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.store import Store
    from mailer.wiring.returning import Summary
    from mailer.workspace.folder import Workspace

LATER = 75


@click.command(
    "poll",
    short_help=say(Text("Act on what has come to the mailbox of [bounces].")),
    help=say(
        Text(
            "Read what has come to the mailbox of [bounces] since the last time, and act on what our own "
            "tokens prove. Letters stay there, marked as seen."
        )
    ),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print it as JSON.")))
def poll(json_wanted: bool) -> int:
    """Exit 75 when the server cannot be reached, or goes away midway: the same command goes on."""
    from mailer.wiring.doors import store_of
    from mailer.wiring.polling import mailbox_of
    from mailer.wiring.polling import poll as polled
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    mailbox = mailbox_of(workspace)
    try:
        store = store_of(workspace)
        try:
            found = polled(workspace, store, mailbox)
            _tell(workspace, store, found, json_wanted)
        finally:
            store.close()
    finally:
        mailbox.close()
    if found.broken_off:
        show.talk(Text("{mailbox} went away midway: the same command goes on.", mailbox=mailbox.name))
        return LATER
    return 0


@click.command(
    "ingest",
    short_help=say(Text("Act on mail that came back, from files.")),
    help=say(
        Text(
            "Act on mail that came back: letters (.eml), mboxes, Maildirs or folders of letters. They are "
            "left as they are; what was read before changes nothing."
        )
    ),
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print it as JSON.")))
def ingest(paths: tuple[Path, ...], json_wanted: bool) -> None:
    """All of a path that cannot be read is an error; what was read before it stands."""
    from mailer.wiring.doors import store_of
    from mailer.wiring.polling import ingest as ingested
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    if missing := [path for path in paths if not path.exists()]:
        raise UsageError(Text("there is no {file}", file=str(missing[0])))
    store = store_of(workspace)
    try:
        _tell(workspace, store, ingested(workspace, store, paths), json_wanted)
    finally:
        store.close()


def _tell(workspace: "Workspace", store: "Store", found: "Summary", json_wanted: bool) -> None:
    """What was done; and the alerts that wait are carried now, if they can be."""
    from mailer.cli.bounces.summary import as_json, tell

    if json_wanted:
        show.as_json(as_json(found))
    else:
        tell(found)
    if workspace.settings.alerts.to:
        from mailer.wiring.alerts import carry

        carry(workspace, store, show.talk)
