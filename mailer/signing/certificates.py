"""Certificates of others: what one has signed, while it is valid (RFC 5280, 4.1.2.5; RFC 8017, 8.2)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_FEWEST_BITS = 2048
_HASHES = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}  # SHA-1: what SNS signs with unless it is told to
_MOST = 10  # certificates of one file
_REFUSED = (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError)


class Certificate:
    """One of a file; what is wrong in it shows when it is used, as a refusal."""

    def __init__(self, found: x509.Certificate) -> None:
        self._found = found

    def is_valid(self, at: datetime) -> bool:
        """Whether its dates hold."""
        try:
            return self._found.not_valid_before_utc <= at <= self._found.not_valid_after_utc
        except ValueError:
            return False

    def is_issued_by(self, issuers: Iterable["Certificate"], at: datetime) -> bool:
        """Whether one of these, valid itself, has signed it."""
        return any(one.is_valid(at) and self._is_by(one) for one in issuers)

    def has_signed(self, signed: bytes, signature: bytes, hashed: Literal["sha1", "sha256"]) -> bool:
        """RSASSA-PKCS1-v1_5, with a key that is long enough."""
        try:
            key = self._found.public_key()
            if not isinstance(key, RSAPublicKey) or key.key_size < _FEWEST_BITS:
                return False
            key.verify(signature, signed, padding.PKCS1v15(), _HASHES[hashed]())
        except _REFUSED:
            return False
        return True

    def _is_by(self, issuer: "Certificate") -> bool:
        try:
            self._found.verify_directly_issued_by(issuer._found)
        except _REFUSED:
            return False
        return True


def read_certificates(pem: bytes) -> list[Certificate]:
    """Those of a PEM file; none of a file that is none."""
    try:
        return [Certificate(one) for one in x509.load_pem_x509_certificates(pem)[:_MOST]]
    except ValueError:
        return []
