"""The sentences of `sentences.toml`, ready to be looked for."""

import re
import tomllib
from importlib.resources import files

LINE = 500  # characters of a line that are looked at


_BOOK = tomllib.loads(files("mailer.bounces").joinpath("sentences.toml").read_text(encoding="utf-8"))
# Made ready at once: the first bounce is read as fast as the others.
_RULES = {
    name: tuple((re.compile(text, re.IGNORECASE), meaning) for text, meaning in _BOOK.pop(name))
    for name in ("reasons", "refusals")
}
_PATTERNS = {name: re.compile("|".join(texts), re.IGNORECASE) for name, texts in _BOOK.items()}


def pattern(name: str) -> re.Pattern[str]:
    """One expression for all of the sentences called `name`."""
    return _PATTERNS[name]


def rules(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those that say something more: `reasons` and `refusals`."""
    return _RULES[name]


def says(name: str, text: str) -> bool:
    """Whether a line of `text` holds one of the sentences called `name`."""
    sought = pattern(name)
    return any(sought.search(line[:LINE]) for line in text.splitlines()[:200])
