"""Regular expressions must mean the same on Debian 12's Python, 3.11.2, as on the latest 3.11."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# `(…)*+` and `(?>…)` lose matches before Python 3.11.5 when the group can match in more than one way
# (CPython issue 106052). On a single character or class, `[a-z]*+`, they are sound. To commit to what a
# group took, where it matters: `(?=(?P<name>(?:…)*))(?P=name)`.
_LOSES = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+|\(\?>")


@pytest.mark.parametrize(
    "path", sorted((ROOT / "mailer").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_possessive_group(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    assert [f"{number}: {line.strip()}" for number, line in enumerate(lines, 1) if _LOSES.search(line)] == []


@pytest.mark.parametrize(
    "text, end", [('"a" b}}', 5), ('"}}" b}}', 6), ('"a b}}', 4), ("}}", 0), ("a", None)]
)
def test_what_to_write_instead(text: str, end: int | None) -> None:
    tag = re.compile(r"""(?=(?P<inside>(?:"[^"\n]*"|(?!\}\})[^\n])*))(?P=inside)\}\}""")
    found = tag.match(text)
    assert (found and found.end("inside")) == end
