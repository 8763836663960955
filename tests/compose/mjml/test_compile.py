"""The engine behind its fence: whatever it is given, HTML or a FaultsError comes out."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.compose.mjml import to_html
from mailer.compose.mjml.compile import compiled
from mailer.errors import FaultsError
from mailer.findings import Place
from tests.compose.mjml.mails import letter, mail, page

GOOD = (Path(__file__).parents[2] / "golden" / "npm" / "parts.mjml").read_text("utf-8")
PIECES = re.findall(r"<[^>]*>|[^<]+", GOOD)
TAGS = ["<mj-text>", "</mj-column>", "<mj-raw>", "<mj-hero>", "</mj-hero>", "<mj-group>", "<!--", "]]>"]
VALUES = [' width="0px"', 'padding="99999999999px"', "0", "%", "-", "xh0x0x", "<mj-image src='a' alt='b'/>"]
ODD = [*"<>\"'/\\\n&é\u00a0", *TAGS, *VALUES]

BROKEN = [
    "<mjml><mj-body>én>",  # a panic of mrml 6.0.1
    "<mjml",
    "",
    "<mjml><mj-body><mj-text>a < b</mj-text></mj-body></mjml>",
    '<mjml><mj-body><mj-include path="/etc/passwd" /></mj-body></mjml>',
    "\ud800",  # not UTF-8: a UnicodeEncodeError
]


@pytest.mark.parametrize("mjml", BROKEN)
def test_failures_of_the_engine_are_faults(mjml: str) -> None:
    with pytest.raises(FaultsError) as raised:
        compiled(mjml, Place("layout.mjml", 3))
    (finding,) = raised.value.findings
    assert finding.code == "mjml-engine"
    assert finding.say("en").startswith("layout.mjml:3:1 the MJML engine failed: ")


@pytest.mark.parametrize("mjml", ["<mjml><mj-body>én>", "", "<", "\0", "\ud800", "<mjml>" * 50])
def test_no_text_reaches_the_engine_unchecked(mjml: str) -> None:
    with pytest.raises(FaultsError) as raised:
        to_html(mjml, language="fr")
    assert {finding.code for finding in raised.value.findings} & {"mjml-missing-tag", "mjml-unclosed-tag"}


def test_lone_surrogates_are_not_for_the_engine() -> None:
    """They never reach mrml, which would refuse them; encoding the mail is where they are told."""
    assert "\ud800" in page("<mj-text>\ud800</mj-text>")


def test_one_text_one_page() -> None:
    assert to_html(GOOD, language="fr") == to_html(GOOD, language="fr")


def test_no_address_of_a_third_party() -> None:
    hosts = set(re.findall(r"https?://([^/\"'\s)]+)", to_html(GOOD, language="fr")))
    assert hosts == {"example.org", "www.w3.org"}


def test_the_page_says_its_language_and_title() -> None:
    found = to_html(letter(""), language="fr")
    assert '<html lang="fr" dir="auto"' in found
    assert "<title>Titre</title>" in found
    assert 'aria-label="Titre" aria-roledescription="email" role="article" lang="fr"' in found


def test_a_long_mail() -> None:
    sections = '<mj-section><mj-column><mj-text color="#abc">é</mj-text></mj-column></mj-section>' * 2_000
    assert to_html(mail(sections), language="fr").count(">é</div>") == 2_000


def test_a_long_word() -> None:
    word = "é" * 5_000
    assert f">{word}</div>" in page(f"<mj-text>{word}</mj-text>")
    assert f'alt="{word}"' in page(f'<mj-image src="a" alt="{word}" />')


def outcome(mjml: str) -> set[str]:
    """The codes of its faults, none for HTML; anything else that is raised fails the test."""
    try:
        to_html(mjml, language="fr")
    except FaultsError as faults:
        return {finding.code for finding in faults.findings}
    return set()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_mutated_tags(seed: int, changes: int) -> None:
    dice = random.Random(seed)
    pieces = list(PIECES)
    for _ in range(changes):
        at = dice.randrange(len(pieces))
        change = dice.choice(["drop", "repeat", "odd", "swap"])
        if change == "drop":
            del pieces[at]
        elif change == "repeat":
            pieces.insert(at, dice.choice(PIECES))
        elif change == "odd":
            pieces.insert(at, dice.choice(ODD))
        else:
            other = dice.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
    assert "mjml-engine" not in outcome("".join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 30), st.one_of(st.sampled_from(ODD), st.text(max_size=4)))
def test_mutated_letters(at: int, gone: int, new: str) -> None:
    assert "mjml-engine" not in outcome(GOOD[:at] + new + GOOD[at + gone :])


@settings(deadline=None)
@given(st.text(alphabet="<>/mj-textbodyé\"'= \n"))
def test_any_text(text: str) -> None:
    assert "mjml-engine" not in outcome(text)
    assert "mjml-engine" not in outcome(letter(text))
