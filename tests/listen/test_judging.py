"""Whose a returned mail is: only by our tokens, wherever they stand; nobody else's, never a guess."""

import pytest

from mailer.bounces.reading import read
from mailer.listen.judging import event_of, leaving_of, proof_of
from mailer.listen.returns import Class, Event
from mailer.tokens.keys import Keys
from mailer.tokens.links import list_mark, unsubscribe_token
from mailer.tokens.mails import verp_token
from mailer.tokens.signed import to_base32
from tests.listen.returned import HOUSE, NOBODY, PUBLIC_ID, bounce, complaint, leaving, letter, verp

KEYS = Keys.new(lambda count: bytes(range(count)))
OTHERS = Keys.new(lambda count: bytes(range(1, count + 1)))
ZOE, LIST = 4_611_686_018_427_387_001, "adherents"
TOKEN = unsubscribe_token(KEYS, ZOE, LIST)


def proof(raw: bytes, keys: Keys = KEYS) -> tuple[str, int] | None:
    """The campaign and the person; None: nothing is proved."""
    found = proof_of(keys, read(raw))
    return (found.public_id, found.subscriber) if found is not None else None


def leaves(raw: bytes, subject: str = "") -> tuple[int, bytes] | None:
    found = leaving_of(KEYS, read(raw), subject)
    return (found.subscriber, found.list_mark) if found is not None else None


def event(raw: bytes) -> Event | None:
    reading = read(raw)
    return event_of(reading, proof_of(KEYS, reading))


def test_the_address_it_came_back_to_names_message_and_person() -> None:
    address = verp(KEYS, ZOE)
    assert proof(bounce(address)) == (PUBLIC_ID, ZOE)
    assert proof(bounce(address.upper())) == (PUBLIC_ID, ZOE)
    assert proof(bounce(f"<{address}>")) == (PUBLIC_ID, ZOE)
    # A forwarder wraps it in its own (SRS).
    local = address.partition("@")[0]
    assert proof(bounce(f"SRS0=1a2b=XY=lettre.example.org={local}@forwarder.example")) == (PUBLIC_ID, ZOE)


def test_so_does_the_message_that_it_returns() -> None:
    assert proof(bounce(NOBODY, returned=f"Return-Path: <{verp(KEYS, ZOE)}>")) == (PUBLIC_ID, ZOE)
    link = f"List-Unsubscribe: <https://lettre.example.org/u/{TOKEN}>,\n <mailto:{leaving(KEYS, ZOE, LIST)}>"
    assert proof(bounce(NOBODY, returned=link)) == ("", ZOE)
    assert proof(complaint(link)) == ("", ZOE)


@pytest.mark.parametrize("of", [verp, lambda keys, subscriber: leaving(keys, subscriber, LIST)])
def test_a_token_of_others_or_one_that_was_touched_proves_nothing(of) -> None:  # type: ignore[no-untyped-def]
    address = of(KEYS, ZOE)
    assert proof(bounce(address), OTHERS) is None
    local, _, domain = address.partition("@")
    for at in range(len("retours+"), len(local), 5):
        other = "b" if local[at] == "a" else "a"
        assert proof(bounce(f"{local[:at]}{other}{local[at + 1 :]}@{domain}")) is None
    assert proof(bounce(f"{local}a@{domain}")) is None


def test_a_flood_of_false_tokens_is_given_up() -> None:
    flood = "\n ".join(f"<https://lettre.example.org/u/{'a' * 38}{at % 10}>" for at in range(500))
    assert proof(bounce(NOBODY, returned=f"List-Unsubscribe: {flood}")) is None


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        ("5.1.1", "550 5.1.1 user unknown", Class.HARD),
        ("5.2.2", "552 5.2.2 mailbox full", Class.SOFT),
        ("4.4.1", "connection timed out", Class.SOFT),
        ("5.7.1", "550 5.7.1 blocked by spamhaus, poor reputation", Class.SENDER),
        ("5.7.26", "550 5.7.26 this mail is unauthenticated: SPF and DKIM did not pass", Class.SENDER),
    ],
)
def test_whose_fault_it_is(status: str, said: str, kind: Class) -> None:
    found = event(bounce(verp(KEYS, ZOE), status=status, said=said))
    assert found is not None
    assert (found.kind, found.campaign, found.subscriber) == (kind, PUBLIC_ID, ZOE)
    assert found.status == status


def test_without_proof_it_is_listed_and_nothing_more() -> None:
    for raw in (bounce(NOBODY), bounce(verp(OTHERS, ZOE)), complaint("To: zoe@example.org")):
        found = event(raw)
        assert found is not None
        assert (found.kind, found.campaign, found.subscriber) == (Class.UNPROVEN, "", 0)


def test_a_delay_a_delivery_and_what_is_nobody_s_change_nothing() -> None:
    assert event(bounce(verp(KEYS, ZOE), action="delayed", status="4.4.1")) is None
    assert event(bounce(verp(KEYS, ZOE), action="delivered", status="2.1.5")) is None
    assert event(bounce(verp(KEYS, 0))) is None  # of a test, or of a witness's copy


@pytest.mark.parametrize(
    ("subject", "words", "fields"),
    [
        ("Réponse automatique : absente", "Je suis en congé.", "Auto-Submitted: auto-replied\n"),
        ("Out of office", "I am away.", "X-Auto-Response-Suppress: All\nPrecedence: auto-reply\n"),
        ("Please confirm that you are human", "Click here.", "Auto-Submitted: auto-replied\n"),
        ("Re: Un tract", "Merci pour ce tract ! 550 5.1.1 user unknown", ""),
    ],
)
def test_what_programs_and_people_answer_changes_nothing(subject: str, words: str, fields: str) -> None:
    raw = letter(verp(KEYS, ZOE), subject=subject, words=words, fields=fields)
    assert event(raw) is None
    assert leaves(raw, subject) is None


def test_any_mail_to_the_address_of_list_unsubscribe_leaves() -> None:
    zoe = (ZOE, list_mark(LIST))
    for subject, words in (
        ("", ""),
        ("unsubscribe", ""),
        ("n’importe quoi", "et du texte"),
        ("Re: 550", "x"),
    ):
        raw = letter(leaving(KEYS, ZOE, LIST), subject=subject, words=words)
        assert leaves(raw, subject) == zoe
    robot = letter(leaving(KEYS, ZOE, LIST), fields="Auto-Submitted: auto-generated\n")
    assert leaves(robot) == zoe
    assert leaves(letter(leaving(OTHERS, ZOE, LIST))) is None
    assert leaves(letter(leaving(KEYS, 0, LIST))) is None


def test_without_such_an_address_the_token_is_in_the_subject() -> None:
    raw = letter("contact@example.org", subject=f"unsubscribe {TOKEN}")
    found = leaves(raw, f"unsubscribe {TOKEN}")
    assert found == (ZOE, list_mark(LIST))
    assert leaves(raw, f"Re: unsubscribe {TOKEN}") is None


def test_one_purpose_never_opens_another() -> None:
    """A message's envelope does not unsubscribe; the address of leaving is no campaign's."""
    assert leaves(letter(verp(KEYS, ZOE))) is None
    assert proof(bounce(leaving(KEYS, ZOE, LIST))) == ("", ZOE)
    swapped = HOUSE.format(
        to_base32(unsubscribe_token(KEYS, ZOE, LIST))[:20] + verp_token(KEYS, PUBLIC_ID, ZOE)[20:]
    )
    assert proof(bounce(swapped)) is None
