"""Two MJML engines, one mail: what mrml 6.0.1 and npm mjml 5.4.1 are known to write differently.

Everything else that differs between their pages is a fault. The three differences, none with an effect:
the wrapping <div role="article"> repeats the body's word-spacing with npm only; mj-body's css-class stands on
<body> with npm, on that <div> with mrml (templates name both: `body,.pg`); a third of 100 % has 6 decimals
with mrml (single precision), 15 with npm.
"""

import re

from tests.golden.html_tokens import difference_of, tokens

_WORD_SPACING = re.compile(r"(?<=[\";])word-spacing:normal;?|;word-spacing:normal(?=\")")
_CLASS = re.compile(r' class="([^"]*)"')
_DECIMALS = re.compile(r"(?<=33[.-]3333)3\d+")


def structure_differences(ours: str, official: str) -> list[str]:
    """What our page says otherwise than the official engine's, as lines of a diff; empty when nothing."""
    return difference_of(_common(tokens(ours)), _common(tokens(official)))


def _common(page: list[str]) -> list[str]:
    return [_DECIMALS.sub("", _frame(token) if _is_frame(token) else token) for token in _one_class(page)]


def _is_frame(token: str) -> bool:
    return token.startswith("<body") or ('role="article"' in token and token.startswith("<div"))


def _frame(token: str) -> str:
    return _WORD_SPACING.sub("", token).replace(' style=""', "")


def _one_class(page: list[str]) -> list[str]:
    """The body's class, wherever an engine put it, as a token of its own before the body."""
    names = [found[1] for token in page if _is_frame(token) and (found := _CLASS.search(token))]
    bare = [_CLASS.sub("", token) if _is_frame(token) else token for token in page]
    return [f"mj-body css-class: {' '.join(names)}", *bare]
