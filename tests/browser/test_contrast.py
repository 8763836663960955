"""The measure of contrast itself, on figures that are known."""

import pytest

from tests.browser.contrast import ratio, wanted


@pytest.mark.parametrize(
    "one, other, expected",
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((255, 255, 255), (255, 255, 255), 1.0),
        ((119, 119, 119), (255, 255, 255), 4.48),  # #777 on white: the grey that just fails
        ((118, 118, 118), (255, 255, 255), 4.54),
        ((255, 0, 0), (255, 255, 255), 4.0),
        ((5, 5, 5), (0, 0, 0), 1.03),  # the straight part of the sRGB curve
    ],
)
def test_ratio(one: tuple[int, ...], other: tuple[int, ...], expected: float) -> None:
    assert ratio(one, other) == pytest.approx(expected, abs=0.005)
    assert ratio(one, other) == ratio(other, one)


@pytest.mark.parametrize(
    "size, bold, expected",
    [(16, False, 4.5), (23.9, False, 4.5), (24, False, 3.0), (18, True, 4.5), (18.7, True, 3.0)],
)
def test_large_words_need_less(size: float, bold: bool, expected: float) -> None:
    assert wanted(size, bold=bold) == expected
