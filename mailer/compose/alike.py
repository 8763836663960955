"""Whom a mail cannot tell apart: people with the same fields filled, and the same words where it compares.

Every way through an edition's conditions is taken by somebody of each kind; so one person of each shows
what the whole list will get.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, nodes

from mailer.model import Edition, Slotted

Likeness = tuple[tuple[str, ...], ...]  # of each field: nothing when it is empty; else how it meets the words

_environment = Environment(autoescape=False)  # noqa: S701  only its parser is used


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an edition reads of a person: `fields` in order, and the words that some are compared with."""

    fields: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, edition: Edition) -> "Reading":
        """That of an edition, whose tags `expressions` has let in."""
        words: dict[str, set[str]] = {}
        subjects = (one.subject for one in edition.variants)
        for slotted in (edition.subject, *subjects, edition.html, edition.text):
            for names, said in _comparisons(slotted):
                for name in names & edition.fields:
                    words.setdefault(name, set()).update(said)
        return cls(
            fields=tuple(sorted(edition.fields)),
            words={name: tuple(sorted(said)) for name, said in words.items()},
        )

    def likeness(self, fields: Mapping[str, str]) -> Likeness:
        """What is common to a kind of people; small, however long their fields."""
        return tuple([_met(fields.get(name, ""), self.words.get(name, ())) for name in self.fields])

    def empty(self, likeness: Likeness) -> list[str]:
        """The fields that this kind of people have not filled."""
        return [name for name, met in zip(self.fields, likeness, strict=True) if not met]


@lru_cache(maxsize=4096)
def _met(value: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How a value stands to the words: spelt like one (then it is kept: case may matter), or around it."""
    if not value:
        return ()
    bare, folded = value.strip().casefold(), tuple(word.casefold() for word in words)
    kept = value if bare in folded else ""
    around = (
        f"{word in value:d}{value in word:d}{small in bare:d}{bare in small:d}"
        for word, small in zip(words, folded, strict=True)
    )
    return (kept, *around)


def _comparisons(slotted: Slotted) -> Iterable[tuple[set[str], set[str]]]:
    """The names and the words of each `==`, `!=`, `in` and `not in`."""
    tree = _environment.parse("".join(slotted[1::2]))
    for comparison in tree.find_all(nodes.Compare):
        names = {name.name for name in comparison.find_all(nodes.Name)}
        yield names, {str(word.value) for word in comparison.find_all(nodes.Const)}
