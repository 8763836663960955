"""Sizes, headings, links and targets: a mail that is read on a phone, with a thumb."""

from itertools import pairwise

import pytest

from tests.browser.mails import NAMES, WIDTHS, Opener

HEADINGS = ("h1", "h2", "h3", "h4")


@pytest.mark.parametrize("styles", [True, False], ids=["styles", "no styles"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_words_are_large_and_airy(opened: Opener, name: str, width: int, styles: bool) -> None:
    texts = opened(name, width, styles=styles).look("texts")
    assert [text for text in texts if text["size"] < 16] == []
    running = [
        text for text in texts if text["place"] not in HEADINGS and text["size"] <= 20 and not text["bold"]
    ]
    assert len(running) > 20
    assert [text for text in running if text["leading"] < 1.5 * text["size"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_one_main_heading_and_no_jump(opened: Opener, name: str) -> None:
    levels = [heading["level"] for heading in opened(name).look("headings")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_each_heading_is_smaller_than_the_one_above(opened: Opener, name: str) -> None:
    texts = opened(name).look("texts")
    sizes = {tag: {text["size"] for text in texts if text["place"] == tag} for tag in HEADINGS}
    found = [size for tag in HEADINGS for size in sizes[tag]]
    assert found == sorted(found, reverse=True)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("styles", [True, False], ids=["styles", "no styles"])
@pytest.mark.parametrize("name", NAMES)
def test_links_show_without_their_colour(opened: Opener, name: str, styles: bool) -> None:
    links = opened(name, styles=styles).look("links")
    assert [link["words"] for link in links if not (link["underlined"] or link["button"])] == []
    assert all(link["words"] for link in links)


@pytest.mark.parametrize("styles", [True, False], ids=["styles", "no styles"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_thumb_hits_them(opened: Opener, name: str, width: int, styles: bool) -> None:
    links = opened(name, width, styles=styles).look("links")
    buttons = [link for link in links if link["button"]]
    # a link inside a sentence is exempt (WCAG 2.5.8, "Inline")
    others = [link for link in links if link["alone"] and not link["button"]]
    assert "Se désinscrire" in [link["words"] for link in buttons]
    assert [link["words"] for link in buttons if link["height"] < 44] == []
    assert [link["words"] for link in others if min(link["height"], link["width"]) < 24] == []


def test_the_footer_holds_what_it_must(opened: Opener) -> None:
    links = opened("relation-clients").look("links")
    assert [link["words"] for link in links] == [
        "Questionnaire à suivre sur le site",
        "contact@example.org",
        "Se désinscrire",
        "Transférer à des collègues",
        "Lire dans le navigateur",
        "Choisir ce que vous recevez",
        "Vos données et vos droits",
    ]
