"""One person's record (GDPR, articles 15 and 20): the same for the command line and for their own page."""

from collections.abc import Iterable
from dataclasses import asdict

from mailer.store.answers import Answers
from mailer.store.dossier import Dossier
from mailer.store.store import Store
from mailer.words import Text

# What somebody may expect to find, and why it is not there.
NOT_KEPT: tuple[tuple[str, Text], ...] = (
    (
        "clicks",
        Text("links are counted for everybody together: who followed one is not known unless they agree"),
    ),
    ("openings", Text("mails hold nothing that tells when they are opened")),
    ("ballots", Text("answers to a questionnaire with ballots bear no name: nobody can tell whose they are")),
    ("network", Text("no address of a computer or telephone is kept")),
)
Answer = tuple[str, str, str]  # campaign, question, value


def record(dossier: Dossier, answers: Iterable[Answer] = ()) -> dict[str, object]:
    """As JSON has it; keys are the contract's (docs/contract.md)."""
    suppression = dossier.suppression
    return {
        "email": dossier.email,
        "known": dossier.subscriber != 0,
        "fields": {name: value for name, value in dossier.fields.items() if name != "email" and value},
        "since": dossier.created_at,
        "updated": dossier.updated_at,
        "memberships": [asdict(one) for one in dossier.memberships],
        "consents": [asdict(one) for one in dossier.consents],
        "signups": [{"list": slug, "since": since, "until": until} for slug, since, until in dossier.signups],
        "suppressed": None
        if suppression is None
        else {"reason": suppression[0], "source": suppression[1], "since": suppression[2]},
        "deliveries": [asdict(one) for one in dossier.deliveries],
        "attempts": [asdict(one) for one in dossier.attempts],
        "answers": [
            {"campaign": slug, "question": question, "value": value} for slug, question, value in answers
        ],
        "clicks": [
            {"campaign": slug, "link": link, "day": day, "clicks": clicks}
            for slug, link, day, clicks in dossier.clicks
        ],
        "notices": [{"subject": subject, "expires": expires} for subject, expires in dossier.notices],
        # Not where: that is a path of the section's own machine.
        "exports": [{"at": one.at, "list": one.list, "people": one.people} for one in dossier.exports],
        "not_kept": [name for name, _ in NOT_KEPT if name != "clicks" or not dossier.clicks],
        "returned": [
            {"campaign": slug, "kind": kind, "status": status, "reason": reason, "day": day}
            for slug, kind, status, reason, day in dossier.returned
        ],
    }


def answers_under(store: Store, answers: Answers, subscriber: int) -> list[Answer]:
    """What somebody answered in the mode that joins answers to names, campaign by campaign."""
    return [
        (one.slug, question, value)
        for one in store.visits.questionnaires()
        for who, question, value in answers.members(one.public_id)
        if who == subscriber
    ]
