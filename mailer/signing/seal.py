"""One key's DKIM-Signature field: written once for an edition, but for three values."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.signing.canonical import relaxed
from mailer.signing.keys import SigningKey

_WIDTH = 78  # RFC 5322, 2.1.1: should
# One name more than there are such fields: a second one put before breaks the signature (RFC 6376, 8.15).
_OVERSIGNED = (b"From", b"To", b"Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """In whose name a key signs."""

    domain: str
    selector: str
    key: SigningKey


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A field whose signature is still missing: as it will be sent, and as it is signed."""

    written: bytes
    signed: bytes

    def sealed(self, signature: bytes) -> bytes:
        """The whole field, with its CRLF."""
        text = base64.b64encode(signature)
        first = _WIDTH - len(" b=")
        rest = range(first, len(text), _WIDTH - 1)
        lines = [text[:first], *(text[at : at + _WIDTH - 1] for at in rest)]
        return self.written + b"\r\n ".join(lines) + b"\r\n"


class Seal:
    """The field of one identity over one set of fields."""

    def __init__(self, identity: Identity, names: Sequence[bytes]) -> None:
        """`names`: the fields that are signed, in the order in which they are hashed."""
        algorithm = f"{identity.key.algorithm}-sha256"
        self._written = (
            f"DKIM-Signature: v=1; a={algorithm}; c=relaxed/simple;\r\n"
            f" d={identity.domain};\r\n s={identity.selector};\r\n"
        ).encode("ascii") + _listed([*names, *_OVERSIGNED])
        self._signed = relaxed(self._written).removesuffix(b"\r\n")

    def unsealed(self, second: int, body_hash: bytes) -> Unsealed:
        """The field of one message: signed at `second` of Unix time, its body's hash in base64."""
        told = b" t=%d; bh=%b;" % (second, body_hash)
        # Canonical is the same on one line.
        return Unsealed(self._written + b"\r\n" + told + b"\r\n b=", self._signed + told + b" b=")


def _listed(names: Sequence[bytes]) -> bytes:
    """` h=…;`, folded after the colons."""
    lines, line = [], b" h="
    for at, name in enumerate(names):
        piece = name + (b":" if at < len(names) - 1 else b";")
        if len(line) + len(piece) > _WIDTH and line.strip():
            lines.append(line)
            line = b" "
        line += piece
    return b"\r\n".join([*lines, line])
