"""What a signature is computed over: the canonical forms of RFC 6376, 3.4.

Header fields are relaxed: relays fold and space them anew. The body is simple: quoted-printable and base64
leave nothing for a relay to trim (no space ends a line, none is longer than 76), so that the relaxed form
would add two searches through the whole mail and no robustness (docs/decisions/0014).
"""

import re

_NEXT = re.compile(rb"\r\n(?![ \t])")
_SPACES = re.compile(rb"[ \t]+")
_CRLF = b"\r\n"


def fields(header: bytes) -> list[bytes]:
    """The fields of a header, each without its last CRLF, in their order."""
    return [field for field in _NEXT.split(header) if field]


def name_of(field: bytes) -> bytes:
    """A field's name as it is spelt."""
    return field.partition(b":")[0].rstrip(b" \t")


def relaxed(field: bytes) -> bytes:
    """A field as 3.4.2 reads it, with its CRLF."""
    name, _, value = field.partition(b":")
    value = value.replace(_CRLF, b"")
    if b"  " in value or b"\t" in value:
        value = _SPACES.sub(b" ", value)
    value = value.strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + value + _CRLF


def simple(body: bytes) -> bytes:
    """A body as 3.4.3 reads it: one line break at its end, whatever stood there."""
    end = len(body)
    while body.endswith(_CRLF, 0, end):
        end -= 2
    if end + 2 == len(body):
        return body  # as our own writer leaves it: nothing is copied
    return body[:end] + _CRLF
