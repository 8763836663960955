"""One person's record: for machines, and for people."""

from mailer.cli import show
from mailer.cli.speech import say
from mailer.store.people import Dossier
from mailer.words import Text


def as_json(dossier: Dossier) -> dict[str, object]:
    """Keys are the contract's (docs/contract.md)."""
    suppression = dossier.suppression
    return {
        "email": dossier.email,
        "known": dossier.subscriber != 0,
        "fields": {name: value for name, value in dossier.fields.items() if name != "email" and value},
        "since": dossier.created_at,
        "memberships": [
            {
                "list": one.list,
                "state": one.state,
                "since": one.since,
                "source": one.source,
                "proof": one.proof,
            }
            for one in dossier.memberships
        ],
        "suppressed": None
        if suppression is None
        else {"reason": suppression[0], "source": suppression[1], "since": suppression[2]},
        "deliveries": [
            {"campaign": slug, "state": state, "reason": reason, "at": at}
            for slug, state, reason, at in dossier.deliveries
        ],
    }


def tell(dossier: Dossier) -> None:
    """The same as lines."""
    show.data(dossier.email)
    if not dossier.subscriber:
        show.data("  " + say(Text("nobody has this address")))
    for name, value in dossier.fields.items():
        if name != "email" and value:
            show.data(f"  {name}: {value}")
    for one in dossier.memberships:
        state = _STATES[one.state]
        membership = Text(
            "{list}: {state} since {since} ({source})",
            list=one.list,
            state=state,
            since=one.since[:10],
            source=one.source,
        )
        show.data("  " + say(membership))
        if one.proof:
            show.data("    " + one.proof)
    if dossier.suppression is not None:
        kind, _, since = dossier.suppression
        show.data(
            "  "
            + say(Text("nothing is sent since {since}: {reason}", since=since[:10], reason=REASONS[kind]))
        )
    for slug, came, _, at in dossier.deliveries:
        show.data(f"  {slug}: {came} {at[:10]}")


_STATES = {
    "pending": Text("to be confirmed"),
    "subscribed": Text("subscribed"),
    "unsubscribed": Text("unsubscribed"),
}
REASONS = {
    "objection": Text("on their own wish"),
    "bounced": Text("the mailbox refuses"),
    "complained": Text("they complained"),
    "erased": Text("erased"),
}
