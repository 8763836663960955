"""vCards: what telephones and address books give; 2.1 (quoted-printable), 3.0 (RFC 2426), 4.0 (RFC 6350).

Each card is a row: address, first name, last name, language. Nothing else of it is looked at.
"""

import quopri
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mailer.findings import Finding, Place, error, warning
from mailer.people.columns import Layout
from mailer.people.contacts import holds_address
from mailer.people.report import Column, Refused
from mailer.people.rows import CUT
from mailer.words import Text, plural

FIELDS = ("email", "first_name", "last_name", "language")
_TITLES = ("EMAIL", "N:given", "N:family", "LANG")
_MOST_VALUES = 50  # addresses kept of one card
_LONGEST_VALUE = 5_000  # characters of a property that we read
_READ = frozenset(["BEGIN", "END", "AGENT", "EMAIL", "N", "FN", "LANG"])
_BEGINS = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PART = re.compile(r"((?:\\.|[^;\\]|\\$)*)(?:;|$)", re.DOTALL)
_LAST = 101  # 4.0 counts preferences from 1 to 100


def begins(first_lines: Iterable[str]) -> bool:
    """Whether a text is made of vCards: whether its first line that holds something begins one."""
    first = next((line for line in first_lines if line.strip()), "")
    return _BEGINS.fullmatch(first) is not None


def layout() -> Layout:
    """The columns of the rows that `cards` gives."""
    named = zip(_TITLES, FIELDS, strict=True)
    columns = tuple(
        Column(number=number, title=title, field=name) for number, (title, name) in enumerate(named, 1)
    )
    return Layout(columns=columns, start=1, header_line=0)


@dataclass(slots=True)
class _Card:
    """What is kept of a card while it is read."""

    line: int
    emails: list[tuple[int, str]] = field(default_factory=list)  # how far from preferred, address
    more: int = 0  # addresses over the limit
    name: tuple[str, str] = ("", "")  # first, last
    full_name: str = ""
    language: str = ""

    def row(self) -> list[str]:
        """Its cells. A full name alone is not cut in two: nobody can tell where."""
        first, last = self.name
        if not first and not last and not holds_address(self.full_name):
            last = self.full_name
        return [self.email, first, last, self.language]

    @property
    def email(self) -> str:
        """The preferred address, or the first; one that can be none only where there is no other."""
        order = sorted(self.emails, key=lambda one: (not holds_address(one[1]), one[0]))
        return order[0][1] if order else ""


def cards(
    lines: Iterable[str], file: str, add: Callable[[Finding], None]
) -> Iterator[tuple[int, list[str] | Refused]]:
    """A row for each card, with the line where it begins; `add` is told what is odd in it."""
    card: _Card | None = None
    inside = 0  # an AGENT's card stands inside another's (2.1)
    agent = False
    for line, name, parameters, value in _properties(lines):
        word = value.strip().upper()
        if name == "BEGIN" and word == "VCARD":
            if agent:
                inside += 1
            else:
                if card is not None:
                    yield _unfinished(card, file)
                card, inside = _Card(line), 0
        elif name == "END" and word == "VCARD":
            if inside:
                inside -= 1
            elif card is not None:
                _tell_others(card, file, add)
                yield card.line, card.row()
                card = None
        elif card is not None and not inside:
            _keep(card, name, parameters, value)
        agent = name == "AGENT" and not word
    if card is not None:
        yield _unfinished(card, file)


def _tell_others(card: _Card, file: str, add: Callable[[Finding], None]) -> None:
    count = len(card.emails) + card.more - 1
    if count < 1:
        return
    message = plural(
        "this card has {count} other address, which is not read",
        "this card has {count} other addresses, which are not read",
        count=count,
    )
    cure = Text("the preferred one is kept, or the first; write the others as people of their own")
    add(warning("card-addresses", Place(file, card.line), message, cure))


