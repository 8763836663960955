"""One person's record, for people; `wiring/record.py` has it for machines."""

from collections.abc import Sequence

from mailer.cli import show
from mailer.cli.speech import say
from mailer.reports.words import reason
from mailer.store.consents import Consent
from mailer.store.dossier import Dossier
from mailer.wiring.record import NOT_KEPT, Answer
from mailer.words import Text


def tell(dossier: Dossier, answers: Sequence[Answer]) -> None:
    """All of the record, in lines; what stands deeper belongs to the line above."""
    show.data(dossier.email)
    if not dossier.subscriber:
        _line(Text("nobody has this address"))
    for name, value in dossier.fields.items():
        if name != "email" and value:
            label = say(_FIELDS[name]) if name in _FIELDS else name
            _line(Text("{label}: {value}", label=label, value=value))
    if dossier.created_at:
        days = {"since": dossier.created_at[:10], "updated": dossier.updated_at[:10]}
        _line(Text("known since {since}, as it is since {updated}", **days))
    _tell_standing(dossier)
    _tell_mails(dossier)
    for slug, question, value in answers:
        _line(Text("answer under their name, {campaign}: {question}", campaign=slug, question=question))
        show.data("    " + value)
    for slug, link, day, clicks in dossier.clicks:
        show.data(f"  {slug}, {day}: {link} ({clicks})")
    for one in dossier.exports:
        file = one.path or say(Text("standard output"))
        _line(Text("{list} was written out on {at}: {file}", list=one.list, at=one.at[:10], file=file))
    if dossier.subscriber:
        _line(Text("Not kept of anybody:"))
        for _, why in NOT_KEPT:
            show.data("    " + say(why))


def _line(text: Text) -> None:
    show.data("  " + say(text))


def _tell_standing(dossier: Dossier) -> None:
    """Lists, consents, and whether anything is sent."""
    for one in dossier.memberships:
        membership = Text(
            "{list}: {state} since {since} ({source})",
            list=one.list,
            state=_STATES[one.state],
            since=one.since[:10],
            source=one.source,
        )
        _line(membership)
        if one.proof:
            show.data("    " + one.proof)
    for agreed in dossier.consents:
        _tell_consent(agreed)
    for slug, asked, until in dossier.signups:
        waits = Text(
            "{list}: signed up {since}, not confirmed; forgotten {until}",
            list=slug,
            since=asked[:10],
            until=until[:10],
        )
        _line(waits)
    if dossier.suppression is not None:
        kind, source, since = dossier.suppression
        _line(
            Text(
                "nothing is sent since {since}: {reason} ({source})",
                since=since[:10],
                reason=REASONS[kind],
                source=source,
            )
        )


def _tell_mails(dossier: Dossier) -> None:
    """What was sent, tried, and waits to leave."""
    for one in dossier.deliveries:
        became = say(_OUTCOMES.get(one.state, Text("{reason}", reason=one.state)))
        why = f" ({say(reason(one.reason))})" if one.reason else ""
        _line(Text("{label}: {value}", label=one.campaign, value=f"{became}{why} {one.at[:10]}".rstrip()))
        for attempt in dossier.attempts:
            if attempt.campaign == one.campaign:
                show.data(f"    {attempt.at[:16]} {attempt.outcome}: {attempt.reply or attempt.reason}")
    for subject, expires in dossier.notices:
        _line(Text("waits to leave until {until}: {subject}", until=expires[:16], subject=subject))
    for slug, kind, status, _, day in dossier.returned:
        came_back = Text("{kind} {status}, read on {day}", kind=RETURNED[kind], status=status, day=day)
        show.data("  " + (f"{slug}: " if slug else "") + say(came_back))


def _tell_consent(one: Consent) -> None:
    agreed = Text(
        "consent ({purpose}, {list}): {at} by {channel}",
        purpose=_PURPOSES.get(one.purpose, one.purpose),
        list=one.list or "–",
        at=one.at[:10],
        channel=one.channel,
    )
    show.data("  " + say(agreed))
    for line in one.text.split("\n"):
        show.data("    " + say(Text("“{words}”", words=line)))
    if one.ended_at:
        show.data(
            "    " + say(Text("until {date}: {ending}", date=one.ended_at[:10], ending=_ENDINGS[one.ending]))
        )


_FIELDS = {
    "first_name": Text("first name"),
    "last_name": Text("last name"),
    "language": Text("language"),
}
_OUTCOMES = {
    "pending": Text("not sent yet"),
    "in_flight": Text("leaving now"),
    "sent": Text("sent"),
    "deferred": Text("to be tried again"),
    "refused": Text("refused by the mailbox"),
    "excluded": Text("not sent to them"),
    "unknown": Text("sent or not: nobody knows"),
}
_PURPOSES = {
    "subscription": Text("to receive messages"),
    "tracking": Text("that their clicks are known"),
}
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
RETURNED = {
    "hard": Text("came back for good"),
    "soft": Text("came back for now"),
    "sender": Text("came back by our fault"),
    "complaint": Text("complaint"),
    "departure": Text("left by mail"),
}
REASONS = {
    "objection": Text("on their own wish"),
    "bounced": Text("the mailbox refuses"),
    "complained": Text("they complained"),
    "erased": Text("erased"),
}
