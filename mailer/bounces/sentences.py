"""The sentences of `sentences.toml`, ready to be looked for."""

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice

LINE = 400  # characters of a line that are looked at
_GAP = 80  # characters between a subject and what is said of it
_TRIED = 12  # faults whose subject is looked for
_SENTENCE = re.compile(r"[;:]\s|\.\s")


_BOOK = tomllib.loads(files("mailer.bounces").joinpath("sentences.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence and what it means; `subject`, if any, stands somewhat before `fault`."""

    subject: re.Pattern[str] | None
    fault: re.Pattern[str]
    meaning: str

    def found_in(self, text: str) -> bool:
        """Whether `text` holds it; one expression for both would look at what is between over and over."""
        if self.subject is None:
            return self.fault.search(text) is not None
        faults = islice(self.fault.finditer(text), _TRIED)
        return any(self._before(text[max(0, one.start() - _GAP) : one.start()]) for one in faults)

    def _before(self, text: str) -> bool:
        last = _SENTENCE.split(text)[-1]
        return self.subject is not None and self.subject.search(last) is not None


def _rule(row: list[str]) -> Rule:
    *subject, fault, meaning = row
    return Rule(_compiled(subject[0]) if subject else None, _compiled(fault), meaning)


def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# Made ready at once: the first bounce is read as fast as the others.
_RULES = {name: tuple(map(_rule, _BOOK.pop(name))) for name in ("reasons", "refusals")}
_PATTERNS = {name: _compiled("|".join(texts)) for name, texts in _BOOK.items()}


def pattern(name: str) -> re.Pattern[str]:
    """One expression for all of the sentences called `name`."""
    return _PATTERNS[name]


def rules(name: str) -> tuple[Rule, ...]:
    """Those that say something more: `reasons` and `refusals`."""
    return _RULES[name]


def says(name: str, text: str) -> bool:
    """Whether a line of `text` holds one of the sentences called `name`."""
    sought = pattern(name)
    return any(sought.search(line[:LINE]) for line in text.splitlines()[:100])
