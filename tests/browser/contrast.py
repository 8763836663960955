"""How far two colours stand apart, as WCAG 2.2 reckons it."""

from collections.abc import Sequence

LARGE = 24.0  # px; 18.66 when bold: WCAG's 18 and 14 pt


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """From 1 (the same) to 21 (black on white), for two sRGB colours of 0 to 255 (WCAG, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Sequence[float]) -> float:
    """From 0 (black) to 1 (white) (WCAG, "relative luminance")."""
    red, green, blue = (_linear(value / 255) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def wanted(size: float, *, bold: bool) -> float:
    """The ratio that words of `size` px need to be read (WCAG 1.4.3)."""
    return 3.0 if size >= (18.66 if bold else LARGE) else 4.5


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