def _unfinished(card: _Card, file: str) -> tuple[int, Refused]:
    message = Text("this card is never closed (END:VCARD)")
    cure = Text("export the cards again: some may be missing")
    finding = error("card-open", Place(file, card.line), message, cure)
    return card.line, Refused(line=card.line, cells=tuple(card.row()), finding=finding)


def _keep(card: _Card, name: str, parameters: dict[str, list[str]], value: str) -> None:
    if name == "EMAIL":
        address = _plain(value)
        if address and len(card.emails) < _MOST_VALUES:
            card.emails.append((_preference(parameters), address))
        elif address:
            card.more += 1
    elif name == "N" and card.name == ("", ""):
        last, first, *_ = [*(_plain(part) for part in _parts(value)), "", ""]
        card.name = first, last
    elif name == "FN":
        card.full_name = card.full_name or _plain(value)
    elif name == "LANG":
        card.language = card.language or _plain(value)


def _preference(parameters: dict[str, list[str]]) -> int:
    """1 is the most preferred; 101 that nothing is said."""
    if any(kind.upper() == "PREF" for kind in parameters.get("TYPE", [])):
        return 1
    given = parameters.get("PREF", [""])[0]
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else _LAST


# --- from lines to properties ----------------------------------------------------------


def _properties(lines: Iterable[str]) -> Iterator[tuple[int, str, dict[str, list[str]], str]]:
    """Line, name, parameters and value of each; folded lines joined, quoted-printable read."""
    for line, text in _unfolded(lines):
        head, colon, value = _split_head(text)
        if not colon:
            continue
        name, *given = head.split(";")
        name = name.rpartition(".")[2].strip().upper()  # item1.EMAIL
        if name not in _READ:
            continue
        parameters = _parameters(given)
        if "QUOTED-PRINTABLE" in (one.upper() for one in parameters.get("ENCODING", [])):
            value = _from_quoted(value, parameters.get("CHARSET", ["utf-8"])[0])
        yield line, name, parameters, value


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Whole properties, each with its first line; what is over a bound, as pictures are, is dropped."""
    held, at, soft = "", 0, False
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if soft or text[:1] in (" ", "\t"):
            more = text if soft else text[1:]
            if len(held) < _LONGEST_VALUE:
                held = held[:-1] + more if soft else held + more
            soft = soft and text.endswith("=")
            continue
        if held:
            yield at, held
        held, at = text.replace(CUT, ""), number
        soft = text.endswith("=") and "QUOTED-PRINTABLE" in text.partition(":")[0].upper()
    if held:
        yield at, held


def _split_head(text: str) -> tuple[str, str, str]:
    """Before and after the first colon that stands in no quotes."""
    at = text.find(":")
    while at >= 0 and text.count('"', 0, at) % 2 and at < _LONGEST_VALUE:
        at = text.find(":", at + 1)
    return (text, "", "") if at < 0 else (text[:at], ":", text[at + 1 :])


def _parameters(given: Iterable[str]) -> dict[str, list[str]]:
    """`TYPE=work,pref` and the bare `PREF`, `QUOTED-PRINTABLE` of 2.1."""
    found: dict[str, list[str]] = {}
    for one in given:
        name, mark, values = one.partition("=")
        if mark:
            key = name.strip().upper()
        else:
            key, values = "ENCODING" if name.strip().upper() == "QUOTED-PRINTABLE" else "TYPE", name
        found.setdefault(key, []).extend(part.strip(' "') for part in values.split(","))
    return found


def _from_quoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8"))
    try:
        return raw.decode(charset)
    except (LookupError, ValueError):
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")


def _parts(value: str) -> list[str]:
    """The components of a structured value; a `;` or a backslash behind a backslash is a letter of one."""
    return _PART.findall(value)


def _plain(value: str) -> str:
    """Without backslashes; lines become spaces, for these values stand on one."""
    return _ESCAPE.sub(lambda found: " " if found.group(1) in "nN" else found.group(1), value).strip()
