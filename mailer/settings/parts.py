"""What the lists are made of: the types of their own fields, and the segments that choose by them."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailer.fields import PROOF, STANDARD, TYPES, canonical, is_field_name, title_key
from mailer.findings import Finding, error
from mailer.segments.faults import Fault
from mailer.segments.parsing import Names, parse
from mailer.settings import checks
from mailer.settings.model import SegmentSettings
from mailer.toml.document import Document
from mailer.toml.kinds import as_toml, example, name_of
from mailer.toml.positions import Path, dotted
from mailer.toml.table import closest
from mailer.words import Text


def parts(document: Document, values: Mapping[str, Any]) -> Iterator[Finding]:
    """The faults of [lists.….fields], [lists.….columns] and [segments]."""
    types: dict[str, tuple[str, str]] = {}
    faulty = False
    for slug, one in values["lists"].items():
        for name, kind in one["fields"].items():
            path: Path = ("lists", slug, "fields", name)
            found = _type_fault(document, path, kind) or _other_type(document, path, kind, types)
            if found:
                faulty = True
                yield found
            else:
                types[name] = (kind, slug)
        for title, name in one["columns"].items():
            yield from _column_fault(document, ("lists", slug, "columns", title), name)
    known = {name: kind for name, (kind, _) in types.items()}
    for name, text in values["segments"].items():
        yield from _segment(document, name, text, Names(lists=values["lists"], types=known), told=faulty)


def _type_fault(document: Document, path: Path, kind: object) -> Finding | None:
    name = str(path[-1])
    if cure := checks.own_field(name):
        return error(
            "bad-value", document.place_of(path), Text("'{value}' cannot be a name", value=name), cure
        )
    if not isinstance(kind, str):
        return _no_text(document, path)
    if kind in TYPES:
        return None
    guess = closest(kind, TYPES)
    message = Text("'{key}' cannot be '{value}'", key=dotted(path), value=kind[:60])
    cure = (
        Text("did you mean '{guess}'?", guess=guess)
        if guess
        else Text("write one of {choices}", choices=", ".join(TYPES))
    )
    return error("bad-value", document.place_of(path, value=True), message, cure)


def _column_fault(document: Document, path: Path, name: object) -> Iterator[Finding]:
    """A title of a file is any text; what it means is a field, the proof, or nothing."""
    if not title_key(str(path[-1])):
        message = Text("'{value}' cannot be the title of a column", value=str(path[-1])[:60])
        yield error("bad-value", document.place_of(path), message, Text("write it as it is in the file"))
    elif not isinstance(name, str):
        yield _no_text(document, path)
    elif name not in {"", PROOF} and canonical(name) is None and not is_field_name(name):
        message = Text("'{value}' cannot be a field", value=name[:60])
        cure = Text(
            "write {names}, a field of your own (letters without accents, digits and _), or nothing between "
            "the quotes to leave it aside",
            names=", ".join(STANDARD),
        )
        yield error("bad-value", document.place_of(path, value=True), message, cure)


def _other_type(
    document: Document, path: Path, kind: object, types: Mapping[str, tuple[str, str]]
) -> Finding | None:
    """A person has a field once, whatever lists they are on."""
    name = str(path[-1])
    before, slug = types.get(name, (kind, ""))
    if before == kind:
        return None
    message = Text(
        "'{field}' is {kind} in {table}", field=name, kind=as_toml(before), table=f"[lists.{slug}.fields]"
    )
    cure = Text("write {example}: a person has each field once", example=f"{name} = {as_toml(before)}")
    return error("bad-value", document.place_of(path, value=True), message, cure)


def _segment(document: Document, name: str, text: object, names: Names, *, told: bool) -> Iterator[Finding]:
    path: Path = ("segments", name)
    if cure := checks.slug(name):
        yield error(
            "bad-value", document.place_of(path), Text("'{value}' cannot be a name", value=name), cure
        )
    elif name in names.lists:
        message = Text("'{name}' is the name of a list too", name=name)
        yield error("bad-value", document.place_of(path), message, Text("give the segment another name"))
    if not isinstance(text, str):
        yield _no_text(document, path)
        return
    found = parse(text, names)
    if isinstance(found, Fault) and not (told and found.code == "segment-type"):
        one = SegmentSettings(name=name, text=text, place=document.place_in(path, text))
        yield error(found.code, one.place_at(found.at), found.message, found.cure)


def _no_text(document: Document, path: Path) -> Finding:
    message = Text("'{key}' must be {kind}", key=dotted(path), kind=name_of("string"))
    cure = Text("write {example}", example=example("string", str(path[-1])))
    return error("wrong-type", document.place_of(path, value=True), message, cure)
