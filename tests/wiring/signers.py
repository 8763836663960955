"""Topics of our own: keys, certificates, and messages signed as SNS signs them."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from mailer.listen.hooks import TOPICS
from mailer.listen.hooks.envelopes import Sealed, region_of, sealed

SHORT = "short"  # whose key is


@cache
def key(name: str) -> RSAPrivateKey:
    """The same for the same name: making one takes a while."""
    return generate_private_key(65537, 1024 if name == SHORT else 2048)


def certificate(name: str, since: datetime, until: datetime, issuer: str = "") -> str:
    """That of `name`'s key, issued by the key of `issuer`, or by itself; PEM."""
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer or name))
        .public_key(key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .sign(key(issuer or name), hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def envelope(
    relay: str, topic: str, address: str, said: Mapping[str, Any], at: datetime, signer: str, **more: Any
) -> dict[str, Any]:
    """A message of a topic, signed; `more` takes the place of what it usually says."""
    whole = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea",
        "TopicArn": topic,
        "Message": json.dumps(said),
        "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": "2",
        "Signature": base64.b64encode(b"none yet").decode(),
        "SigningCertURL": address,
        **more,
    }
    found = sealed(whole, TOPICS[relay](region_of(topic)), topic, at + timedelta(seconds=1))
    assert isinstance(found, Sealed)
    hashed = hashes.SHA256() if whole["SignatureVersion"] == "2" else hashes.SHA1()
    signature = key(signer).sign(found.signed, padding.PKCS1v15(), hashed)
    return {**whole, "Signature": base64.b64encode(signature).decode()}
