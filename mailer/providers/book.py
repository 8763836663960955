"""The book of providers: whose domain it is, what they take, what their replies mean (`providers.toml`).

Read once, when it is first asked; a provider's rules are made ready when it first refuses something.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

_ANY = "any"
_READ = 2000  # characters of a reply that are read


class Verdict(StrEnum):
    """What a reply means; `providers.toml` says what becomes of the recipient."""

    MAILBOX = "mailbox"
    FULL = "full"
    CONTENT = "content"
    LATER = "later"
    SLOW = "slow"
    BLOCKED = "blocked"
    RECONNECT = "reconnect"
    SPAM = "spam"
    SIZE = "size"
    AUTHENTICATION = "authentication"
    SENDER = "sender"
    LOGIN = "login"
    POLICY = "policy"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a provider takes from somebody who speaks to it directly (standards.md, C8)."""

    connections: int  # at the same time
    messages: int  # on each


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    basic: str
    enhanced: re.Pattern[str] | None
    text: re.Pattern[str] | None
    verdict: Verdict

    def applies(self, basic: str, enhanced: str, text: str) -> bool:
        return (
            basic.startswith(self.basic)
            and (self.enhanced is None or self.enhanced.match(enhanced) is not None)
            and (self.text is None or self.text.search(text) is not None)
        )


def group_of(domain: str) -> str:
    """The provider whose members have addresses at `domain`: "orange"; `domain` itself if none is known."""
    domain = domain.lower()
    return _domains().get(domain, domain)


def caps_of(group: str) -> Caps:
    """Those of a group of `group_of`; careful ones for who is not known."""
    book = _book()
    told = {**book[_ANY], **book.get(group, {})}
    return Caps(connections=told["connections"], messages=told["messages"])


def verdict_of(domain: str, basic: int, enhanced: str, text: str) -> Verdict | None:
    """What a refusal (`basic`: 4yz, 5yz) of a recipient at `domain` means; None: what its first digit says.

    `text` is what the server wrote, without its codes or with them. A provider is known by the domain, or
    by what its replies bear.
    """
    text = text[:_READ]
    for name in (_speaker(group_of(domain), text), _ANY):
        for rule in _rules(name):
            if rule.applies(str(basic), enhanced, text):
                return rule.verdict
    return None


def groups() -> Sequence[str]:
    """The providers that are known."""
    return [name for name in _book() if name != _ANY]


def _speaker(group: str, text: str) -> str:
    if group in _book():
        return group
    return next((name for name, speaks in _speakers() if speaks.search(text)), "")


@cache
def _book() -> Mapping[str, Any]:
    return tomllib.loads(files("mailer.providers").joinpath("providers.toml").read_text(encoding="utf-8"))


@cache
def _domains() -> Mapping[str, str]:
    return {domain: name for name in groups() for domain in _book()[name]["domains"]}


@cache
def _speakers() -> Sequence[tuple[str, re.Pattern[str]]]:
    book = _book()
    return [(name, _pattern(book[name]["speaks"])) for name in groups() if "speaks" in book[name]]


@cache
def _rules(name: str) -> Sequence[_Rule]:
    told = _book().get(name, {})
    rules, form = told.get("rules", []), told.get("form", "{}")
    if isinstance(rules, str):
        return _rules(rules)
    return [
        _Rule(
            basic=basic,
            enhanced=_enhanced(enhanced),
            text=_pattern(form.replace("{}", text)) if text else None,
            verdict=Verdict(verdict),
        )
        for basic, enhanced, text, verdict in rules
    ]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _enhanced(text: str) -> re.Pattern[str] | None:
    """Whole numbers: 5.7.1 is not the beginning of 5.7.10."""
    if not text:
        return None
    return re.compile(r"$" if text == "-" else rf"(?:{text})(?:\.|$)")
