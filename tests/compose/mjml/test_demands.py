"""What we ask of a template beyond MJML's own rules."""

import pytest

from mailer.compose.mjml import check, to_html
from mailer.findings import Level
from tests.compose.mjml.mails import TITLE, letter, mail


def codes(mjml: str, language: str = "fr") -> list[str]:
    return [finding.code for finding in check(mjml, language=language)]


@pytest.mark.parametrize(
    ("lang", "found"),
    [
        (' lang="fr"', []),
        (' lang="fr-CH"', []),
        (' lang="FR"', []),
        ("", ["mjml-missing-lang"]),
        (' lang=""', ["mjml-missing-lang"]),
        (' lang="en"', ["mjml-wrong-lang"]),
        (' lang="français"', ["mjml-wrong-lang"]),
        (' lang="f"', ["mjml-wrong-lang"]),
    ],
)
def test_language(lang: str, found: list[str]) -> None:
    assert codes(mail("", lang=lang)) == found


def test_language_is_compared_only_when_known() -> None:
    assert check(mail("", lang=' lang="en"')) == ()


def test_language_has_its_cure() -> None:
    (finding,) = check(mail("", lang=""), language="en")
    assert finding.cure.say("en") == 'write <mjml lang="en">'
    (finding,) = check(mail("", lang=' lang="en"'), language="fr")
    assert finding.cure.say("en") == 'write lang="{{ language }}"'


@pytest.mark.parametrize("title", ["", "<mj-title></mj-title>", "<mj-title> \n</mj-title>", "<mj-title />"])
def test_title(title: str) -> None:
    assert codes(mail("").replace(TITLE, title)) == ["mjml-missing-title"]


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ('<mj-image src="a" alt="b" />', []),
        ('<mj-image src="a" alt="" />', []),
        ('<mj-image src="a" />', ["mjml-missing-alt"]),
        ('<mj-image alt="b" />', ["mjml-missing-src"]),
        ('<mj-image src="" />', ["mjml-missing-alt", "mjml-missing-src"]),
        ('<mj-social><mj-social-element name="facebook" /></mj-social>', ["mjml-missing-src"]),
        ('<mj-social><mj-social-element src="a" /></mj-social>', []),
    ],
)
def test_images(image: str, found: list[str]) -> None:
    assert codes(letter(image)) == found


def test_defaults_of_images_need_no_alt() -> None:
    assert codes(mail("", head='<mj-attributes><mj-image padding="0" /></mj-attributes>')) == []


CLASSES = (
    '<mj-attributes><mj-class name="a" color="red" /><mj-class name="b" color="blue" />'
    '<mj-class name="c" color="red" align="left" /></mj-attributes>'
)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("a", []),
        ("a c", []),
        ("a a", []),
        ("a b", ["mjml-class"]),
        ("a d", ["mjml-class"]),
        ("a b d", ["mjml-class"] * 2),
    ],
)
def test_classes(names: str, found: list[str]) -> None:
    assert codes(letter(f'<mj-text mj-class="{names}">a</mj-text>', head=CLASSES)) == found


def test_nothing_is_fetched_from_third_parties() -> None:
    social = '<mj-social><mj-social-element src="https://example.org/a.png">a</mj-social-element></mj-social>'
    html = to_html(letter(social + "<mj-text>a</mj-text>"), language="fr")
    assert "mailjet" not in html
    assert "googleapis" not in html
    assert "imgur" not in html


@pytest.mark.parametrize("one", ['<mj-class color="red" />', '<mj-class name="a" /><mj-class name="a" />'])
def test_class_names(one: str) -> None:
    assert codes(mail("", head=f"<mj-attributes>{one}</mj-attributes>")) == ["mjml-class"]


def test_a_tag_in_a_content_is_a_warning() -> None:
    mjml = letter('<mj-text>a <mj-image src="b" /></mj-text>')
    (finding,) = check(mjml)
    assert (finding.code, finding.level) == ("mjml-tag-in-content", Level.WARNING)
    assert '<mj-image src="b" />' in to_html(mjml, language="fr")
