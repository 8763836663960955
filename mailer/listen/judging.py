"""What a returned mail asks for: by our signed tokens in it (proofs.py), nothing else believed. Pure.

A member who forges holds their own tokens, and speaks of nobody but themself. A mail to the address that
List-Unsubscribe gives leaves the list, whatever is written in it (standards.md, B7).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailer.bounces.model import BLAME, Blame, Failing, Reading
from mailer.listen.proofs import Proof, proofs
from mailer.listen.returns import Class, Event
from mailer.tokens.keys import Keys

_BLAMES = {Blame.HARD: Class.HARD, Blame.SOFT: Class.SOFT, Blame.SENDER: Class.SENDER}
_WORST = (Class.HARD, Class.SOFT, Class.SENDER)  # of several recipients of one message of ours
_BY_SUBJECT = re.compile(r"\s*unsubscribe\s+([\w-]{39})\s*", re.ASCII)


def proof_of(keys: Keys, reading: Reading) -> Proof | None:
    """Whose message came back. The envelope's token before that of a link: it names the campaign too."""
    found = proofs(keys, reading)
    return next((one for one in found if one.public_id), found[0] if found else None)


def leaving_of(keys: Keys, reading: Reading, subject: str) -> Proof | None:
    """Who leaves by this mail, and which list.

    Where there is no mailbox of that name the token stands in the subject, behind `unsubscribe`.
    """
    if reading.kind in ("bounce", "complaint", "report"):
        return None
    arrived: Sequence[Proof] = [one for one in proofs(keys, reading) if one.arrived]
    if not arrived and (named := _BY_SUBJECT.fullmatch(subject[:300])):
        arrived = proofs(keys, replace(reading, arrived_at=(named[1],), traces=()))
    return next((one for one in arrived if one.list_mark and one.subscriber), None)


def event_of(reading: Reading, proof: Proof | None) -> Event | None:
    """What a bounce or a complaint is, for the store; None for all that changes nothing."""
    if reading.kind == "complaint":
        kind, failing = Class.COMPLAINT, None
    elif reading.kind == "bounce" and (found := _failed(reading.recipients, proven=proof is not None)):
        kind, failing = found
    else:
        return None
    if proof is not None and not proof.subscriber:  # a test, or a witness's copy
        return None
    return Event(
        digest=reading.digest,
        kind=kind if proof is not None else Class.UNPROVEN,
        campaign=proof.public_id if proof is not None else "",
        subscriber=proof.subscriber if proof is not None else 0,
        status=_short(failing.status) if failing else "",
        reason=str(failing.reason) if failing else reading.kind,
    )


def _failed(recipients: Iterable[Failing], *, proven: bool) -> tuple[Class, Failing | None] | None:
    """What failed, the worst first: one message of ours has one recipient, who may forward it to several.

    A delay is no failure: it goes on being tried. With a token of ours and nobody named, it failed for now.
    """
    named = list(recipients)
    failed = [one for one in named if one.action not in ("delayed", "delivered", "relayed", "expanded")]
    found = {_BLAMES.get(BLAME[one.reason], Class.SOFT): one for one in reversed(failed)}
    for kind in _WORST:
        if kind in found:
            return kind, found[kind]
    return (Class.SOFT, None) if proven and not named else None


def _short(status: str) -> str:
    return status if re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", status) else ""
