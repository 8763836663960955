"""Keys: made, read, refused with their cure; and their records."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from mailer.errors import UsageError
from mailer.signing.keys import Algorithm, new_key, read_key
from mailer.signing.record import record_of

# openssl genrsa 768: so short that nobody makes one any more.
_SHORT = b"""\
-----BEGIN RSA PRIVATE KEY-----
MIIBywIBAAJhAMWI2cELCqBhn4bpYRknz7R+fGX3oeUnksigxKGBmsiZCb5kW5Ww
Bb1V0f+6UHYed+kNri1yC6/bDG9KJWhMiu5UQ8qQojPTup/6Sxko+Z/42BkqiUAi
SFdd3FI/0/cXiQIDAQABAmAp0g5gC2lliSWQF4riG4ai7QCDSgkxjc5KwZa/psPR
Ym0orPCi4VBlxGygWp68Uzip0wQgF+glAdsmbyQIp2nnYggRRyWtxtqk+W9UyvRh
B16RWkXzoC6dCgirPPf22Y0CMQD/oLY4OM8hyj75FMzwkTHA07UwmACNlG2HkiLE
ICXVHHZy8U9wsajdmCQOPNfhNfsCMQDF0nvgaS9T2r1njajEkdfOk2ezws/xZ5Ia
ap/QJikNYR8V0JZzrvG0iyUeSYRdJUsCMQCcEDcPbgdvPrVhhkR0XoB8lAPbrgEw
brzL9vkIugO+7wiVtiNkzuIkn3zrwFOgKD8CMAIt6XN1dTIFTOThKKTRvoDmGtRe
JxBPxcpItm4CnZ0qHr+MxruLh9onVkdZI/4qtQIxAIKIlrogJ8RoMJSfl32Og8IR
bjTVIyTnBHsC3EYz/HlxZt5FQ1GAbs1aim11tG8WFw==
-----END RSA PRIVATE KEY-----
"""


def _pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes = b"") -> bytes:
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, lock)


def _public(pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(pem, None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (b"", "holds no private key in PEM"),
        (b"\xff\x00", "holds no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no private key in PEM"),
        (_public(new_key(Algorithm.ED25519)), "holds no private key in PEM"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "rsa or ed25519 alone"),
        (_pem(ec.generate_private_key(ec.SECP256R1()), b"word"), "locked by a passphrase"),
        (_SHORT, "768 bits"),
    ],
    ids=["empty", "bytes", "cut", "public", "another-kind", "locked", "short"],
)
def test_keys_that_are_refused(pem: bytes, said: str) -> None:
    with pytest.raises(UsageError) as fault:
        read_key(pem, "subscribers/keys/dkim-rsa.pem")
    sentence = fault.value.message.say("en")
    assert sentence.startswith("subscribers/keys/dkim-rsa.pem")
    assert said in sentence


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8]
)
def test_an_rsa_key_is_read_in_both_forms(form: serialization.PrivateFormat) -> None:
    """As `openssl genrsa` wrote it in the past, and today. 1024 bits are few, and still believed."""
    key = rsa.generate_private_key(65537, 1024)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        form,
        serialization.NoEncryption(),
    )
    read = read_key(pem, "k.pem")
    assert (read.algorithm, read.bits) == (Algorithm.RSA, 1024)
    key.public_key().verify(read.sign(b"text"), b"text", padding.PKCS1v15(), hashes.SHA256())


def test_keys_that_are_made() -> None:
    for algorithm, bits in ((Algorithm.RSA, 2048), (Algorithm.ED25519, 256)):
        pem = new_key(algorithm)
        read = read_key(pem, "k.pem")
        assert (read.algorithm, read.bits) == (algorithm, bits)
        assert pem.startswith(b"-----BEGIN PRIVATE KEY-----\n")
        assert read.public not in pem.decode()


def test_what_ed25519_publishes_is_the_key_alone() -> None:
    """RFC 8463, 4.2: 32 octets, without the wrapping of RSA's."""
    read = read_key(new_key(Algorithm.ED25519), "k.pem")
    raw = base64.b64decode(read.public, validate=True)
    assert len(raw) == 32
    ed25519.Ed25519PublicKey.from_public_bytes(raw)


def test_a_record_is_cut_into_strings_that_a_zone_holds() -> None:
    rsa_record = record_of(read_key(new_key(Algorithm.RSA), "k"), "lettre.example.org", "s202611")
    assert rsa_record.name == "s202611._domainkey.lettre.example.org"
    assert rsa_record.value.startswith("v=DKIM1; k=rsa; p=MII")
    assert "".join(rsa_record.strings) == rsa_record.value
    assert [len(one) for one in rsa_record.strings] == [255, len(rsa_record.value) - 255]
    first, second = rsa_record.strings
    assert rsa_record.zone_line == f'{rsa_record.name}. IN TXT "{first}" "{second}"'
    short = record_of(read_key(new_key(Algorithm.ED25519), "k"), "lettre.example.org", "e202611")
    assert short.strings == (short.value,)
    assert short.value.startswith("v=DKIM1; k=ed25519; p=")
