"""A table of keys, and one reader that holds any document against it: every fault at once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from mailer.findings import Finding, error
from mailer.toml import kinds
from mailer.toml.document import Document
from mailer.toml.kinds import Kind
from mailer.toml.positions import Path, dotted
from mailer.words import Text


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its kind, what it may hold, and what it is when absent.

    `check` answers with what to write instead (or why not this), or None if the value will do; for
    strings it sees each element, for a table of tables each name. A `default` is written as TOML
    would hold it ("10m" for a duration). `one` lets a single string stand for a list of one, a
    single table for an array of one; where such a key is required, one string is what is usual.
    `private` values are never repeated in a finding.
    A table that is absent gets its keys' defaults, or `default` if some of its keys are required.
    """

    name: str
    kind: Kind
    _: KW_ONLY
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    check: Callable[[Any], Text | None] | None = None
    keys: "Table" = ()
    aliases: tuple[str, ...] = ()
    one: bool = False
    private: bool = False
    doc: Text | str = ""


Table = tuple[Key, ...]


def validate(document: Document, table: Table, prefix: Path = ()) -> tuple[dict[str, Any], list[Finding]]:
    """The values of the table at `prefix`, typed, with defaults; and what is wrong with it.

    A value at fault takes its default, so callers may go on looking for other faults.
    """
    reader = _Reader(document)
    values = reader.table(_at(document.values, prefix), table, prefix)
    return values, reader.findings


def _at(values: Mapping[str, object], path: Path) -> Mapping[str, object]:
    found: Any = values
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return {}
    return found if isinstance(found, Mapping) else {}


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []

    def table(self, given: Mapping[str, object], table: Table, path: Path) -> dict[str, Any]:
        """One table; keys misspelt so that we guess them are not called missing as well."""
        guessed = self._unknown(given, table, path)
        return {key.name: self._key(given, key, path, guessed) for key in table}

    def _unknown(self, given: Mapping[str, object], table: Table, path: Path) -> set[str]:
        names = {name: key.name for key in table for name in (key.name, *key.aliases)}
        guessed = set()
        for name in given:
            if name not in names:
                guess = closest(name, names)
                guessed.add(names.get(guess, ""))
                cure = _did_you_mean(guess, names, [known for known in names if known in given])
                self._add("unknown-key", (*path, name), Text("unknown key '{key}'", key=name), cure)
        return guessed

    def _key(self, given: Mapping[str, object], key: Key, path: Path, guessed: set[str]) -> Any:
        names = [name for name in (key.name, *key.aliases) if name in given]
        for name in names[1:]:
            cure = Text("keep one of '{key}' and '{other}'", key=names[0], other=name)
            self._add("duplicate-key", (*path, name), Text("'{key}' says the same again", key=name), cure)
        if names:
            return self._value(given[names[0]], key, (*path, names[0]))
        if key.required and key.kind != "table" and key.name not in guessed:
            self._missing(key, path)
        return self._absent(key, path, needed=key.required and key.name not in guessed)

    def _missing(self, key: Key, path: Path) -> None:
        if self.document.unread & {key.name, *(str(step) for step in path)}:
            return  # it stands on a line that could not be read, and that was said
        kind = _usual(key)
        cure = Text("write {example}", example=kinds.example(kind, dotted((*path, key.name))))
        if path and kind not in _TABLES:
            example = kinds.example(kind, key.name)
            cure = Text("write {example} under [{table}]", example=example, table=dotted(path))
        self._add("missing-key", path, Text("missing key '{key}'", key=dotted((*path, key.name))), cure)

    def _absent(self, key: Key, path: Path, *, needed: bool) -> Any:
        match key.kind:
            case "table" if needed or not any(inner.required for inner in key.keys):
                return self.table({}, key.keys, (*path, key.name))
            case "duration" if key.default is not None:
                return kinds.read("duration", key.default)
            case "strings" | "array of tables":
                return tuple(key.default or ())
            case "table of tables":
                return {}
            case _:
                return key.default

    # --- values ------------------------------------------------------------------

    def _value(self, value: object, key: Key, path: Path) -> Any:
        match key.kind:
            case "table" if isinstance(value, dict):
                return self.table(value, key.keys, path)
            case "array of tables" if key.one and isinstance(value, dict):
                return (self.table(value, key.keys, path),)
            case "array of tables" if isinstance(value, list) and all(isinstance(one, dict) for one in value):
                return tuple(self.table(one, key.keys, (*path, i)) for i, one in enumerate(value))
            case "table of tables" if isinstance(value, dict):
                return self._named(value, key, path)
            case "strings" if key.one and isinstance(value, str):
                return tuple(one for one in (value,) if self._suits(one, key, path))
            case "strings" if isinstance(value, list):
                return self._strings(value, key, path)
        typed = kinds.read(key.kind, value)
        if typed is None and key.kind == "duration" and isinstance(value, str):
            cure = Text("write {example}", example=kinds.example(key.kind, key.name))
            self._bad_value(value, key, path, cure)
        elif typed is None:
            self._wrong_type(value, key, path)
        elif self._suits(typed, key, path):
            return typed
        return self._absent(key, path[:-1], needed=False)

    def _named(self, value: dict[str, object], key: Key, path: Path) -> dict[str, Any]:
        read = {}
        for name, inner in value.items():
            here = (*path, name)
            if not isinstance(inner, dict):
                cure = Text("write [{key}.…] above it, with a name", key=dotted(path))
                self._add("wrong-type", here, Text("'{key}' is not a table", key=dotted(here)), cure)
            elif self._suits(name, key, here):
                read[name] = self.table(inner, key.keys, here)
        return read

    def _strings(self, value: list[object], key: Key, path: Path) -> tuple[str, ...]:
        read = []
        for index, one in enumerate(value):
            here = (*path, index)
            if not isinstance(one, str):
                cure = Text("write {example}", example=kinds.as_toml("…" if key.private else str(one)))
                message = Text("'{key}' must be {kind}", key=dotted(here), kind=kinds.name_of("string"))
                self._add("wrong-type", here, message, cure, value=True)
            elif self._suits(one, key, here):
                read.append(one)
        return tuple(read)

    def _wrong_type(self, value: object, key: Key, path: Path) -> None:
        name = next((str(step) for step in reversed(path) if isinstance(step, str)), key.name)
        kind = _usual(key)
        message = Text("'{key}' must be {kind}", key=dotted(path), kind=kinds.name_of(kind))
        line = kinds.example(kind, name, None if key.private else value)
        if kind in _TABLES:
            line = kinds.example(kind, dotted(path))
        self._add("wrong-type", path, message, Text("write {example}", example=line), value=True)

    def _suits(self, value: Any, key: Key, path: Path) -> bool:
        """Whether a value of the right kind may stand there; says why if not."""
        cure = _among(value, key) or _within(value, key) or (key.check(value) if key.check else None)
        if cure is None:
            return True
        self._bad_value(value, key, path, cure)
        return False

    def _bad_value(self, value: Any, key: Key, path: Path, cure: Text) -> None:
        message = Text("'{key}' cannot have this value", key=dotted(path))
        if not key.private and isinstance(value, str | int):
            message = Text("'{key}' cannot be '{value}'", key=dotted(path), value=_shown(value))
        if key.kind == "table of tables":
            message = Text("'{value}' cannot be a name", value=value)
        self._add("bad-value", path, message, cure, value=key.kind != "table of tables")

    def _add(self, code: str, path: Path, message: Text, cure: Text, *, value: bool = False) -> None:
        place = self.document.place_of(path, value=value)
        self.findings.append(error(code, place, message, cure))


