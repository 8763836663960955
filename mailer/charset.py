"""From bytes to text: whatever an editor saved becomes clean Unicode with LF, and what was odd is said."""

import re
import unicodedata

from mailer.findings import Finding, Place, error, info
from mailer.words import Text

TEXT_LIMIT = 1_000_000  # bytes; the longest tract we have seen is 12 kB
_MOST_CONTROLS = 20  # findings: a binary file has a hundred thousand

_BOMS = (  # the longest first: UTF-32 LE begins like UTF-16 LE
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8"),
)
_SAVE_AS_UTF8 = Text("nothing to do here; saving as UTF-8 is safer")


def decode(content: bytes, file: str, limit: int = TEXT_LIMIT) -> tuple[str, list[Finding]]:
    """The text of `file`: no BOM, lines ending in LF, NFC (what the digest is taken over).

    A file over `limit` bytes (1 MB) is refused before anything is decoded: the text is then empty. Control
    characters are errors, and spaces in the text returned.
    """
    if len(content) > limit:
        return "", [too_large(file, len(content), limit)]
    findings: list[Finding] = []
    text = _unwrapped(content, file, findings)
    text = unicodedata.normalize("NFC", _with_lf(text, file, findings))
    return _without_controls(text, file, findings), findings


def too_large(file: str, size: int, limit: int = TEXT_LIMIT) -> Finding:
    """The refusal of a file of `size` bytes, for those who know it before reading."""
    message = Text("the file has {size} bytes; {limit} are the most", size=size, limit=limit)
    cure = Text("keep only text in it: images and documents stand beside it")
    return error("file-too-large", Place(file), message, cure)


def _unwrapped(content: bytes, file: str, findings: list[Finding]) -> str:
    """Decoded by its byte order mark if it has one, else as UTF-8."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            place, name = Place(file), encoding.upper()
            message = Text("the file begins with a byte order mark ({encoding})", encoding=name)
            findings.append(info("encoding-bom", place, message, _SAVE_AS_UTF8))
            if encoding == "utf-8":
                return _from_utf8(content[len(mark) :], file, findings)
            return _from_wide(content, encoding, file, findings)
    return _from_utf8(content, file, findings)


def _from_wide(content: bytes, encoding: str, file: str, findings: list[Finding]) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
        place = _place(file, text, max(text.find("\ufffd"), 0))
        findings.append(_unreadable(place))
        return text


def _from_utf8(content: bytes, file: str, findings: list[Finding]) -> str:
    """As UTF-8; if it is not, as cp1252, the bytes of French Windows.

    A file in UTF-8 where some line was pasted in cp1252 keeps what is UTF-8 in it: it is one when
    more letters are well formed than not. (Taken as a whole, « É… » in cp1252 is UTF-8 for another letter.)
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as refusal:
        place = _place(file, content[: refusal.start].decode("utf-8"), refusal.start)
    message = Text("this is not UTF-8 from here on; it is read as Windows-1252")
    findings.append(info("encoding-cp1252", place, message, Text("save the file as UTF-8")))
    pieces = _pieces(content)
    well_formed = sum(1 for piece, valid in pieces if valid for letter in piece if not letter.isascii())
    ill_formed = sum(1 for _, valid in pieces if not valid)
    text = content.decode("cp1252", "replace")
    if well_formed > ill_formed:
        text = "".join(piece for piece, _ in pieces)
    if "\ufffd" in text:  # 81, 8D, 8F, 90 and 9D are nothing in cp1252
        findings.append(_unreadable(_place(file, text, text.index("\ufffd"))))
    return text


def _pieces(content: bytes) -> list[tuple[str, bool]]:
    """The content cut where UTF-8 fails: (text, whether it was UTF-8)."""
    marked = content.decode("utf-8", "surrogateescape")  # an ill-formed byte 0xNN becomes U+DCNN
    pieces = []
    for part in re.split("([\udc80-\udcff]+)", marked):
        valid = not part or part[0] < "\ud800" or part[0] > "\udfff"
        raw = part if valid else part.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        pieces.append((raw, valid))
    return pieces


def _with_lf(text: str, file: str, findings: list[Finding]) -> str:
    if "\r" not in text:
        return text
    offset = text.index("\r")
    place = _place(file, text[:offset], offset)
    message = Text("lines end as on Windows (CRLF) or an old Mac (CR)")
    cure = Text("nothing to do here; LF is what others expect")
    findings.append(info("encoding-crlf", place, message, cure))
    return text.replace("\r\n", "\n").replace("\r", "\n")


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _without_controls(text: str, file: str, findings: list[Finding]) -> str:
    """C0 (but tab and LF), DEL and C1: no mail client shows them and headers forbid them."""
    for count, match in enumerate(_CONTROLS.finditer(text)):
        if count == _MOST_CONTROLS:
            break
        message = Text("an invisible control character, {code}", code=f"U+{ord(match.group()):04X}")
        place = _place(file, text, match.start())
        cure = Text("delete it, or type again the word it stands in")
        findings.append(error("control-character", place, message, cure))
    return _CONTROLS.sub(" ", text)


def _unreadable(place: Place) -> Finding:
    message = Text("these bytes are no letter in any encoding we read")
    cure = Text("save the file as UTF-8, and check the letter here")
    return error("encoding-unknown", place, message, cure)


def _place(file: str, text: str, offset: int) -> Place:
    """The line and column of an offset, whatever the line ends."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
