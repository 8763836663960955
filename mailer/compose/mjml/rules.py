"""What MJML allows: components, their places, their attributes, extracted from npm mjml 5.4.1.

The table is Copyright (c) 2016 Mailjet SAS, MIT licence: its notice is in NOTICE, beside this file.
What mrml does not do is taken away in `limits`.
"""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import islice

EVERYWHERE: Mapping[str, str] = {"css-class": "string", "mj-class": "string"}
# Not components in npm's table, yet part of the language.
_ROOT: Mapping[str, str] = {"lang": "string", "dir": "enum(ltr,rtl,auto)"}
DEFAULTS = ("mj-all", "mj-class")  # only in mj-attributes, with any attribute of any component


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One tag's rules. `ending`: its content is HTML or text, never further components."""

    ending: bool
    children: frozenset[str]
    attributes: Mapping[str, str]


def _read() -> tuple[Mapping[str, Component], frozenset[str]]:
    table = json.loads(resources.files(__package__).joinpath("rules.json").read_text("utf-8"))
    components = {
        name: Component(
            ending=rules["ending"],
            children=frozenset(rules["children"]),
            attributes=rules["attributes"] | (_ROOT if name == "mjml" else EVERYWHERE),
        )
        for name, rules in table["components"].items()
    }
    return components, frozenset(table["colours"].split())


COMPONENTS, COLOURS = _read()
ENDING = frozenset(name for name, component in COMPONENTS.items() if component.ending)


def _types() -> Mapping[str, frozenset[str]]:
    types: dict[str, set[str]] = {"name": {"string"}}
    for component in COMPONENTS.values():
        for attribute, kind in component.attributes.items():
            types.setdefault(attribute, set()).add(kind)
    return {attribute: frozenset(kinds) for attribute, kinds in types.items()}


_TYPES = _types()


def attributes_of(tag: str) -> Iterable[str]:
    """The attributes a tag may have; for mj-all and mj-class those of every component."""
    return _TYPES if tag in DEFAULTS else COMPONENTS[tag].attributes


def types_of(tag: str, attribute: str) -> frozenset[str]:
    """The types a value may have, any of them; empty when the tag has no such attribute."""
    if tag in DEFAULTS:
        return _TYPES.get(attribute, frozenset())
    component = COMPONENTS.get(tag)
    known = component is not None and attribute in component.attributes
    return frozenset([component.attributes[attribute]]) if component and known else frozenset()


def parents_of(tag: str) -> list[str]:
    """The tags that may hold it, in alphabetical order."""
    return sorted(name for name, component in COMPONENTS.items() if tag in component.children)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    return _nearest(word.lower()[:60], tuple(islice(known, 200)))


@lru_cache(maxsize=1000)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.6)), None)