_TABLES: tuple[Kind, ...] = ("table", "array of tables", "table of tables")


def _usual(key: Key) -> Kind:
    """The kind that most people mean: a list that may be one text nearly always is."""
    return "string" if key.kind == "strings" and key.one and key.required else key.kind


def _shown(value: str | int) -> str | int:
    """A value as a finding repeats it: short, without the user and password of an address."""
    if isinstance(value, int):
        return value
    masked = re.sub(r"://.*@", "://…@", value, flags=re.DOTALL)
    return f"{masked[:60]}…" if len(masked) > 60 else masked


def _among(value: Any, key: Key) -> Text | None:
    if not key.choices or value in key.choices or key.kind not in ("string", "strings"):
        return None
    if guess := closest(value, key.choices):
        return Text("did you mean '{guess}'?", guess=guess)
    return Text("write one of {choices}", choices=", ".join(choice for choice in key.choices if choice))


def _within(value: Any, key: Key) -> Text | None:
    if key.kind != "integer":
        return None
    if key.minimum is not None and key.maximum is not None and not key.minimum <= value <= key.maximum:
        return Text("write a number from {low} to {high}", low=key.minimum, high=key.maximum)
    if key.minimum is not None and value < key.minimum:
        return Text("write {low} or more", low=key.minimum)
    if key.maximum is not None and value > key.maximum:
        return Text("write {high} or less", high=key.maximum)
    return None


def _did_you_mean(guess: str, names: Iterable[str], taken: Sequence[str]) -> Text:
    if guess:
        return Text("did you mean '{guess}'?", guess=guess)
    free = ", ".join(name for name in names if name not in taken)
    return Text("remove it; the other keys are {keys}", keys=free) if free else Text("remove it")


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or nothing."""
    import difflib  # noqa: PLC0415  12 ms, only when something is misspelt

    matches = difflib.get_close_matches(word.casefold()[:60], list(known), n=1, cutoff=0.6)
    return matches[0] if matches else ""
