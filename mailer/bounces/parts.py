"""A mail cut into its parts, whatever was sent: bounded in depth, number and size, never an exception.

The standard library's parser recurses with the mail's nesting and keeps every part: a mail of 10^5 parts, or
nested 10^4 deep, is a way to stop who reads it (RFC 2046, 5.1 sets no limit).
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header

_DEPTH = 8  # multiparts within multiparts
_PARTS = 64  # of the whole mail
_FIELDS = 400  # of one header
_HEADER = 64_000  # bytes of one header
_VALUE = 4_000  # characters of one field
_TEXT = 48_000  # characters of one part's text: notices are short, what follows is what we wrote
_READ = 2_000_000  # bytes of a mail

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]{0,20}:[ \t]?")
_PARAMETER = re.compile(r';\s{0,20}([\w*-]{1,60})\s{0,9}=\s{0,9}(?:"([^"]{0,400})"|([^\s;"]{1,400}))')


@dataclass(frozen=True, slots=True)
class Part:
    """A header, and what follows it."""

    fields: tuple[tuple[str, str], ...]  # names in lower case, values unfolded, not decoded
    body: bytes
    kind: str  # "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    parts: tuple["Part", ...] = ()  # of a multipart

    def get(self, name: str) -> str:
        """The first field of that name (lower case), unfolded; "" without one."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> list[str]:
        """All fields of that name, in order."""
        return [value for key, value in self.fields if key == name]

    def words(self, name: str) -> str:
        """The first field of that name with its encoded words (RFC 2047) as text."""
        return decoded(self.get(name))

    def text(self) -> str:
        """The body as text, its transfer encoding and charset undone as far as they can be."""
        return _as_text(self)


def unix(raw: bytes) -> bytes:
    """One kind of line end: LF."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def split(raw: bytes) -> Part:
    """The mail of these bytes (`unix`); what lies beyond the bounds is left out."""
    head, _, rest = raw[:_READ].partition(b"\n") if raw.startswith((b"From ", b">From ")) else (b"", b"", raw)
    return _Cutter().part((rest if head else raw)[:_READ], 0, "text/plain")


def walk(part: Part) -> Iterator[Part]:
    """The parts that hold something, in order; never into a message that is enclosed."""
    if not part.parts:
        yield part
    for inner in part.parts:
        yield from walk(inner)


class _Cutter:
    def __init__(self) -> None:
        self._left = _PARTS

    def part(self, raw: bytes, depth: int, usual: str) -> Part:
        fields, body = header_of(raw)
        kind, parameters = content_type(
            next((value for key, value in fields if key == "content-type"), usual)
        )
        parts: tuple[Part, ...] = ()
        if kind.startswith("multipart/") and depth < _DEPTH:
            parts = tuple(
                self.part(piece, depth + 1, "text/plain") for piece in self._pieces(body, parameters)
            )
        return Part(fields, body, kind, parameters, parts)

    def _pieces(self, body: bytes, parameters: dict[str, str]) -> Iterator[bytes]:
        boundary = parameters.get("boundary", "").encode("latin-1", "replace").rstrip()
        mark = b"--" + boundary if boundary else _first_mark(body)
        if not mark:
            return
        at = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1
        if at == 0 and not body.startswith(mark):
            return
        while self._left > 0:
            begin = body.find(b"\n", at)
            if begin < 0 or body[at + len(mark) : at + len(mark) + 2] == b"--":
                return
            end = body.find(b"\n" + mark, begin)
            self._left -= 1
            yield body[begin + 1 : end if end >= 0 else len(body)]
            if end < 0:  # cut off: what there is counts
                return
            at = end + 1


def _first_mark(body: bytes) -> bytes:
    """Of a multipart that does not say its boundary: its first line that begins as one."""
    found = re.search(rb"^--[^\s-][^\n]{3,70}$", body[:4000], re.MULTILINE)
    return found[0].rstrip() if found else b""


def header_of(raw: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """The fields of a header (RFC 5322, 2.2) and what follows its empty line."""
    if raw.startswith(b"\n"):
        return (), raw[1:]
    head, empty, body = raw.partition(b"\n\n")
    fields: list[tuple[str, list[bytes]]] = []
    for line in head[:_HEADER].split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if fields and len(fields[-1][1]) < 100:
                fields[-1][1].append(line.strip())
            continue
        found = _FIELD.match(line)
        if found is None:
            if not fields:  # no header at all: the text begins at once
                return (), raw
            continue
        if len(fields) == _FIELDS:
            break
        fields.append((found[1].decode("ascii").lower(), [line[found.end() :].strip()]))
    return tuple(
        (name, _characters(b" ".join(lines)[:_VALUE])) for name, lines in fields
    ), body if empty else b""


def content_type(value: str) -> tuple[str, dict[str, str]]:
    """`multipart/report; report-type=…` as its kind and parameters, names in lower case (RFC 2045, 5.1)."""
    kind = value.partition(";")[0].strip().lower()
    found = _PARAMETER.finditer(value)
    return kind if "/" in kind else "text/plain", {
        one[1].lower().rstrip("*"): one[2] or one[3] or "" for one in found
    }


def decoded(value: str) -> str:
    """A field's value with its encoded words (RFC 2047) as text; as it is when they are broken."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    return "".join(
        piece if isinstance(piece, str) else characters(piece, charset or "utf-8")
        for piece, charset in pieces
    )


