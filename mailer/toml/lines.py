"""One line of TOML that cannot be read, and the line its author meant."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from mailer.toml.values import reads, remedy, split_tail
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """What is wrong with a line and what to write; `line` takes its place, empty if nobody can know."""

    message: Text
    advice: Text
    line: str
    unread: frozenset[str] = frozenset()  # keys the line defined and that are lost with it


def cure_line(line: str) -> Cure | None:
    """The cure of a header or `key = value` on one line; None when no rule knows it."""
    if len(line) > _LONGEST:
        return None
    for rule in _RULES:
        cure = rule(line)
        if cure and cure.line != line and reads(cure.line):
            return cure
    return None


def cure_item(line: str) -> Cure | None:
    """The cure of a line inside an array that goes over several lines."""
    if len(line) > _LONGEST:
        return None
    value, tail = split_tail(line.strip())
    found = remedy(value)
    right = (found.value if found else value) or ""
    tail = tail.replace(";", ",", 1) if tail.lstrip().startswith(";") else tail
    if "," not in tail.split("#", maxsplit=1)[0]:
        tail = "," + tail
    message = found.message if found else Text("values in a list are parted by commas")
    cured = line[: len(line) - len(line.lstrip())] + right + tail
    return _write(message, cured) if right and reads(f"key = [\n{cured}\n]") else None


def names_in(text: str) -> frozenset[str]:
    """The names that seem to be defined in lines nobody can read."""
    keys = re.findall(r"([\w-]+)[\"'”’»]?\s*[=:]", text[:_LONGEST])
    headers = re.findall(r"^\s*\[.*?([\w-]+)[\"'\])\s]*$", text[:_LONGEST], re.MULTILINE)
    return frozenset(keys + headers)


_LONGEST = 2000  # characters; the rules' patterns may take the square of it

_SECRET = re.compile(r"""^(\s*["']?\w*(?:pass|secret|token|user)\w*["']?\s*[=:]\s*).*""", re.IGNORECASE)


def _write(message: Text, line: str) -> Cure:
    """The usual cure: the corrected line itself. What may be a secret is not repeated."""
    shown = _SECRET.sub(r'\1"…"', line.strip())
    shown = re.sub(r"://.*@", "://…@", shown)
    return Cure(message=message, advice=Text("write {line}", line=shown), line=line)


# --- the rules, in the order they are tried ------------------------------------

_STRING = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')""")
_INVISIBLE = {0x200B: None, 0x2060: None, 0xFEFF: None} | dict.fromkeys((0xA0, 0x202F, 0x2007, 0x3000), " ")


def _spaces(line: str) -> Cure | None:
    """No-break spaces (French keyboards make them by mistake) and spaces of no width, outside texts."""
    parts = _STRING.split(line)
    parts[::2] = [part.translate(_INVISIBLE) for part in parts[::2]]
    right = "".join(parts)
    return _write(Text("an invisible no-break space stands here"), right) if right != line else None


def _yaml(line: str) -> Cure | None:
    if re.fullmatch(r"\s*(?:---+|\+\+\++|\.\.\.|```\w*)\s*", line):
        advice = Text("remove it; in a campaign file, TOML stands between two lines +++")
        return Cure(message=Text("this line is not TOML"), advice=advice, line="")
    if re.match(r"\s*[-*]\s", line):
        advice = Text("write the list on one line: {example}", example='lists = ["a", "b"]')
        return Cure(message=Text("this is a list as YAML writes it"), advice=advice, line="")
    return None


def _header(line: str) -> Cure | None:
    bare, hash_mark, comment = line.partition("#")
    bare = bare.strip()
    if not (bare.startswith("[") or bare.endswith("]")) or "=" in bare or "," in bare:
        return None
    parts = [_plain(part) for part in re.split(r"[./\s]+", bare.strip("[](){}<> \t\"'“”"))]
    brackets = 2 if bare.startswith("[[") else 1
    right = "[" * brackets + ".".join(parts) + "]" * brackets
    return _write(Text("the name of this table cannot be read"), right + " #" * bool(hash_mark) + comment)


def _several(line: str) -> Cure | None:
    """`a = 1; b = 2`: the first is kept, the others are known to be there but not read."""
    parts = _settings(line)
    if len(parts) < 2:
        return None
    lost = names_in("\n".join(parts[1:]))
    advice = Text("write each on a line of its own")
    return Cure(message=Text("several settings on one line"), advice=advice, line=parts[0], unread=lost)


_NEXT = re.compile(r"[;,]?\s*(?=[A-Za-z_][\w-]*\s*=)")


def _settings(line: str) -> list[str]:
    """The line cut into settings that each read alone; nothing if it cannot be."""
    for gap in _NEXT.finditer(line, 1):
        first = line[: gap.start()]
        if reads(first) and "=" in first:
            rest = line[gap.end() :].rstrip("; ")
            return [first, rest] if reads(rest) else [first, *more] if (more := _settings(rest)) else []
    return []


_PAIR = re.compile(
    r"""(?P<indent>\s*)
    (?P<key> "[^"]*" | '[^']*' | [“«][^”»]*[”»] | [^\s=:"'“”«»\[\]{}#][^=:"'“”«»\[\]{}#]*? )
    (?P<mark> \s*(?: := | => | == | = | : )\s* )
    (?P<value> .* )""",
    re.VERBOSE,
)


def _pair(line: str) -> Cure | None:
    match = _PAIR.fullmatch(line)
    if match is None:
        return None
    key, mark = match["key"], match["mark"]
    value, tail = split_tail(match["value"].strip())
    found = remedy(value)
    if found and found.value is None:
        advice = found.advice or Text("write a value after =, or remove the line")
        return Cure(message=found.message, advice=advice, line="", unread=frozenset({_plain(key)}))
    right = (found.value if found else value) or ""
    name = key if reads(f"{key} = 0") else _plain(key)
    comment = re.sub(r"^\s*[,;]", "", tail)
    message = _fault_of(key if name != key else "", mark.strip(), found.message if found else None)
    equals = mark if mark.strip() == "=" else " = "
    return _write(message, match["indent"] + name + equals + right + comment)


def _fault_of(key: str, mark: str, value: Text | None) -> Text:
    """The first part at fault names the line's fault; `key` is empty if it is right."""
    if mark != "=":
        return Text("a key and its value are joined by =")
    if key:
        if key[0] in "“«":
            return Text("TOML wants straight quotes, not curly ones")
        return Text("a key has no space and no accent")
    return value or Text("nothing may follow a value on its line")


def _no_separator(line: str) -> Cure | None:
    """`subject "Bonjour"`. Keys begin in lower case: a line of prose mostly does not."""
    match = re.fullmatch(r"(\s*[a-z_][A-Za-z0-9_.-]*)\s+([^=\s].*)", line)
    if match is None:
        return None
    value, tail = split_tail(match[2])
    found = remedy(value)
    right = (found.value if found else value) or ""
    return _write(Text("= is missing between a key and its value"), f"{match[1]} = {right}{tail}")


def _plain(name: str) -> str:
    """A name as a bare key: no quotes, accents or spaces."""
    letters = unicodedata.normalize("NFKD", name.strip("\"'“”«» ")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", letters).strip("_")


_RULES: tuple[Callable[[str], Cure | None], ...] = (_spaces, _yaml, _header, _several, _pair, _no_separator)
