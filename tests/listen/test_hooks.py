"""Relays' events as readings: what each says, in whatever disorder; what says nothing gives nothing."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mailer.bounces.model import BLAME, Blame
from mailer.listen.hooks import RELAYS
from mailer.listen.hooks.posted import confirmation, read, stopped, unwrapped
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
    *(
        (
            "ses",
            ses("Bounce", bounceType="Permanent", bounceSubType=why, bouncedRecipients=recipients(HARD)),
            Blame.SOFT,
        )
        for why in ("Suppressed", "OnAccountSuppressionList")  # not tried: no second proof
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
    (
        "postmark",
        {"RecordType": "Bounce", "Type": "HardBounce", "Email": ZOE, "Metadata": {"message": MADE}},
        Blame.HARD,
    ),
    ("postmark", {"RecordType": "Bounce", "Type": "Blocked", "Email": ZOE, "Content": MADE}, Blame.SENDER),
    (
        "postmark",
        {"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": ZOE, "Content": MADE},
        Blame.OBJECTION,
    ),
    *(
        (
            "mailjet",
            {"event": event, "email": ZOE, "error_related_to": related, "error": error, "hard_bounce": hard}
            | {"MessageID": 1, "Message_GUID": "1", "CustomID": MADE, "Payload": "", "comment": comment},
            blame,
        )
        for event, related, error, hard, comment, blame in (
            ("bounce", "recipient", "user unknown", True, "", Blame.HARD),
            ("bounce", "recipient", "user unknown", False, "", Blame.SOFT),
            ("bounce", "recipient", "user unknown", True, "552 5.2.2 mailbox full", Blame.SOFT),
            ("bounce", "recipient", "mailbox inactive", True, "", Blame.HARD),
            ("bounce", "recipient", "quota exceeded", True, "", Blame.SOFT),
            ("bounce", "domain", "invalid domain", True, "", Blame.HARD),
            ("bounce", "domain", "no mail host", False, "", Blame.SOFT),
            ("bounce", "domain", "relay/access denied", True, "", Blame.SENDER),
            ("bounce", "domain", "greylisted", False, "", Blame.SOFT),
            ("bounce", "spam", "sender blocked", True, "550 5.1.1 user unknown", Blame.SENDER),
            ("bounce", "spam", "policy issue", False, "", Blame.SENDER),
            ("bounce", "content", "content blocked", True, "", Blame.SENDER),
            ("bounce", "system", "connection issue", False, "", Blame.SENDER),
            ("blocked", "mailjet", "preblocked", None, "", Blame.SENDER),
            ("blocked", "mailjet", "duplicate in campaign", None, "", Blame.SENDER),
            ("blocked", "recipient", "spam reporter", None, "", Blame.SENDER),
            ("blocked", "recipient", "user unknown", None, "", Blame.SOFT),  # not tried: no second proof
            ("bounce", "", "", True, "", Blame.SOFT),
            ("spam", "", "", None, "", Blame.OBJECTION),
        )
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
    *(("mailjet", {"event": event, "email": ZOE, "CustomID": MADE}) for event in ("sent", "open", "click")),
    ("mailjet", {"event": 1, "email": ZOE}),
    ("postmark", {"RecordType": "Bounce", "Type": "Transient", "Email": ZOE}),
    ("postmark", {"RecordType": "Bounce", "Type": "AutoResponder", "Email": ZOE}),
    ("postmark", {"RecordType": "Delivery", "Email": ZOE}),
    (
        "postmark",
        {"RecordType": "SubscriptionChange", "Recipient": ZOE, "SuppressSending": True, "Origin": "Admin"},
    ),
    ("postmark", {"RecordType": "SubscriptionChange", "Recipient": ZOE, "SuppressSending": False}),
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
@pytest.mark.parametrize(
    "rubbish", [None, 1, "\ud800", "x" * 100_000, [], {}, [[]], {"a": {}}, [None] * 1000, True]
)
def test_values_of_any_kind_end_in_nothing_worse(relay: str, rubbish: Any) -> None:
    for _, said, _ in CASES:
        for name in said:
            list(RELAYS[relay]({**said, name: rubbish}))


def test_bodies_that_are_no_object() -> None:
    for body in (
        b"",
        b"[]",
        b"1",
        b"[1]",
        b"[{}, []]",
        b"{",
        b"\xff",
        b"null",
        b"[" * 500_000,
        b'{"a": ' * 90_000,
    ):
        assert read(body) is None
    assert read(b'{"a": 1}') == [{"a": 1}]
    assert read(b'[{"a": 1}, {}]') == [{"a": 1}, {}]


@pytest.mark.parametrize("said", ["[]", "[{}, {}]", "1", "", "\ud800", '"\\ud800"'])
def test_an_envelope_holds_one_event(said: str) -> None:
    assert unwrapped({"Type": "Notification", "Message": said}) is None


@pytest.mark.parametrize(
    ("relay", "said"),
    [
        ("mailjet", {"event": "unsub", "email": ZOE, "CustomID": MADE}),
        (
            "brevo",
            {"event": "unsubscribed", "email": ZOE, "message-id": "<1@brevo>", "X-Mailin-custom": MADE},
        ),
        (
            "postmark",
            {"RecordType": "SubscriptionChange", "Recipient": ZOE, "SuppressSending": True}
            | {"Origin": "Recipient", "Metadata": {"message": MADE}},
        ),
    ],
)
def test_who_left_by_a_link_of_the_relay(relay: str, said: dict[str, Any]) -> None:
    [reading] = RELAYS[relay](said)
    assert (reading.kind, reading.recipients[0].address) == ("unsubscribe", ZOE)
    assert MADE in reading.traces


def test_a_topic_asks_to_be_confirmed() -> None:
    asked = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?x"}
    assert confirmation(asked) == "https://sns.eu-west-1.amazonaws.com/?x"
    assert confirmation({**asked, "Type": "UnsubscribeConfirmation"}) == asked["SubscribeURL"]
    assert (stopped({**asked, "Type": "UnsubscribeConfirmation"}), stopped(asked)) == (True, False)
    assert confirmation({**asked, "Type": "Notification"}) == ""
    assert confirmation({**asked, "Type": ["SubscriptionConfirmation"]}) == ""
    assert confirmation({"Type": "SubscriptionConfirmation", "SubscribeURL": 1}) == ""
