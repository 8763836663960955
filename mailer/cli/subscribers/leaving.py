"""`mailer subscribers unsubscribe` and `resubscribe`: departures, and returns on one's own wish."""

from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.cli.subscribers.words import LIST, checked, store_here
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.store import Store


@click.command(
    "unsubscribe",
    short_help=say(Text("Write somebody out of a list.")),
    help=say(Text("Write the person with the address EMAIL out of a list, or of everything.")),
)
@click.argument("email", metavar="EMAIL")
@click.option("--list", "slug", metavar="LIST", help=LIST)
@click.option("--all", "everything", is_flag=True, help=say(Text("Nothing more, from any list, for good.")))
def unsubscribe(email: str, slug: str | None, everything: bool) -> None:
    """At once, whatever is being sent."""
    from mailer.wiring.importing import leave, list_named
    from mailer.workspace.folder import workspace_of

    if (slug is None) != everything:
        raise UsageError(Text("say which list with --list LIST, or everything with --all"))
    if slug is not None:
        list_named(workspace_of(None), slug)
    address = checked(email)
    with store_here() as store:
        left = leave(store, address, [slug] if slug else [], everything=everything)
    if left is None and everything:
        show.talk(
            Text("Nobody has the address {email} yet: whoever imports it, it stays out.", email=address)
        )
        return
    if left is None:
        raise UsageError(Text("nobody has the address {email}", email=address))
    if everything:
        show.talk(Text("{email} will receive nothing more.", email=address))
    elif left:
        show.talk(Text("{email} has left {lists}.", email=address, lists=", ".join(left)))
    else:
        show.talk(Text("{email} was not on {slug}.", email=address, slug=slug))


@click.command(
    "resubscribe",
    short_help=say(Text("Let somebody come back who asks to.")),
    help=say(Text("Let the person with the address EMAIL come back to lists they left, on their own wish.")),
)
@click.argument("email", metavar="EMAIL")
@click.option("--proof", metavar="TEXT", required=True, help=say(Text("How they asked for it, and when.")))
@click.option("--list", "slug", metavar="LIST", help=say(Text("One list; all those they left if not given.")))
def resubscribe(email: str, proof: str, slug: str | None) -> None:
    """Ends an objection too, and that an address is given up; never a complaint."""
    if not proof.strip():
        raise UsageError(Text("write in --proof how they asked to come back, and when"))
    address = checked(email)
    with store_here() as store, store.together():
        dossier = store.people.dossier(address)
        reason = dossier.suppression[0] if dossier.suppression is not None else ""
        left = [one.list for one in dossier.memberships if one.state == "unsubscribed"]
        lists = [one for one in left if slug in (None, one)]
        if reason == "erased" or (reason == "objection" and not left):
            lists = _come_again(store, address, slug, proof)
        elif lists:
            store.exits.come_back(dossier.subscriber, lists, "operator", objected=True, proof=proof)
        elif reason != "bounced":
            raise UsageError(Text("{email} has left no such list", email=address))
        if reason == "bounced":
            hashed = store.people.hash_of(address)
            store.exits.reached(dossier.subscriber, hashed, "operator", proof=proof)
    if reason == "bounced":
        show.talk(Text("{email} had been given up, and is written to again.", email=address))
    if not lists:
        return
    show.talk(Text("{email} is back on {lists}.", email=address, lists=", ".join(lists)))


def _come_again(store: "Store", address: str, slug: str | None, proof: str) -> list[str]:
    """Who was erased, or objected before they were on any list, left none that anybody remembers."""
    from mailer.model import Person
    from mailer.wiring.importing import list_named
    from mailer.workspace.folder import workspace_of

    if slug is None:
        raise UsageError(
            Text("{email} was on no list: say with --list which one they want to be on", email=address)
        )
    list_named(workspace_of(None), slug)
    hashed = store.people.hash_of(address)
    number = store.people.number_of(address) or store.people.number_for(address)
    store.exits.come_back(number, (), "operator", objected=True, proof=proof, address_hash=hashed)
    store.people.bring(slug, [Person(email=address, fields={})], source="operator", proof=proof)
    return [slug]
