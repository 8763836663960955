"""The archive as an Atom feed (RFC 4287). Pure: entries in, bytes out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from mailer.listen.desk import Archived
from mailer.people.cells import FORBIDDEN

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 50  # entries: who follows a feed has read the older ones
# Ours alone: an id must be the same for ever, even when the site moves to another name (RFC 4287, 4.2.6).
_NAMESPACE = UUID("6e0d3a52-5d0c-4b0e-9a57-0d2f6f2b7c11")


def feed(
    found: Sequence[Archived], *, title: str, author: str, language: str, site: str, now: datetime
) -> bytes:
    """The feed of `found`, the latest first; `site` is the base address; `now` dates an empty one."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": language})
    _said(root, "id", uuid5(_NAMESPACE, author).urn)
    _said(root, "title", title)
    _said(root, "updated", _stamp(max((one.updated_at for one in found), default=now)))
    _said(ET.SubElement(root, "author"), "name", author)
    _link(root, "self", MEDIA_TYPE, f"{site}/a/feed.atom")
    _link(root, "alternate", "text/html", f"{site}/a")
    for one in found[:_MOST]:
        entry = ET.SubElement(root, "entry", {"xml:lang": one.language})
        _said(entry, "id", uuid5(_NAMESPACE, one.public_id).urn)
        _said(entry, "title", one.title)
        _said(entry, "published", _stamp(one.began_at))
        _said(entry, "updated", _stamp(one.updated_at))
        _link(entry, "alternate", "text/html", f"{site}/a/{one.slug}")
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _said(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = FORBIDDEN.sub("", text)


def _link(parent: ET.Element, rel: str, kind: str, href: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": kind, "href": href})


def _stamp(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
