"""Nothing sticks out of the window, whatever its width and whatever is missing."""

import pytest

from tests.browser.mails import NAMES, WIDTHS, Opener


@pytest.mark.parametrize(
    "kept", [{}, {"images": False}, {"styles": False}], ids=["whole", "no images", "no styles"]
)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_no_sideways_scrolling(opened: Opener, name: str, width: int, kept: dict[str, bool]) -> None:
    assert opened(name, width, **kept).look("overflow") == []


@pytest.mark.parametrize("name", NAMES)
def test_words_may_be_spaced_out(opened: Opener, name: str) -> None:
    browser = opened(name, 320)
    browser.look("spaceOut")
    assert browser.look("overflow") == []


def test_what_sticks_out_is_seen(opened: Opener) -> None:
    # narrower than a button's padding: the measure itself must complain
    assert opened("every-block", 120).look("overflow") != []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sheet_is_never_wider_than_its_600_px(opened: Opener, width: int) -> None:
    pictures = opened("relation-clients", width).look("pictures")
    assert [picture["shown"] for picture in pictures] == [True, True, True]
    assert max(picture["width"] for picture in pictures) == min(width, 600)
