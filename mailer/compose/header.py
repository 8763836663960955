"""Header fields (RFC 5322, 2.2) written by hand.

The standard library's `EmailMessage` turns an encoded word that holds CRLF into a real field
(CVE-2024-6923 and its kin, security.md) and encodes long addresses of `List-Unsubscribe`, which
kills one-click (standards.md, A5). Here every field is ASCII, holds no control character, and is
folded only where its kind allows. All functions give `Name: value` with its CRLF, and raise
`RenderError` for what cannot stand in a header.
"""

import re
from collections.abc import Sequence

from mailer import addresses
from mailer.addresses import AddressError
from mailer.compose.encoded_word import encoded_words
from mailer.errors import RenderError
from mailer.letters import is_one_line
from mailer.words import Text

_WIDTH = 78  # RFC 5322, 2.1.1: should
_WIDTH_ENCODED = 76  # RFC 2047, 2: a line that holds an encoded word
_LONGEST = 998  # RFC 5322, 2.1.1: must

_PRINTABLE = re.compile(r"[ -~]+")
_URL = re.compile(r"[!-;=?-~]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def unstructured(name: str, value: str) -> str:
    """A text for people (Subject): as it is when ASCII, else encoded whole; folded at spaces.

    Anything that could be read as an encoded word is itself encoded, so it shows as it was written.
    Spaces around the value are dropped: readers drop them.
    """
    value = _without_controls(name, value).strip(" ")
    lines = _fold(name, value) if _is_plain(value) else None
    if lines is None:
        lines = encoded_words(value, _WIDTH_ENCODED - len(name) - 2)
    return f"{name}: {_join(lines)}"


def mailbox(name: str, value: str) -> str:
    """`Display <local@domain>` or an address alone (From, Reply-To, To)."""
    display, address = split_mailbox(_without_controls(name, value))
    if not display:
        return f"{name}: {address}\r\n"
    phrase = _phrase(display)
    if not _is_plain(display) or len(name) + 2 + len(phrase) > _WIDTH:
        lines = encoded_words(display, _WIDTH_ENCODED - len(name) - 2)
        width = _WIDTH_ENCODED
    else:
        lines, width = [phrase], _WIDTH
    taken = len(lines[-1]) + (len(name) + 2 if len(lines) == 1 else 1)
    if taken + len(f" <{address}>") <= width:
        lines[-1] += f" <{address}>"
    else:
        lines.append(f"<{address}>")
    return f"{name}: {_join(lines)}"


def urls(name: str, values: Sequence[str]) -> str:
    """Addresses in angle brackets (RFC 2369): never encoded, folded only after the commas."""
    written = f"{name}:"
    room = _WIDTH - len(written)
    for position, value in enumerate(values):
        if not _URL.fullmatch(value) or len(value) + 4 > _LONGEST - len(name):
            raise _refused(name, value)
        piece = f" <{value}>" + ("," if position < len(values) - 1 else "")
        if position and len(piece) > room:
            written += "\r\n"
            room = _WIDTH
        written += piece
        room -= len(piece)
    return written + "\r\n"


def literal(name: str, value: str) -> str:
    """An id or a keyword: neither encoded nor folded, so that machines find it as we wrote it."""
    if not _PRINTABLE.fullmatch(value) or "=?" in value or len(name) + 2 + len(value) > _LONGEST:
        raise _refused(name, value)
    return f"{name}: {value}\r\n"


def quoted_string(text: str) -> str:
    """RFC 5322, 3.2.4; for ASCII."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def split_mailbox(value: str) -> tuple[str, str]:
    """Display name (without quotes) and address of `Display <local@domain>`."""
    try:
        return addresses.split_mailbox(value)
    except AddressError as fault:
        raise _not_an_address(value, fault) from None


def check_address(value: str) -> str:
    """`value`, if it can stand in a header and in RCPT TO without SMTPUTF8."""
    try:
        return addresses.check_address(value)
    except AddressError as fault:
        raise _not_an_address(value, fault) from None


def _not_an_address(value: str, fault: AddressError) -> RenderError:
    return RenderError(
        Text("mail cannot be sent to {address}: {reason}", address=ascii(value), reason=fault.message)
    )


def _without_controls(name: str, value: str) -> str:
    if not is_one_line(value):
        raise _refused(name, value)
    return value


def _refused(name: str, value: str) -> RenderError:
    shown = ascii(value if len(value) <= 80 else value[:79] + "…")
    return RenderError(Text("{value} cannot stand in the header {name}", value=shown, name=name))


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def _phrase(display: str) -> str:
    return display if _ATOMS.fullmatch(display) else quoted_string(display)


def _fold(name: str, value: str) -> list[str] | None:
    """Lines of at most 78 characters, without the space each but the first begins with.

    None when a word is too long: it must be encoded to be cut.
    """
    room = _WIDTH - len(name) - 2
    lines: list[str] = [""]
    for word in re.findall(" *[^ ]+", value):
        if len(lines[-1]) + len(word) <= room:
            lines[-1] += word
        elif lines[-1] and len(word) <= _WIDTH:
            lines.append(word[1:])
            room = _WIDTH - 1
        else:
            return None
    return lines


def _join(lines: Sequence[str]) -> str:
    return "\r\n ".join(lines) + "\r\n"
