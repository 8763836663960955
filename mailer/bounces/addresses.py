"""Addresses in what a program wrote: found by their @, a bounded look to either side."""

import re
from collections.abc import Iterator

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}$")
_QUOTED = re.compile(r'"[^"@\s]{1,62}"$')
_DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62}\.)*(?:[\w-]{0,62})(?<![-_])")
_PER_LINE = 40  # addresses of one line that are looked at


def found(line: str) -> Iterator[tuple[int, int, str]]:
    """Where an address begins and ends in a line, and the address; what only looks like one is left out."""
    at, count = line.find("@"), 0
    while at >= 0 and count < _PER_LINE:
        count += 1
        one = _around(line, at)
        if one is not None:
            yield one
        at = line.find("@", at + 1 if one is None else max(one[1], at + 1))


def _around(line: str, at: int) -> tuple[int, int, str] | None:
    before = line[max(0, at - 64) : at]
    local = _QUOTED.search(before) or _LOCAL.search(before)
    domain = _DOMAIN.match(line, at + 1, at + 255)
    if local is None or domain is None:
        return None
    name, host = (
        local[0].lstrip("'`*=|/.-{") if not local[0].startswith('"') else local[0],
        domain[0].rstrip("."),
    )
    name = re.sub(r"^.*\bsmtp=", "", name, flags=re.IGNORECASE)
    if not name or "." not in host or host.rpartition(".")[2].isdigit() or ".." in host:
        return None
    begin = at - len(name)
    return begin, at + 1 + len(host), f"{name}@{host}"


def first(text: str) -> str:
    """The first address of a text, or ""."""
    return next((address for _, _, address in found(text[:2_000])), "")


def same(one: str, other: str) -> bool:
    """Whether two addresses are one, as a program that returns mail may have written them."""
    return one.lower() == other.lower()


def distinct(addresses: Iterator[str] | list[str]) -> list[str]:
    """Each once, whatever its case, in order."""
    seen: dict[str, str] = {}
    for address in addresses:
        seen.setdefault(address.lower(), address)
    return list(seen.values())
