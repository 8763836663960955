"""People as vCards 3.0 (RFC 2426): what telephones and address books take."""

from collections.abc import Iterable, Iterator, Mapping

_FOLDED_AT = 75  # octets (RFC 2425, 5.8.1)


def write_cards(people: Iterable[tuple[str, Mapping[str, str]]]) -> Iterator[str]:
    """A card for each person: address, names, language. Own fields have no place in a card."""
    for email, fields in people:
        first, last = fields.get("first_name", ""), fields.get("last_name", "")
        lines = [
            "BEGIN:VCARD",
            "VERSION:3.0",
            f"N:{_escaped(last)};{_escaped(first)};;;",
            f"FN:{_escaped(' '.join(name for name in (first, last) if name) or email)}",
            f"EMAIL;TYPE=INTERNET:{_escaped(email)}",
        ]
        if language := fields.get("language"):
            lines.append(f"LANG:{_escaped(language)}")  # of 4.0; others pass over it
        lines.append("END:VCARD")
        yield "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(value: str) -> str:
    for mark in ("\\", ",", ";"):
        value = value.replace(mark, f"\\{mark}")
    return value.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of 75 octets at most, cut between characters."""
    if len(line.encode("utf-8")) <= _FOLDED_AT:
        return line
    pieces, size = [""], 0
    for letter in line:
        width = len(letter.encode("utf-8"))
        if size + width > _FOLDED_AT:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += width
    return "\r\n".join(pieces)
