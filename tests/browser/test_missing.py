"""What is left when images do not come, and when <style> is dropped (SFR, La Poste)."""

import pytest

from tests.browser.mails import NAMES, WIDTHS, Opener


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_words_stand_for_each_image(opened: Opener, name: str, width: int) -> None:
    pictures = opened(name, width, images=False).look("pictures")
    assert len(pictures) == 3
    for picture in pictures:
        assert not picture["shown"]
        assert picture["alt"]
        assert picture["width"] >= picture["wordsWidth"]
        assert picture["height"] >= picture["wordsHeight"] - 1  # inside a sentence, its line gives the room


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_without_styles_nothing_is_lost(opened: Opener, name: str, width: int) -> None:
    questions = ("words", "headings")
    whole = [opened(name, width).look(question) for question in questions]
    bare = [opened(name, width, styles=False).look(question) for question in questions]
    assert bare == whole
    assert all(picture["shown"] for picture in opened(name, width, styles=False).look("pictures"))


@pytest.mark.parametrize("name", NAMES)
def test_without_styles_buttons_remain_buttons(opened: Opener, name: str) -> None:
    def buttons(styles: bool) -> list[tuple[str, object]]:
        links = opened(name, styles=styles).look("links")
        return [(link["words"], link["button"]) for link in links]

    assert buttons(styles=False) == buttons(styles=True)
