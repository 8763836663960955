"""One key's DKIM-Signature field: written once for an edition, but for three values."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.signing.canonical import relaxed
from mailer.signing.keys import SigningKey

_WIDTH = 78  # RFC 5322, 2.1.1: should
_FIRST = _WIDTH - len(" b=")
# One name more than there are such fields: a second one put before breaks the signature (RFC 6376, 8.15).
_OVERSIGNED = (b"From", b"To", b"Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """In whose name a key signs."""

    domain: str
    selector: str
    key: SigningKey


class Seal:
    """The field of one identity over one set of fields."""

    def __init__(self, identity: Identity, names: Sequence[bytes]) -> None:
        """`names`: the fields that are signed, in the order in which they are hashed."""
        self._sign = identity.key.sign
        algorithm = f"{identity.key.algorithm}-sha256"
        self._written = (
            f"DKIM-Signature: v=1; a={algorithm}; c=relaxed/simple;\r\n"
            f" d={identity.domain};\r\n s={identity.selector};\r\n"
        ).encode("ascii") + _listed([*names, *_OVERSIGNED])
        self._signed = relaxed(self._written).removesuffix(b"\r\n")

    def sealed(self, header: bytes, second: int, body_hash: bytes) -> bytes:
        """The whole field of one message, with its CRLF; from any thread.

        `header`: its canonical fields; `second`: of Unix time; `body_hash`: in base64.
        """
        told = b" t=%d; bh=%b;" % (second, body_hash)
        # Canonical is the same on one line.
        text = base64.b64encode(self._sign(header + self._signed + told + b" b="))
        rest = range(_FIRST, len(text), _WIDTH - 1)
        lines = [text[:_FIRST], *(text[at : at + _WIDTH - 1] for at in rest)]
        return b"%b\r\n%b\r\n b=%b\r\n" % (self._written, told, b"\r\n ".join(lines))


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
