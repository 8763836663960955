"""Every visible word stands out from what lies behind it, by day and by night (WCAG 1.4.3, 1.4.11)."""

from typing import Any

import pytest

from tests.browser.contrast import luminance, ratio, wanted
from tests.browser.mails import NAMES, SCHEMES, WIDTHS, Opener


def too_faint(texts: list[dict[str, Any]]) -> list[tuple[str, float]]:
    """The runs of words without enough contrast, each with its ratio."""
    measured = [(text, ratio(text["colour"], text["ground"])) for text in texts]
    return [
        (text["words"], round(found, 2))
        for text, found in measured
        if found < wanted(text["size"], bold=text["bold"])
    ]


@pytest.mark.parametrize("images", [True, False], ids=["images", "no images"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_words_are_readable(opened: Opener, name: str, width: int, scheme: str, images: bool) -> None:
    texts = opened(name, width, scheme, images=images).look("texts")
    assert len(texts) > 30
    assert too_faint(texts) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_words_are_readable_without_styles(opened: Opener, name: str, scheme: str) -> None:
    assert too_faint(opened(name, 375, scheme, styles=False).look("texts")) == []


@pytest.mark.parametrize("name", NAMES)
def test_words_are_readable_under_the_marks_of_outlook(opened: Opener, name: str) -> None:
    browser = opened(name)
    browser.look("markAsOutlook")
    texts = browser.look("texts")
    assert too_faint(texts) == []
    assert [text["words"] for text in texts if luminance(text["ground"]) > 0.2] == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_buttons_stand_out_from_the_sheet(opened: Opener, name: str, scheme: str) -> None:
    links = opened(name, 375, scheme).look("links")
    edges = [(link["words"], link["button"]) for link in links if link["button"]]
    assert len(edges) >= 2  # the campaign's, and the one to unsubscribe
    faint = [words for words, button in edges if ratio(button["edge"], button["ground"]) < 3]
    assert faint == []


@pytest.mark.parametrize("name", NAMES)
def test_night_is_dark(opened: Opener, name: str) -> None:
    browser = opened(name, 375, "light")
    day, shown_by_day = browser.look("page"), browser.photograph()
    browser.show(375, "dark")
    night, shown_by_night = browser.look("page"), browser.photograph()
    assert luminance(day["ground"]) > 0.7
    assert luminance(night["ground"]) < 0.05
    assert shown_by_day != shown_by_night
    bright = [text["words"] for text in browser.look("texts") if luminance(text["ground"]) > 0.2]
    assert bright == []


def test_a_faint_word_is_seen() -> None:
    grey = {"words": "x", "colour": [119] * 3, "ground": [255] * 3, "bold": False}
    assert too_faint([{**grey, "size": 17}, {**grey, "size": 24}]) == [("x", 4.48)]
