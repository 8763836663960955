"""`mailer subscribers erase`: everything about one person goes, but for a keyed hash that keeps them out."""

import sys
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.agreeing import agrees
from mailer.cli.speech import say
from mailer.cli.subscribers.words import checked, store_here
from mailer.errors import LaterError, RefusedError, UsageError
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.wiring.erasing import Erased


@click.command(
    "erase",
    short_help=say(Text("Erase one person everywhere.")),
    help=say(
        Text(
            "Erase the person with the address EMAIL everywhere, for good. A keyed hash of the address "
            "stays, so that no import brings it back. Files that hold it are printed: they are yours to mend."
        )
    ),
)
@click.argument("email", metavar="EMAIL")
@click.option("--yes", is_flag=True, help=say(Text("Do it without asking.")))
def command(email: str, yes: bool) -> None:
    """Twice is once; exit 75 when something has to wait: the same command goes on."""
    from mailer.wiring.erasing import erase
    from mailer.workspace.folder import workspace_of

    address = checked(email)
    _confirm(address, yes=yes)
    workspace = workspace_of(None)
    done = erase(workspace, address, source="operator")
    _tell(address, done)
    if done.files:
        show.talk(
            Text("These files still hold the address. Take it out of them, or delete them with their copies:")
        )
    for path in done.files:
        inside = path.is_relative_to(workspace.root)
        show.data(path.relative_to(workspace.root).as_posix() if inside else str(path))
    if done.leaving:
        raise LaterError(
            Text("a message to them is leaving at this moment, and no reply is known yet: run this again")
        )
    if not done.scrubbed:
        raise LaterError(
            Text(
                "the database's file is being read, or a campaign is being sent: it is written anew after "
                "that, by the site or the next send, or when you run this again"
            )
        )


def _confirm(address: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(Text("nobody is there to confirm: add --yes to erase {email}", email=address))
    with store_here() as store:
        dossier = store.people.dossier(address)
    lists = ", ".join(one.list for one in dossier.memberships) or "-"
    question = (
        Text("Erase {email} for good? Lists: {lists}.", email=address, lists=lists)
        if dossier.subscriber
        else Text("Nobody has the address {email}. Keep it out of every list for good?", email=address)
    )
    if not agrees(question):
        raise RefusedError(Text("not confirmed: nothing was erased"))


def _tell(address: str, done: "Erased") -> None:
    if done.known:
        show.talk(Text("{email} is erased; no import brings it back.", email=address))
    else:
        show.talk(Text("Nobody has the address {email}; no import brings it in.", email=address))
    if done.answers:
        show.talk(
            plural(
                "Answers to {count} questionnaire, given under their name, are gone too.",
                "Answers to {count} questionnaires, given under their name, are gone too.",
                count=done.answers,
            )
        )
    if done.mails:
        show.talk(
            plural(
                "{count} mail to them was deleted from the outbox.",
                "{count} mails to them were deleted from the outbox.",
                count=done.mails,
            )
        )
