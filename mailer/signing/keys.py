"""The private keys of DKIM: made, read from PEM, and what a key says of itself to the world."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from mailer.errors import UsageError
from mailer.words import Text

_MADE_BITS = 2048  # RFC 8301, 3.2: signers should
_FEWEST_BITS, _MOST_BITS = 1024, 4096  # RFC 8301, 3.2: what signers must, what verifiers need not
_EXPONENT = 65537
_PADDING, _HASH = padding.PKCS1v15(), hashes.SHA256()


class Algorithm(StrEnum):
    """The two that DKIM knows, as `k=` names them."""

    RSA = "rsa"  # every verifier knows it
    ED25519 = "ed25519"  # RFC 8463: twenty times as fast, and many verifiers pass over it


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private key, ready to sign."""

    algorithm: Algorithm
    bits: int
    public: str  # `p=` of its DNS record, base64
    sign: Callable[[bytes], bytes]  # the signature of some octets; may be called from any thread
    pem: bytes = field(repr=False)  # the private key as it was read: for a process that signs beside this one


def new_key(algorithm: Algorithm) -> bytes:
    """A new private key, as PEM (PKCS #8). The dice are OpenSSL's: it takes no others."""
    key = (
        generate_private_key(_EXPONENT, _MADE_BITS)
        if algorithm is Algorithm.RSA
        else Ed25519PrivateKey.generate()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_key(pem: bytes, file: str) -> SigningKey:
    """The key that `pem` holds. UsageError, with the cure, for one that nobody would believe."""
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise UsageError(
            Text(
                "{file} is locked by a passphrase, and nobody is there to type it: write the key without "
                "one, in a file that only you can read",
                file=file,
            )
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(
            Text("{file} holds no private key in PEM: make one with 'mailer dkim new'", file=file)
        ) from None
    if isinstance(key, RSAPrivateKey):
        return _rsa(key, pem, file)
    if isinstance(key, Ed25519PrivateKey):
        return _ed25519(key, pem)
    raise UsageError(
        Text("{file} holds a key of another kind: DKIM signs with rsa or ed25519 alone", file=file)
    )


def _rsa(key: RSAPrivateKey, pem: bytes, file: str) -> SigningKey:
    if not _FEWEST_BITS <= key.key_size <= _MOST_BITS:
        raise UsageError(
            Text(
                "{file}: an RSA key of {bits} bits is not believed by those who verify: from {fewest} to "
                "{most}, and 2048 is what 'mailer dkim new' makes",
                file=file,
                bits=key.key_size,
                fewest=_FEWEST_BITS,
                most=_MOST_BITS,
            )
        )
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return SigningKey(
        algorithm=Algorithm.RSA,
        bits=key.key_size,
        public=base64.b64encode(public).decode("ascii"),
        sign=lambda data: key.sign(data, _PADDING, _HASH),
        pem=pem,
    )


def _ed25519(key: Ed25519PrivateKey, pem: bytes) -> SigningKey:
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SigningKey(
        algorithm=Algorithm.ED25519,
        bits=256,
        public=base64.b64encode(public).decode("ascii"),
        sign=lambda data: key.sign(hashlib.sha256(data).digest()),  # RFC 8463, 3: of the hash
        pem=pem,
    )
