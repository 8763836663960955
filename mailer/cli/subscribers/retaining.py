"""`mailer subscribers retention`: what has been kept for as long as [retention] says goes."""

import sys
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.agreeing import agrees
from mailer.cli.speech import say
from mailer.cli.subscribers.words import store_here
from mailer.errors import RefusedError, UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.wiring.tidying import Due

_HEADS = (Text("WHAT"), Text("OLDER THAN"), Text("HOW MANY"))
_WHAT = {
    "deliveries": Text("campaigns, to counts"),
    "contacts": Text("contacts without an act, off their list"),
    "pending": Text("subscriptions never confirmed"),
    "departed": Text("people on no list, erased"),
}


@click.command(
    "retention",
    short_help=say(Text("Forget what has been kept for long enough.")),
    help=say(
        Text(
            "Forget what has been kept for as long as [retention] says: campaigns become counts, contacts "
            "without an act leave their list, people on no list are erased. That they left is remembered."
        )
    ),
)
@click.option("--dry-run", is_flag=True, help=say(Text("Only tell what would go.")))
@click.option("--yes", is_flag=True, help=say(Text("Do it without asking.")))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print it as JSON.")))
def command(dry_run: bool, yes: bool, json_wanted: bool) -> None:
    """Asked twice, the second time finds nothing."""
    from mailer.wiring.doors import now
    from mailer.wiring.tidying import due, tidy
    from mailer.workspace.folder import workspace_of

    settings, instant = workspace_of(None).settings, now()
    with store_here() as store:
        found = due(store, settings, instant)
        if not dry_run and any(one.count for one in found):
            if not yes:
                _tell(found)
                _confirm()
            found = tidy(store, settings, instant)
    if json_wanted:
        show.as_json([one.as_json() for one in found])
    elif dry_run or yes:
        _tell(found)
    if dry_run:
        show.talk(Text("Nothing was changed."))


def _tell(found: "list[Due]") -> None:
    lines = [[say(_WHAT[one.what]), one.before.date().isoformat(), str(one.count)] for one in found]
    show.table([[say(head) for head in _HEADS], *lines])


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise UsageError(Text("nobody is there to confirm: add --yes to have it go, or --dry-run to look"))
    if not agrees(Text("Have all that go for good?")):
        raise RefusedError(Text("not confirmed: nothing was changed"))
