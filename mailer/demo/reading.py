"""What the inbox shows of a message: everything in it is a stranger's, nothing is trusted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from urllib.parse import quote, unquote

from mailer.demo.catcher import Caught

IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")  # SVG is a document, with scripts
_SHOWN = 4_000  # characters of one header field
_FIELDS = 200
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CID = re.compile(r"""(?P<before>["'(=]\s*)cid:(?P<id>[^"'()<>\s]+)""", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!doctype\b[^>]*>", re.IGNORECASE)
_NEW_TAB = '<base target="_blank">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One leaf of a message that is not its text: an image or an attachment."""

    place: int  # among all parts of the message: its name in addresses
    name: str
    media_type: str
    content: bytes
    attached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message opened. `html` and `text` are None when it has no such part."""

    html: str | None
    text: str | None
    parts: tuple[Part, ...]


def read(caught: Caught, parts_at: str) -> Reading:
    """Open a message; its images will be asked for at `parts_at` and their place, "…/part/3"."""
    try:
        leaves = list(_leaves(caught.message()))
    except RecursionError:  # a thousand parts within each other
        leaves = []
    html = _body(leaves, "html")
    if html is not None:
        cids = {_content_id(leaf): f"{parts_at}{place}" for place, leaf in leaves}
        html = in_new_tabs(_with_images(html, cids))
    parts = [_part(place, leaf) for place, leaf in leaves]
    return Reading(
        html=html, text=_body(leaves, "plain"), parts=tuple(part for part in parts if part is not None)
    )


def field(caught: Caught, name: str) -> str:
    """A header field on one line, decoded; empty when it is absent."""
    return next((value for found, value in fields(caught) if found.lower() == name.lower()), "")


def fields(caught: Caught) -> list[tuple[str, str]]:
    """The header in its order, decoded; long fields cut, and no more of them than a page can show."""
    raw = list(caught.header.raw_items())[:_FIELDS]
    return [(_text(name), _line(_decoded(name, str(value)))) for name, value in raw]


def in_new_tabs(html: str) -> str:
    """The same page, its links opening elsewhere than in the frame."""
    for place in (_HEAD, _DOCTYPE):
        if found := place.search(html):
            return html[: found.end()] + _NEW_TAB + html[found.end() :]
    return _NEW_TAB + html


def _leaves(message: Message) -> Iterator[tuple[int, EmailMessage]]:
    for place, part in enumerate(message.walk()):
        if isinstance(part, EmailMessage) and not part.is_multipart():
            yield place, part


def _part(place: int, leaf: EmailMessage) -> Part | None:
    media_type = leaf.get_content_type()
    attached = leaf.get_content_disposition() == "attachment"
    if leaf.get_content_maintype() == "text" and not attached:
        return None
    content = leaf.get_payload(decode=True)
    return Part(
        place=place,
        name=_line(leaf.get_filename()) or media_type,
        media_type=media_type,
        content=content if isinstance(content, bytes) else b"",
        attached=attached or media_type not in IMAGES,
    )


def _content_id(leaf: EmailMessage) -> str:
    return _text(leaf.get("Content-ID")).strip("<> ")


def _body(leaves: Iterable[tuple[int, EmailMessage]], kind: str) -> str | None:
    """The first text of this kind, whatever charset it claims."""
    for _, leaf in leaves:
        if leaf.get_content_type() != f"text/{kind}" or leaf.get_content_disposition() == "attachment":
            continue
        content = leaf.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else b""
        try:
            return raw.decode(leaf.get_content_charset("utf-8"), "replace")
        except (LookupError, ValueError):
            return raw.decode("utf-8", "replace")
    return None


def _with_images(html: str, cids: dict[str, str]) -> str:
    def route(found: re.Match[str]) -> str:
        address = cids.get(unquote(found["id"]))
        return found[0] if address is None else found["before"] + quote(address)

    return _CID.sub(route, html)


def _decoded(name: str, raw: str) -> str:
    # One broken field must not hide the others, nor a long one take a minute of Python's parser.
    if len(raw) > _SHOWN:
        return raw
    try:
        return str(policy.default.header_fetch_parse(name, raw))
    except (ValueError, LookupError, AttributeError, TypeError):
        return raw


def _line(value: object) -> str:
    text = " ".join(_text(value).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _text(value: object) -> str:
    """Without the marks that reverse a line or hide in it, nor halves of characters."""
    clean = str(value or "").encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("�", clean)
