"""The last look: sizes, the way out, and what a page must have."""

from dataclasses import replace

import pytest

from mailer.compose.audit import FAIL_HTML, FAIL_MESSAGE, SLOT, WARN_HTML, audit, html_size
from mailer.compose.frame import build_frame
from mailer.compose.materials import Materials
from mailer.findings import Finding, Level, Place
from mailer.model import Edition, Slotted
from tests.compose.campaigns import asset, campaign, edition, lay_out

PLACE = Place("campaigns/x.md")
LAYOUT, PLAIN = Place("templates/tract/layout.mjml"), Place("templates/tract/layout.txt")
TAG = "{{ unsubscribe_url }}"
SOUND = edition("# T\n\na\n")


def page(body: str, head: str = "<title>t</title>", language: str = "fr") -> Slotted:
    """A small page with its way out."""
    opening = f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}<a href="'
    return (opening, TAG, '">x</a></body></html>\n')


def with_html(html: Slotted) -> Edition:
    return replace(SOUND, html=html, frame=build_frame(SOUND.text, html, (), (), "fr"))


def found(one: Edition) -> list[Finding]:
    return audit(one, PLACE, LAYOUT, PLAIN)


def said(html: Slotted) -> list[str]:
    return [finding.message.say("en") for finding in found(with_html(html))]


def test_a_sound_mail_has_no_fault() -> None:
    assert found(SOUND) == []
    assert said(page("<h1>a</h1>")) == []


def weighing(size: int) -> Edition:
    """An edition whose HTML part weighs `size` bytes; its frame less."""
    html = page("<h1>a</h1>")
    rest = size - sum(len(piece) for piece in html[::2]) - SLOT
    html = (html[0], html[1], html[2] + "x" * rest)
    return replace(SOUND, html=html, frame=replace(SOUND.frame, html=("", TAG, "")))


GATES = [
    (WARN_HTML, []),
    (WARN_HTML + 1, [Level.WARNING]),
    (FAIL_HTML, [Level.WARNING]),
    (FAIL_HTML + 1, [Level.ERROR]),
    (FAIL_MESSAGE // 2, [Level.ERROR]),
]


@pytest.mark.parametrize("size, levels", GATES)
def test_the_html_warns_at_80_kb_and_fails_at_100(size: int, levels: list[Level]) -> None:
    one = weighing(size)
    assert html_size(one) == size
    findings = found(one)
    assert [finding.level for finding in findings] == levels
    assert all((finding.code, finding.place) == ("html-size", PLACE) for finding in findings)


def test_the_size_is_that_of_the_larger_encoding() -> None:
    html = page("<h1>" + "é" * 20_000 + "</h1>")
    one = with_html(html)
    decoded = sum(len(piece.encode()) for piece in html[::2])
    assert decoded < WARN_HTML < html_size(one)
    assert html_size(one) >= sum(map(len, one.frame.html[::2]))
    (finding,) = found(one)
    assert finding.level is Level.ERROR
    assert str(html_size(one) // 1024) in finding.message.say("en")


@pytest.mark.parametrize("count, levels", [(6, []), (15, [Level.WARNING]), (30, [Level.ERROR])])
def test_many_tracts_end_in_a_finding(count: int, levels: list[Level]) -> None:
    # A leaflet of 750 words weighs about 5 KB.
    body = "\n\n".join(
        f"# Tract {number}\n\n{'Des mots, encore des mots. ' * 150}" for number in range(count)
    )
    findings = found(edition(body))
    assert [(finding.code, finding.level) for finding in findings] == [
        ("html-size", level) for level in levels
    ]


def test_a_heavy_message_is_said() -> None:
    heavy = asset("tract.pdf", b"%PDF-" + bytes(FAIL_MESSAGE))
    one = lay_out(campaign("# T\n\na\n"), materials=Materials(attachments=(heavy,)))
    (finding,) = found(one)
    assert (finding.code, finding.level, finding.place) == ("message-size", Level.ERROR, PLACE)


def without_exit(slotted: Slotted) -> Slotted:
    return tuple(piece.replace("unsubscribe_url", "list_title") for piece in slotted)


@pytest.mark.parametrize(
    "part, place, one",
    [
        ("HTML", LAYOUT, replace(SOUND, html=without_exit(SOUND.html))),
        ("text", PLAIN, replace(SOUND, text=without_exit(SOUND.text))),
    ],
)
def test_no_way_out_is_an_error(part: str, place: Place, one: Edition) -> None:
    (finding,) = found(one)
    assert (finding.code, finding.level, finding.place) == ("no-unsubscribe", Level.ERROR, place)
    assert f"the {part} part" in finding.message.say("en")
    assert "{{ unsubscribe_url }}" in finding.cure.say("en")


def test_an_address_written_in_the_words_is_no_way_out() -> None:
    html = page("<h1>a</h1>")
    (finding,) = found(with_html((html[0] + "unsubscribe_url" + html[2],)))
    assert finding.code == "no-unsubscribe"


PAGES = [
    (page("<p>a</p>"), "the page has 0 level-1 headings"),
    (page("<h1>a</h1><h1>b</h1>"), "the page has 2 level-1 headings"),
    (page("<h1>a</h1><img src='a'>"), "1 image has no alternative text"),
    (page("<h1><img src='a'><img src='b' /><img src='c' alt=''></h1>"), "2 images have no alternative text"),
    (page("<h1>a</h1>", head=""), "the page has no title"),
    (page("<h1>a</h1>", head="<title> \n</title>"), "the page has no title"),
    (page("<h1>a</h1>", language=""), "the page names no language"),
]


@pytest.mark.parametrize("html, message", PAGES)
def test_what_a_page_must_have(html: Slotted, message: str) -> None:
    (finding,) = found(with_html(html))
    assert finding.message.say("en") == message
    assert (finding.code, finding.level, finding.place) == ("page", Level.ERROR, LAYOUT)
    assert finding.cure.say("fr") != ""


def test_every_fault_of_a_page_at_once() -> None:
    assert len(said(("<html><body><img src='a'></body></html>\n",))) == 5


def test_a_title_in_a_drawing_is_not_the_pages() -> None:
    assert said(page("<h1>a</h1><!-- <h1>b</h1> <img> -->")) == []


def test_the_cure_shows_brackets_as_one_types_them() -> None:
    cures = [
        finding.cure.say(language) for language in ("en", "fr") for finding in found(with_html(("<p>",)))
    ]
    assert sum('lang="{{ language }}"' in cure for cure in cures) == 2


def test_a_subject_that_is_a_field_alone_is_a_title() -> None:
    assert found(edition("# T\n\na\n", subject="{{ first_name or 'Camarades' }}")) == []
