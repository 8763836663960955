"""Relays' events as readings: what each says, in whatever disorder; what says nothing gives nothing."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mailer.bounces.model import BLAME, Blame
from mailer.listen.hooks import RELAYS
from mailer.listen.hooks.posted import confirmation, read
from mailer.settings.checks import RELAYS as NAMES

ZOE, MADE, SENDER = "zoe@example.org", "<abc@lettre.example.org>", "retours+abc@lettre.example.org"
HEADER = [{"name": "Message-ID", "value": MADE}, {"name": "List-Unsubscribe", "value": "<https://x/u/y>"}]


def wrapped(said: Mapping[str, Any]) -> dict[str, Any]:
    """In the envelope of a topic."""
    return {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:…", "Message": json.dumps(said)}


def ses(kind: str, **told: Any) -> dict[str, Any]:
    mail = {"source": SENDER, "messageId": "0100", "headers": HEADER}
    return {"notificationType": kind, "mail": mail, kind.lower(): told}


def recipients(*fields: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"emailAddress": ZOE, **one} for one in fields]


HARD = {"status": "5.1.1", "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
FULL = {"status": "5.2.2", "action": "failed", "diagnosticCode": "smtp; 552 5.2.2 mailbox full"}
SPAM = {"status": "5.7.1", "action": "failed", "diagnosticCode": "smtp; 550 5.7.1 blocked, poor reputation"}
CASES = [
    ("ses", wrapped(ses("Bounce", bounceType="Permanent", bouncedRecipients=recipients(HARD))), Blame.HARD),
    ("ses", ses("Bounce", bounceType="Permanent", bouncedRecipients=recipients(HARD)), Blame.HARD),
    ("ses", ses("Bounce", bounceType="Transient", bouncedRecipients=recipients(FULL)), Blame.SOFT),
    ("ses", ses("Bounce", bounceType="Permanent", bouncedRecipients=recipients(SPAM)), Blame.SENDER),
    (
        "ses",
        ses("Bounce", bounceType="Permanent", bounceSubType="General", bouncedRecipients=recipients({})),
        Blame.HARD,
    ),
    (
        "ses",
        ses("Bounce", bounceType="Transient", bounceSubType="MailboxFull", bouncedRecipients=recipients({})),
        Blame.SOFT,
    ),
    ("ses", ses("Complaint", complainedRecipients=recipients({})), Blame.OBJECTION),
    ("brevo", {"event": "hard_bounce", "email": ZOE, "message-id": MADE, "reason": ""}, Blame.HARD),
    (
        "brevo",
        {"event": "hard_bounce", "email": ZOE, "message-id": MADE, "reason": "550 5.7.1 blocked, spamhaus"},
        Blame.SENDER,
    ),
    ("brevo", {"event": "soft_bounce", "email": ZOE, "message-id": MADE, "reason": "later"}, Blame.SOFT),
    ("brevo", {"event": "blocked", "email": ZOE, "message-id": MADE}, Blame.SENDER),
    ("brevo", {"event": "spam", "email": ZOE, "message-id": MADE}, Blame.OBJECTION),
    ("postmark", {"RecordType": "Bounce", "Type": "HardBounce", "Email": ZOE, "Content": MADE}, Blame.HARD),
    ("postmark", {"RecordType": "Bounce", "Type": "SoftBounce", "Email": ZOE, "Content": MADE}, Blame.SOFT),
    ("postmark", {"RecordType": "Bounce", "Type": "Blocked", "Email": ZOE, "Content": MADE}, Blame.SENDER),
    (
        "postmark",
        {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": ZOE, "Content": MADE},
        Blame.OBJECTION,
    ),
    (
        "scaleway",
        wrapped({"type": "email_mailbox_not_found", "email_to": ZOE, "email_headers": HEADER}),
        Blame.HARD,
    ),
    (
        "scaleway",
        {
            "type": "email_dropped",
            "email_to": ZOE,
            "email_headers": HEADER,
            "email_response_message": "552 5.2.2 mailbox full",
        },
        Blame.SOFT,
    ),
    ("scaleway", {"type": "email_spam", "email_to": ZOE, "email_headers": HEADER}, Blame.SENDER),
]
NOTHING = [
    ("ses", {"notificationType": "Delivery", "mail": {}, "delivery": {}}),
    ("ses", wrapped({"eventType": "DeliveryDelay", "mail": {}})),
    ("ses", {"Type": "Notification", "Message": "not JSON"}),
    ("ses", {"Type": "Notification", "Message": ["no text"]}),
    ("ses", {"notificationType": "Bounce", "bounce": "no object"}),
    ("ses", {"notificationType": "Bounce", "bounce": {"bouncedRecipients": "no list"}}),
    ("brevo", {"event": "deferred", "email": ZOE}),
    ("brevo", {"event": "opened", "email": ZOE}),
    ("brevo", {"event": ["hard_bounce"], "email": ZOE}),
    ("postmark", {"RecordType": "Bounce", "Type": "Transient", "Email": ZOE}),
    ("postmark", {"RecordType": "Bounce", "Type": "AutoResponder", "Email": ZOE}),
    ("postmark", {"RecordType": "Delivery", "Email": ZOE}),
    ("scaleway", {"type": "email_delivered", "email_to": ZOE}),
    ("scaleway", {"type": "email_deferred", "email_to": ZOE, "email_headers": HEADER}),
]


def test_every_relay_that_may_be_named_has_its_file() -> None:
    assert tuple(RELAYS) == NAMES


@pytest.mark.parametrize(("relay", "said", "blame"), CASES)
def test_what_an_event_says(relay: str, said: dict[str, Any], blame: Blame) -> None:
    [reading] = RELAYS[relay](said)
    [failing] = reading.recipients
    assert (failing.address, BLAME[failing.reason]) == (ZOE, blame)
    assert reading.kind == ("complaint" if blame is Blame.OBJECTION else "bounce")
    assert MADE in reading.traces
    assert [one.digest for one in RELAYS[relay](said)] == [reading.digest]  # posted again, it is the same


@pytest.mark.parametrize(("relay", "said"), NOTHING)
def test_what_says_nothing(relay: str, said: dict[str, Any]) -> None:
    assert list(RELAYS[relay](said)) == []


@pytest.mark.parametrize("relay", NAMES)
@pytest.mark.parametrize("rubbish", [None, 1, "x" * 100_000, [], {}, [[]], {"a": {}}, [None] * 1000, True])
def test_values_of_any_kind_end_in_nothing_worse(relay: str, rubbish: Any) -> None:
    for _, said, _ in CASES:
        for name in said:
            list(RELAYS[relay]({**said, name: rubbish}))


def test_bodies_that_are_no_object() -> None:
    for body in (b"", b"[]", b"1", b"{", b"\xff", b"null", b"[" * 100_000, b'{"a": ' * 50_000):
        assert read(body) is None
    assert read(b'{"a": 1}') == {"a": 1}


def test_a_topic_asks_to_be_confirmed() -> None:
    asked = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?x"}
    assert confirmation(asked) == "https://sns.eu-west-1.amazonaws.com/?x"
    assert confirmation({**asked, "Type": "Notification"}) == ""
    assert confirmation({"Type": "SubscriptionConfirmation", "SubscribeURL": 1}) == ""
