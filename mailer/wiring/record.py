"""One person's record (GDPR, articles 15 and 20): the same for the command line and for their own page."""

from collections.abc import Sequence

from mailer.store.consents import Consent
from mailer.store.people import Dossier
from mailer.store.store import Store

Waiting = tuple[str, str, str]  # a sign-up: list, since when, until when


def stored(store: Store, email: str) -> tuple[Dossier, list[Consent], list[Waiting]]:
    """All there is of one checked address, known or not."""
    dossier = store.people.dossier(email)
    consents = store.consents.of(dossier.subscriber or store.people.number_for(email))
    return dossier, consents, store.signups.of(email)


def record(dossier: Dossier, consents: Sequence[Consent], signups: Sequence[Waiting]) -> dict[str, object]:
    """As JSON has it; keys are the contract's (docs/contract.md)."""
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
        "consents": [
            {
                "purpose": one.purpose,
                "list": one.list,
                "text": one.text,
                "digest": one.digest,
                "at": one.at,
                "channel": one.channel,
                "proof": one.proof,
                "ended_at": one.ended_at,
                "ending": one.ending,
            }
            for one in consents
        ],
        "signups": [{"list": slug, "since": since, "until": until} for slug, since, until in signups],
        "suppressed": None
        if suppression is None
        else {"reason": suppression[0], "source": suppression[1], "since": suppression[2]},
        "deliveries": [
            {"campaign": slug, "state": state, "reason": reason, "at": at}
            for slug, state, reason, at in dossier.deliveries
        ],
    }
