"""The last look at an edition: what mail clients, the law and screen readers ask of the finished mail."""

import re
from html.parser import HTMLParser

from mailer.compose.filling import fill_text
from mailer.compose.followed import FOLLOWED_SLOTS
from mailer.findings import Finding, Place, error, warning
from mailer.model import Edition, Slotted
from mailer.words import Text, plural

KB = 1024
WARN_HTML = 80 * KB  # Gmail clips near 102 KB (standards.md, A15)
FAIL_HTML = 100 * KB
FAIL_MESSAGE = 1024 * KB
LONG_SUBJECT = 120
SLOT = 40  # bytes a filled slot is reckoned at: an unsubscribe token, a long name


def audit(edition: Edition, place: Place, layout: Place, plain: Place) -> list[Finding]:
    """Faults of the whole mail; `place` is the campaign, `layout` and `plain` the template's two files."""
    return [
        *_size_faults(edition, place),
        *_unsubscribe_faults(edition, layout, plain),
        *_followed_faults(edition, layout, plain),
        *_page_faults(_with_words(edition.html), layout),
    ]


def subject_faults(written: Slotted, place: Place) -> list[Finding]:
    """A subject that says nothing to a person without fields, or too much for any inbox."""
    subject = fill_text(written, {})
    if not re.search(r"\w", subject):
        return [
            error(
                "empty-subject",
                place,
                Text("for a person whose fields are empty the subject says nothing"),
                Text("write words outside the placeholder, or {example}", example="{{ first_name or '…' }}"),
            )
        ]
    if len(subject) > LONG_SUBJECT:
        return [
            warning(
                "long-subject",
                place,
                Text("the subject has {count} characters", count=len(subject)),
                Text("say it in {limit}: phones show the first 40", limit=LONG_SUBJECT),
            )
        ]
    return []


def html_size(edition: Edition) -> int:
    """Bytes of the HTML part as sent, the larger of plain and quoted-printable."""
    plain = sum(len(piece.encode()) for piece in edition.html[::2])
    encoded = sum(map(len, edition.frame.html[::2]))
    return max(plain, encoded) + SLOT * (len(edition.html) // 2)


def _size_faults(edition: Edition, place: Place) -> list[Finding]:
    size = html_size(edition)
    findings = []
    if size > WARN_HTML:
        level = error if size > FAIL_HTML else warning
        findings.append(
            level(
                "html-size",
                place,
                Text("the HTML weighs {size} KB: Gmail cuts mails near 102", size=size // KB),
                Text("send fewer tracts at once, or link to the longest"),
            )
        )
    total = size + len(edition.frame.closing) + sum(map(len, edition.frame.text[::2]))
    if total > FAIL_MESSAGE:
        findings.append(
            error(
                "message-size",
                place,
                Text("the message weighs {size} KB", size=total // KB),
                Text("host images and PDFs on the site instead of carrying them"),
            )
        )
    return findings


def _unsubscribe_faults(edition: Edition, layout: Place, plain: Place) -> list[Finding]:
    def lacks(slotted: Slotted) -> bool:
        return not any("unsubscribe_url" in tag for tag in slotted[1::2])

    return [
        error(
            "no-unsubscribe",
            file,
            Text("the {part} part has no unsubscribe link", part=part),
            Text("print {slot} in the template's footer", slot="{{ unsubscribe_url }}"),
        )
        for part, slotted, file in (("HTML", edition.html, layout), ("text", edition.text, plain))
        if lacks(slotted)
    ]


def _followed_faults(edition: Edition, layout: Place, plain: Place) -> list[Finding]:
    """Who is followed, by their own consent, is told so in each mail; so is who is not."""
    if not any(link.own for link in edition.links):
        return []
    return [
        error(
            "no-tracking-words",
            file,
            Text('the {part} part does not say who is followed, and tracking = "individual"', part=part),
            Text("print {slot} in the template's footer", slot="{{ " + slot + " }}"),
        )
        for part, slotted, file, slot in (
            ("HTML", edition.html, layout, FOLLOWED_SLOTS[0]),
            ("text", edition.text, plain, FOLLOWED_SLOTS[1]),
        )
        if not any(slot in tag for tag in slotted[1::2])
    ]


def _with_words(slotted: Slotted) -> str:
    """The page with a word in each slot: a title that is a field alone is a title."""
    return "".join(
        piece if at % 2 == 0 else ("x" if piece.startswith("{{") else "") for at, piece in enumerate(slotted)
    )


class _Page(HTMLParser):
    """Notes the few things a page must have."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.title = ""
        self.headings = 0
        self.bare_images = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Counts what the audit asks about."""
        if tag == "html":
            self.language = dict(attrs).get("lang") or ""
        self._in_title = tag == "title"
        self.headings += tag == "h1"
        self.bare_images += tag == "img" and "alt" not in dict(attrs)

    def handle_data(self, data: str) -> None:
        """Gathers the title."""
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        """The title ends."""
        self._in_title = False


def _page_faults(html: str, layout: Place) -> list[Finding]:
    page = _Page()
    page.feed(html)
    asked = (
        (
            bool(page.language),
            Text("the page names no language"),
            Text('write <mjml lang="{{{{ language }}}}">'),
        ),
        (bool(page.title.strip()), Text("the page has no title"), Text("print the title in <mj-title>")),
        (
            page.headings == 1,
            Text("the page has {count} level-1 headings", count=page.headings),
            Text("print exactly one: the tract's title, or the subject when there are several tracts"),
        ),
        (
            not page.bare_images,
            plural(
                "{count} image has no alternative text",
                "{count} images have no alternative text",
                count=page.bare_images,
            ),
            Text('give each <img> an alt, empty (alt="") when it only decorates'),
        ),
    )
    return [error("page", layout, message, cure) for well, message, cure in asked if not well]
