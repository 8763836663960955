"""Envelopes of topics: over which bytes a signature is, and where its certificate may lie."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailer.listen.hooks import TOPICS
from mailer.listen.hooks.envelopes import (
    ELSEWHERE,
    NOT_SIGNED,
    OTHER_TOPIC,
    TOO_OLD,
    Sealed,
    region_of,
    sealed,
)
from mailer.settings.checks import TOPICS as NAMED

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ARN = {
    "ses": "arn:aws:sns:eu-west-3:123456789012:retours",
    "scaleway": "arn:scw:sns:fr-par:project-7d6c5b4a:retours",
}
CERTIFICATE = {
    "ses": "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
    "scaleway": "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns_certificate_123.crt",
}


def notification(relay: str = "ses", **changes: Any) -> dict[str, Any]:
    said = {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": ARN[relay],
        "Subject": "Mon sujet",
        "Message": 'Une\nligne "é"',
        "Timestamp": "2026-11-27T08:59:58.655Z",
        "SignatureVersion": "2",
        "Signature": base64.b64encode(b"s" * 256).decode(),
        "SigningCertURL": CERTIFICATE[relay],
        "UnsubscribeURL": "https://elsewhere.example/",
    }
    return {name: value for name, value in {**said, **changes}.items() if value is not ...}


def opened(said: dict[str, Any], relay: str = "ses") -> object:
    return sealed(said, TOPICS[relay](region_of(ARN[relay])), ARN[relay], NOW)


def test_every_relay_whose_topics_may_be_named_has_some() -> None:
    assert TOPICS.keys() == NAMED.keys()
    assert all(NAMED[relay].fullmatch(topic) for relay, topic in ARN.items())


def test_what_a_notification_is_signed_over() -> None:
    found = opened(notification())
    assert isinstance(found, Sealed)
    assert found.signed.decode() == (
        'Message\nUne\nligne "é"\nMessageId\n22b80b92\nSubject\nMon sujet\n'
        f"Timestamp\n2026-11-27T08:59:58.655Z\nTopicArn\n{ARN['ses']}\nType\nNotification\n"
    )
    assert (found.hash, found.signature, found.certificate) == ("sha256", b"s" * 256, CERTIFICATE["ses"])
    for absent in (..., None):
        bare = opened(notification(Subject=absent, SignatureVersion="1"))
        assert isinstance(bare, Sealed)
        assert (bare.hash, b"Subject" in bare.signed) == ("sha1", False)


def test_what_a_confirmation_is_signed_over() -> None:
    address = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    asked = notification(
        Type="SubscriptionConfirmation", Subject=..., Message="Vous…", Token="2336", SubscribeURL=address
    )
    found = opened(asked)
    assert isinstance(found, Sealed)
    assert found.signed.decode() == (
        f"Message\nVous…\nMessageId\n22b80b92\nSubscribeURL\n{address}\nTimestamp\n2026-11-27T08:59:58.655Z\n"
        f"Token\n2336\nTopicArn\n{ARN['ses']}\nType\nSubscriptionConfirmation\n"
    )
    for wrong in (
        "https://sns.eu-west-3.amazonaws.com.example/?",
        "http://sns.eu-west-3.amazonaws.com/?",
        "",
        1,
    ):
        assert opened({**asked, "SubscribeURL": wrong}) is ELSEWHERE
    assert opened({**asked, "Token": ...}) is NOT_SIGNED


@pytest.mark.parametrize(
    ("relay", "address"),
    [
        ("ses", CERTIFICATE["ses"].replace("https://sns.eu-west-3.amazonaws.com", host))
        for host in (
            "http://sns.eu-west-3.amazonaws.com",
            "https://sns.eu-west-1.amazonaws.com",  # not the topic's region
            "https://sns.eu-west-3.amazonaws.com:8443",
            "https://sns.eu-west-3.amazonaws.com.cn",
            "https://sns.eu-west-3.amazonaws.com.example",
            "https://sns.eu-west-3.amazonaws.com@evil.example",
            "https://sns.eu-west-3.amazonaws.com/bucket",
            "https://sns.s3.amazonaws.com",
            "https://evil.example/sns.eu-west-3.amazonaws.com",
            "https://sns.eu-west-3.amazonaws.com/../x",
            "https://SNS.eu-west-3.amazonaws.com",
            "file:///sns.eu-west-3.amazonaws.com",
        )
    ]
    + [("ses", CERTIFICATE["ses"] + more) for more in ("?x", "#x", "\n", " ", "/", "%2e", "\0", ".exe")]
    + [
        ("ses", CERTIFICATE["scaleway"]),
        ("scaleway", CERTIFICATE["ses"]),
        ("scaleway", "https://messaging.s3.pl-waw.scw.cloud/fr-par/sns/x.crt"),  # anybody's bucket
        ("scaleway", "https://messaging.s3.fr-par.scw.cloud/nl-ams/sns/x.crt"),
        ("scaleway", "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/../../x.crt"),
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_looked_for(relay: str, address: str) -> None:
    assert opened(notification(relay, SigningCertURL=address), relay) is ELSEWHERE


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("us-gov-west-1", "https://sns.us-gov-west-1.amazonaws.com/a.pem"),
        ("cn-north-1", "https://sns.cn-north-1.amazonaws.com.cn/a.pem"),
        ("eu-west-3", "https://sns.eu-west-3.amazonaws.com:443/a.pem"),
    ],
)
def test_regions_have_their_own(region: str, address: str) -> None:
    assert TOPICS["ses"](region).certificates.fullmatch(address)


def test_scaleway_names_who_issues() -> None:
    found = opened(notification("scaleway", Timestamp="2026-11-27T08:59:58Z"), "scaleway")
    assert isinstance(found, Sealed)
    assert found.issuers == "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns-trust-chain.pem"


def said_at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_only_while_it_is_posted_again() -> None:
    for relay, patience in (("ses", timedelta(hours=1)), ("scaleway", timedelta(hours=8))):
        second = timedelta(seconds=1)
        for at, believed in (
            (NOW - patience, True),
            (NOW - patience - second, False),
            (NOW + timedelta(minutes=15), True),
            (NOW + timedelta(minutes=15) + second, False),
        ):
            found = opened(notification(relay, Timestamp=said_at(at)), relay)
            assert isinstance(found, Sealed) if believed else found is TOO_OLD
    for odd in ("", "2026-11-27", "2026-11-27T08:59:58", "2026-13-27T08:59:58Z", "2026-11-27T08:59:58+00:00"):
        assert opened(notification(Timestamp=odd)) is TOO_OLD


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"TopicArn": ARN["ses"] + "x"}, OTHER_TOPIC),
        ({"TopicArn": [ARN["ses"]]}, OTHER_TOPIC),
        ({"Type": ...}, NOT_SIGNED),
        ({"Type": ["Notification"]}, NOT_SIGNED),
        ({"Type": "Something"}, NOT_SIGNED),
        ({"SignatureVersion": "3"}, NOT_SIGNED),
        ({"SignatureVersion": ...}, NOT_SIGNED),
        ({"Signature": "é"}, NOT_SIGNED),
        ({"Signature": "not base 64"}, NOT_SIGNED),
        ({"Signature": ""}, NOT_SIGNED),
        ({"Signature": {}}, NOT_SIGNED),
        ({"Message": {"notificationType": "Bounce"}}, NOT_SIGNED),
        ({"MessageId": None}, NOT_SIGNED),
        ({"Subject": 1}, NOT_SIGNED),
        ({"SigningCertURL": 1}, ELSEWHERE),
    ],
)
def test_what_is_not_signed_as_a_topic_signs(changes: dict[str, Any], why: object) -> None:
    assert opened(notification(**changes)) is why


def test_half_a_letter_changes_no_type() -> None:
    assert isinstance(opened(notification(Message="\ud800")), Sealed)
