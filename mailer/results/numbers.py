"""Figures in words: counts and shares in the way of a language, and what stands for a covered one."""

from mailer.results.figures import Figure
from mailer.words import Text


def number(count: int, language: str) -> str:
    """`12 345` in French, `12,345` in English; with U+00A0, which consoles have (docs/decisions/0003)."""
    return f"{count:,}".replace(",", "\u00a0") if language == "fr" else f"{count:,}"


def decimal(value: float, language: str) -> str:
    """With one decimal."""
    return f"{value:.1f}".replace(".", ",") if language == "fr" else f"{value:.1f}"


def people(figure: Figure, language: str) -> str:
    """How many gave an answer."""
    if figure.count is not None:
        return number(figure.count, language)
    if figure.least:
        return Text("at least {count}", count=number(figure.least, language)).say(language)
    return Text("covered").say(language)


def share(figure: Figure, language: str) -> str:
    """Their share of the base, in whole percents."""
    if figure.count is None and not figure.least:
        return Text("covered").say(language)
    said = Text("{share}%", share=f"{figure.share * 100:.0f}").say(language)
    return said if figure.count is not None else Text("at least {count}", count=said).say(language)
