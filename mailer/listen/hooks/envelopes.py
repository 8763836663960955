"""Envelopes of topics, Amazon's SNS and Scaleway's after it: who signed one, and over which bytes. Pure.

docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The certificate is named in the
envelope itself: it is looked for only where this provider keeps its own.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from mailer.listen.hooks.posted import Fields
from mailer.words import Text

_AHEAD = timedelta(minutes=15)  # a clock may be wrong by that much
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")
# In this order, each name and each value on a line; Subject only where there is one.
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_MAY_BE_ABSENT = "Subject"
_HASHES: dict[str, Literal["sha1", "sha256"]] = {"1": "sha1", "2": "sha256"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """Where the topics of one region lie."""

    certificates: re.Pattern[str]  # the addresses of those that sign
    issuers: str  # the address of those that issued them; "": whoever answers there is believed
    confirmations: str  # how the addresses begin that confirm a topic
    patience: timedelta  # how long a message is posted again, under its first date


TopicsOf = Callable[[str], Topics]  # of a region


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A signature, and what it has to be of."""

    certificate: str  # its address, one of this provider's
    issuers: str
    hash: Literal["sha1", "sha256"]
    signature: bytes
    signed: bytes


NOT_SIGNED = Text("it is not signed as a topic signs")
OTHER_TOPIC = Text("it is of another topic than the settings name")
TOO_OLD = Text("it is too old: somebody may be repeating it, or a clock is wrong")
ELSEWHERE = Text("it names a certificate, or an address to confirm, that is not the provider's")
FORGED = Text("its signature is wrong")


def region_of(topic: str) -> str:
    """That of `arn:aws:sns:eu-west-3:123456789012:name`."""
    return topic.split(":")[3]


def sealed(said: Fields, topics: Topics, topic: str, now: datetime) -> Sealed | Text:
    """What is to be verified of an envelope; or why there is nothing to verify."""
    if (fault := fault_of(said, topics, topic)) is not None:
        return fault
    names = _SIGNED[said["Type"]]
    values = {name: said.get(name) for name in names if name != _MAY_BE_ABSENT or said.get(name) is not None}
    hashed = _HASHES.get(str(said.get("SignatureVersion")))
    signature, address = _base64(said.get("Signature")), said.get("SigningCertURL")
    if hashed is None or not signature or not all(isinstance(value, str) for value in values.values()):
        return NOT_SIGNED
    if not isinstance(address, str) or not topics.certificates.fullmatch(address):
        return ELSEWHERE
    at = _instant(str(values["Timestamp"]))
    if at is None or not now - topics.patience <= at <= now + _AHEAD:
        return TOO_OLD
    text = "".join(f"{name}\n{value}\n" for name, value in values.items())
    return Sealed(
        certificate=address,
        issuers=topics.issuers,
        hash=hashed,
        signature=signature,
        signed=text.encode("utf-8", "replace"),
    )


def fault_of(said: Fields, topics: Topics, topic: str) -> Text | None:
    """What is wrong with an envelope whoever signed it; None: nothing is."""
    kind = said.get("Type")
    if not isinstance(kind, str) or kind not in _SIGNED:
        return NOT_SIGNED
    if said.get("TopicArn") != topic:
        return OTHER_TOPIC
    address = str(said.get("SubscribeURL", ""))
    if kind != "Notification" and not address.startswith(topics.confirmations):
        return ELSEWHERE
    return None


def _base64(value: object) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""


def _instant(text: str) -> datetime | None:
    """RFC 3339, in UTC, as topics write it."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
