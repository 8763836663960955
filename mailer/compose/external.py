"""The address of a questionnaire that lives elsewhere: what it may hold, and what it becomes in a mail.

`{campaign}` and `{language}` are filled once for everybody (RFC 6570, level 1); `{{ field }}` is each
person's own, and refused unless the front matter declares it under `identifiers`: whoever then holds the
answers knows whose they are (docs/decisions/0024).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, unquote, urlsplit

from mailer.compose.expressions import unknown_field
from mailer.compose.filling import Fill, text_filler
from mailer.compose.links import web_fault
from mailer.fields import STANDARD, canonical, is_field_name
from mailer.findings import Finding, Place, error
from mailer.model import Slotted
from mailer.toml.kinds import as_toml
from mailer.words import Text

_OWN = re.compile(r"\{\{([^{}]{0,100})\}\}")
_COMMON = re.compile(r"\{([^{}]*)\}")
_COMMON_NAMES = ("campaign", "language")
_PARAMETER = re.compile(r"[?&;]([^=&;#?]*)=([^&;#]*)")
_IN_PATH = re.compile(r"/(?=([^/?#]+)/([^/?#]+))")
# Under these names services know their respondents; names of people and of mailboxes are `canonical`'s.
_WHOSE = ("user", "subscriber", "recipient", "participant", "respondent", "member", "adherent")
_IDENTITY = frozenset(
    {"token", "uid", "login", "username", "matricule", *_WHOSE, *(f"{one}id" for one in _WHOSE)}
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A parameter of the address: its name, its value as written, where it begins."""

    name: str
    value: str
    at: int


def check_external(
    address: str, identifiers: Collection[str], known: Collection[str], place: Place
) -> list[Finding]:
    """What is wrong with the address; `place` is that of its opening quote.

    `identifiers`: what the front matter declares; `known`: the fields of its lists.
    """

    def at(offset: int) -> Place:
        return Place(place.file, place.line, place.column + 1 + offset)

    bare = _COMMON.sub("x", _OWN.sub("x", address))
    fault = web_fault(bare) or _unprotected(bare, address) or _in_host(bare, address)
    if fault is not None:
        return [error("bad-address", place, fault, Text("write https://…"))]
    strangers = islice(_strangers(address), 1)  # a bracket too many makes strangers of the others
    findings = [_unknown_name(found[0], at(found.start())) for found in strangers]
    own = {said.at + len(said.name) + 1: said for said in _parameters(address)}
    for found in _OWN.finditer(address):
        said = own.get(found.start())
        if said is None or said.value != found[0] or not is_field_name(found[1].strip()):
            findings.append(_not_a_value(found[0], at(found.start())))
        else:
            findings += _own_faults(found[1].strip(), identifiers, known, at(found.start()))
    literal = (said for said in _parameters(address) if not _OWN.search(said.value))
    findings += [_anybody(said.name, at(said.at)) for said in literal if _names_somebody(said, identifiers)]
    return findings


def check_identifiers(address: str, identifiers: Collection[str], place: Place) -> list[Finding]:
    """Each declared identifier must be one of the address: what is declared and never said is a slip."""
    said = {one.name for one in _parameters(address)} | {found[1].strip() for found in _OWN.finditer(address)}
    return [
        error(
            "identity",
            place,
            Text("no parameter of the questionnaire's address is called '{name}'", name=name),
            Text("write {example} in the address, or remove the line", example=_example(name)),
        )
        for name in identifiers
        if name not in said
    ]


def address_of(address: str, public_id: str, language: str) -> Slotted:
    """The address of one edition: what is common is filled, each person's own is a slot."""
    values: Mapping[str, str] = {"campaign": public_id, "language": language}
    pieces: list[str] = []
    done = 0
    for found in _OWN.finditer(address):
        pieces += [_common(address[done : found.start()], values), f"{{{{ {found[1].strip()} }}}}"]
        done = found.end()
    return (*pieces, _common(address[done:], values))