def characters(raw: bytes, charset: str) -> str:
    """Text of bytes; an unknown charset, or one the bytes do not keep to, is read as it can be."""
    try:
        if not codecs.lookup(charset)._is_text_encoding:
            charset = "utf-8"
        return raw.decode(charset, "replace")
    except (LookupError, ValueError):
        return _characters(raw)


def _characters(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _as_text(part: Part) -> str:
    raw = part.body[: _TEXT * 2]
    encoding = part.get("content-transfer-encoding").strip().lower()
    if encoding == "quoted-printable":
        raw = binascii.a2b_qp(raw)
    elif encoding == "base64":
        raw = _base64(raw)
    charset = part.parameters.get("charset", "")
    text = characters(raw, charset) if charset else _characters(raw)
    text = text[:_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return _without_tags(text) if part.kind == "text/html" else text


def _base64(raw: bytes) -> bytes:
    """As much as can be read of it: rubbish between is left out (RFC 2045, 6.8), the end may be missing."""
    letters = re.sub(rb"[^A-Za-z0-9+/]+", b"", raw)
    return binascii.a2b_base64(letters[: len(letters) // 4 * 4])


_BREAKS = re.compile(r"/?(?:br|p|div|tr|li|h[1-6]|table|td|hr|pre)\b", re.IGNORECASE)
_HIDDEN = ("style", "script", "title")
_ENTITIES = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "nbsp": " ",
    "quot": '"',
    "#39": "'",
    "#64": "@",
    "eacute": "é",
}


def _without_tags(text: str) -> str:
    """What a reader of HTML sees, a line for each block; every piece is looked at once."""
    first, *pieces = text.split("<")
    shown, hidden = [first], ""
    for piece in pieces:
        tag, end, rest = piece.partition(">")
        name = tag[:20].lower()
        if not end:
            continue
        if not hidden and name.startswith(_HIDDEN):
            hidden = "/" + re.split(r"\W", name, maxsplit=1)[0]
        elif hidden and name.startswith(hidden):
            hidden = ""
        elif "@" in tag and not re.match(r"/?[a-z]+[\s/]", name) and " " not in tag:
            shown.append(f"<{tag}>")  # an address somebody did not escape
        if not hidden:
            shown.append("\n" if _BREAKS.match(name) else "")
            shown.append(rest)
    plain = "".join(shown)
    return re.sub(r"&([a-zA-Z]{2,8}|#\d{1,5});", lambda found: _entity(found[1]), plain)


def _entity(name: str) -> str:
    if name in _ENTITIES:
        return _ENTITIES[name]
    return chr(int(name[1:])) if name.startswith("#") and 31 < int(name[1:]) < 55_000 else " "
