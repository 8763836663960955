"""One person's record: for machines, and for people."""

from collections.abc import Sequence

from mailer.cli import show
from mailer.cli.speech import say
from mailer.store.consents import Consent
from mailer.store.people import Dossier
from mailer.words import Text

Waiting = tuple[str, str, str]  # a sign-up: list, since when, until when


def tell(dossier: Dossier, consents: Sequence[Consent], signups: Sequence[Waiting]) -> None:
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
    for agreed in consents:
        _tell_consent(agreed)
    for slug, since, until in signups:
        waits = Text(
            "{list}: signed up {since}, not confirmed; forgotten {until}",
            list=slug,
            since=since[:10],
            until=until[:10],
        )
        show.data("  " + say(waits))
    if dossier.suppression is not None:
        kind, _, since = dossier.suppression
        show.data(
            "  "
            + say(Text("nothing is sent since {since}: {reason}", since=since[:10], reason=REASONS[kind]))
        )
    for slug, came, _, at in dossier.deliveries:
        show.data(f"  {slug}: {came} {at[:10]}")


def _tell_consent(one: Consent) -> None:
    agreed = Text(
        "consent ({purpose}, {list}): {at} by {channel}",
        purpose=one.purpose,
        list=one.list or "–",
        at=one.at[:10],
        channel=one.channel,
    )
    show.data("  " + say(agreed))
    for line in one.text.split("\n"):
        show.data(f"    “{line}”")
    if one.ended_at:
        show.data(
            "    " + say(Text("until {date}: {ending}", date=one.ended_at[:10], ending=_ENDINGS[one.ending]))
        )


_ENDINGS = {
    "withdrawn": Text("withdrawn"),
    "left": Text("they left the list"),
    "objected": Text("they objected"),
    "renewed": Text("renewed with other words"),
}
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