def fields_of(address: Slotted) -> list[str]:
    """The fields that an edition's address says of a person."""
    return [tag[2:-2].strip() for tag in address[1::2]]


def host_of(address: Slotted) -> str:
    """The site that answers at an edition's address."""
    return urlsplit(address[0]).hostname or ""


def own_address(address: Slotted) -> Fill:
    """What makes one person's address of their fields, each percent-encoded (RFC 3986, 2.1).

    Whoever has none gets the parameter empty: the questionnaire asks them for it.
    """
    fill, names = text_filler(address), fields_of(address)
    return lambda values: fill({name: quote(values.get(name, ""), safe="") for name in names})


def _common(text: str, values: Mapping[str, str]) -> str:
    return _COMMON.sub(lambda found: values[found[1]], text)


def _parameters(address: str) -> Iterator[_Said]:
    """`?name=value`, and `/token/value` of those who write parameters as a path."""
    for found in _PARAMETER.finditer(address):
        yield _Said(found[1], found[2], found.start(1))
    for found in _IN_PATH.finditer(address, len("https://")):
        if _key(found[1]) == "token" and "{" not in found[1]:
            yield _Said(found[1], found[2], found.start(1))


def _names_somebody(said: _Said, identifiers: Collection[str]) -> bool:
    return said.name not in identifiers and (
        _key(said.name) in _IDENTITY or canonical(said.name) in {"email", "first_name", "last_name"}
    )


def _key(name: str) -> str:
    return re.sub(r"[^a-z]", "", unquote(name).casefold())


def _strangers(address: str) -> Iterator[re.Match[str]]:
    blanked = _OWN.sub(lambda found: " " * len(found[0]), address)
    return (found for found in re.finditer(r"\{[^{}]*\}?|\}", blanked) if found[0][1:-1] not in _COMMON_NAMES)


def _unprotected(bare: str, address: str) -> Text | None:
    return None if bare.startswith("https://") else Text("the address '{href}' is not https", href=address)


def _in_host(bare: str, address: str) -> Text | None:
    """Whose site it is must be the author's own word."""
    written = re.match(r"https://([^/?#]*)", address)
    if written is not None and written[1] == urlsplit(bare).netloc:
        return None
    return Text("a placeholder stands in the name of the site")


def _unknown_name(written: str, place: Place) -> Finding:
    return error(
        "bad-address",
        place,
        Text("'{text}' is not known in an address", text=written),
        Text("write {campaign} or {language}", campaign="{campaign}", language="{language}"),
    )


def _not_a_value(written: str, place: Place) -> Finding:
    return error(
        "identity",
        place,
        Text("'{text}' is not the whole value of a parameter", text=written),
        Text("write {example}", example="?" + _example("token")),
    )


def _own_faults(
    field: str, identifiers: Collection[str], known: Collection[str], place: Place
) -> list[Finding]:
    """Faults of `{{ field }}` in its place."""
    if (canonical(field) or field) in STANDARD:
        return [
            error(
                "identity",
                place,
                Text("the address would carry '{field}' to another site", field=field),
                Text("remove it: only a field of the list's own, such as a token, may be declared"),
            )
        ]
    if field not in known:
        fault = unknown_field(field, known)
        return [error(fault.code, place, fault.message, fault.cure)]
    if field not in identifiers:
        return [
            error(
                "identity",
                place,
                Text("'{field}' tells the questionnaire who answers", field=field),
                Text("remove it, or declare it: {line}", line=_declaration(field)),
            )
        ]
    return []


def _anybody(name: str, place: Place) -> Finding:
    return error(
        "identity",
        place,
        Text("'{name}' in the address is one person's: everybody would answer as them", name=name),
        Text("remove it; if it names nobody, declare it: {line}", line=_declaration(name)),
    )


def _declaration(name: str) -> str:
    return f"identifiers = {as_toml([name])}"


def _example(name: str) -> str:
    return f"{name}={{{{ {name} }}}}"
