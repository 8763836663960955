"""Links: where they may lead, what they must say, and the address each gets in the mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.links import Addresses, check_link, hosted_name, kind, web_fault
from mailer.compose.marks import Marks
from mailer.findings import Level, Place
from tests.compose.campaigns import FILES, PUBLIC_ID, SITE, codes

PLACE = Place("campaigns/x.md", 7, 5)

KINDS = [
    ("https://example.org", "web"),
    ("HTTP://example.org", "web"),
    ("questionnaire:", "questionnaire"),
    ("questionnaire:2", "unknown"),
    ("Questionnaire:", "unknown"),
    ("mailto:a@example.org", "mailto"),
    ("tel:+33123456789", "tel"),
    ("tract.pdf", "file"),
    ("../tract.pdf", "file"),  # refused when it is looked for (workspace/beside)
    ("www.example.org", "file"),
    ("", "unknown"),
    ("/etc/passwd", "unknown"),
    ("//evil.example", "unknown"),
    ("\\\\evil.example\\a", "unknown"),
    ("#ancre", "unknown"),
    ("?a=b", "unknown"),
    ("file:///etc/passwd", "unknown"),
    ("javascript:alert(1)", "unknown"),
    ("JaVaScRiPt:alert(1)", "unknown"),
    ("data:text/html,x", "unknown"),
    ("vbscript:x", "unknown"),
    ("cid:x", "unknown"),
    ("ftp://example.org", "unknown"),
    ("C:\\tract.pdf", "unknown"),
    ("%01javascript:alert(1)", "file"),  # no scheme: a browser too takes it for a path
]


@pytest.mark.parametrize("href, expected", KINDS)
def test_kinds(href: str, expected: str) -> None:
    assert kind(href) == expected


FAULTY = [
    "https://",
    "https:///a",
    "https:evil.example",
    "https:/evil.example",
    "https://:443/",
    "https://a:b@example.org",
    "https://example.org@evil.example",
    "https://@example.org",
    "https://[::1",
    "https://example.org:99999/",
    "https://example.org:x/",
    "https://exa mple.org",
    "https://example.org/a\r\nBcc: b",
    "https://example.org/\x00",
    "https://example.org\\@evil.example",
    "//example.org",
    "mailto:a@b.org",
    "",
]


@pytest.mark.parametrize("href", FAULTY)
def test_a_malformed_address_is_said(href: str) -> None:
    fault = web_fault(href)
    assert fault is not None
    assert fault.say("fr") != ""


@pytest.mark.parametrize(
    "href",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c&d=%C3%A9#e",
        "https://xn--t-9fab.fr/",
        "https://[::1]:8000/",
        "https://example.org/a@b",
    ],
)
def test_a_sound_address(href: str) -> None:
    assert web_fault(href) is None


LINKS = [
    ("https://example.org", "L’accord", [], None),
    ("http://example.org", "L’accord", ["link-http"], Level.WARNING),
    ("https://a:b@example.org", "L’accord", ["bad-address"], Level.ERROR),
    ("javascript:alert(1)", "L’accord", ["bad-address"], Level.ERROR),
    ("mailto:contact", "Écrire", ["bad-address"], Level.ERROR),
    ("mailto:contact@example.org?subject=a", "Écrire", [], None),
    ("tel:3939", "Appeler", [], None),
    ("tract.pdf", "Le tract", [], None),
    ("questionnaire:", "Répondre", [], None),
    ("https://example.org", " \u00a0 ", ["empty-link"], Level.ERROR),
    ("https://example.org", "Cliquez ici !", ["vague-link"], Level.WARNING),
    ("https://example.org", "ICI →", ["vague-link"], Level.WARNING),
    ("https://example.org", "En savoir plus…", ["vague-link"], Level.WARNING),
    ("https://example.org", "read  more", ["vague-link"], Level.WARNING),
    ("https://example.org", "Ici Paris", [], None),
    ("", "", ["bad-address", "empty-link"], Level.ERROR),
]


@pytest.mark.parametrize("href, words, expected, level", LINKS)
def test_what_a_link_may_be(href: str, words: str, expected: list[str], level: Level | None) -> None:
    findings = check_link(href, words, PLACE, Marks.unlike(""), questionnaire=True)
    assert codes(findings) == expected
    assert {finding.level for finding in findings} == ({level} if level else set())
    assert {finding.place for finding in findings} <= {PLACE}


def test_a_questionnaire_must_be_named() -> None:
    findings = check_link("questionnaire:", "Répondre", PLACE, Marks.unlike(""), questionnaire=False)
    assert codes(findings) == ["no-questionnaire"]


def test_no_placeholder_in_an_address() -> None:
    marks = Marks.unlike("")
    for href in ("https://example.org/?n={}", "{}", "mailto:{}@example.org", "tract-{}.pdf"):
        address = href.format(marks.add("{{ first_name }}"))
        findings = check_link(address, "Lire", PLACE, marks, questionnaire=True)
        assert codes(findings) == ["field-in-address"]


def addresses(*, site: str = SITE, tracked: bool = True, questionnaire: str = "") -> Addresses:
    return Addresses(site, PUBLIC_ID, tracked, questionnaire, FILES)


def test_counted_links_are_numbered_by_destination() -> None:
    gives = addresses()
    assert gives.final("https://example.org/a", "un") == f"{SITE}/l/{PUBLIC_ID}/1"
    assert gives.final("https://example.org/b", "deux") == f"{SITE}/l/{PUBLIC_ID}/2"
    assert gives.final("https://example.org/a", "encore") == f"{SITE}/l/{PUBLIC_ID}/1"
    assert gives.final("https://example.org/a#x", "autre") == f"{SITE}/l/{PUBLIC_ID}/3"
    assert [(link.number, link.destination, link.label) for link in gives.links] == [
        (1, "https://example.org/a", "un"),
        (2, "https://example.org/b", "deux"),
        (3, "https://example.org/a#x", "autre"),
    ]


def test_a_second_edition_goes_on_counting() -> None:
    gives = Addresses(SITE, PUBLIC_ID, True, "", FILES, first=4)
    assert gives.final("https://example.org/a", "un") == f"{SITE}/l/{PUBLIC_ID}/4"
    assert gives.final("https://example.org/b", "deux") == f"{SITE}/l/{PUBLIC_ID}/5"
    assert gives.final("https://example.org/a", "encore") == f"{SITE}/l/{PUBLIC_ID}/4"
    assert [link.number for link in gives.links] == [4, 5]


def test_untracked_links_are_direct() -> None:
    gives = addresses(tracked=False)
    assert gives.final("https://example.org/a", "un") == "https://example.org/a"
    assert gives.final("questionnaire:", "deux") == f"{SITE}/q/{PUBLIC_ID}"
    assert gives.links == []


@pytest.mark.parametrize(
    "tracked, questionnaire, printed, destination",
    [
        (True, "", f"{SITE}/l/{PUBLIC_ID}/1", f"{SITE}/q/{PUBLIC_ID}"),
        (True, "https://q.example.org/1", f"{SITE}/l/{PUBLIC_ID}/1", "https://q.example.org/1"),
        (False, "https://q.example.org/1", "https://q.example.org/1", ""),
    ],
)
def test_the_questionnaire(tracked: bool, questionnaire: str, printed: str, destination: str) -> None:
    gives = addresses(tracked=tracked, questionnaire=questionnaire)
    assert gives.final("questionnaire:", "Répondre") == printed
    assert [link.destination for link in gives.links] == ([destination] if destination else [])


def test_mail_and_telephone_are_never_counted_and_files_are_named_by_their_bytes() -> None:
    gives = addresses()
    for href in ("mailto:a@example.org?subject=b", "tel:3939"):
        assert gives.final(href, "x") == href
    asset = FILES["tract.pdf"]
    assert gives.final("tract.pdf", "x") == f"{SITE}/i/{asset.digest}.pdf"
    assert hosted_name(asset) == f"{asset.digest}.pdf"
    assert gives.links == []


@given(st.lists(st.sampled_from(["https://a.org", "https://b.org", "questionnaire:", "mailto:a@b.org"])))
def test_one_number_for_one_destination(hrefs: list[str]) -> None:
    gives = addresses()
    printed = {href: {gives.final(href, "x") for _ in range(2)} for href in hrefs}
    assert all(len(found) == 1 for found in printed.values())
    assert [link.number for link in gives.links] == list(range(1, len(gives.links) + 1))
    assert len({link.destination for link in gives.links}) == len(gives.links)
    assert len(gives.links) == len({href for href in hrefs if not href.startswith("mailto")})
