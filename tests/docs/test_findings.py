"""docs/findings.md tells every finding the program can say, at its levels, and no other."""

from pathlib import Path

from mailer.findings import Level
from tests.docs.codes import codes_of, doubtful
from tests.docs.pages import ROOT, bare, page, tables

SAID = codes_of(ROOT / "mailer")
ROWS = [row for _, rows in tables(page("docs/findings.md")) for row in rows]
GROUPS = (
    "Front matter and TOML",
    "Placeholders",
    "Tract",
    "Segments",
    "Links and images",
    "Template and MJML",
    "Whole mail",
    "Workspace",
    "Questionnaire",
    "Members' files",
    "Sending",
)


def test_the_codes_are_those_of_the_program() -> None:
    told = [bare(row[0]) for row in ROWS]
    assert len(told) == len(set(told))
    assert set(SAID) - set(told) == set(), "add it to docs/findings.md"
    assert set(told) - set(SAID) == set(), "no code says this any more"


def test_the_levels_are_those_of_the_program() -> None:
    told = {bare(row[0]): {Level(level) for level in row[1].split(", ")} for row in ROWS}
    assert {code: levels for code, levels in told.items() if levels != SAID[code]} == {}


def test_each_has_a_meaning_and_a_cure_in_its_group() -> None:
    assert [heads for heads, _ in tables(page("docs/findings.md"))] == [
        ("code", "level", "means", "cure")
    ] * len(GROUPS)
    assert [line[3:] for line in page("docs/findings.md").split("\n") if line.startswith("## ")] == list(
        GROUPS
    )
    assert [row for row in ROWS if not row[2] or not row[3]] == []


def test_each_code_given_to_a_maker_of_findings_can_be_read() -> None:
    """Otherwise a code could hide from the two tests above."""
    assert doubtful(ROOT / "mailer") == []


def test_all_ways_of_saying_a_code_are_followed(tmp_path: Path) -> None:
    source = """
class Flaw:
    code: str = "by-default"
    place: int

def _faults(place, code="no", *rest): ...

class Reader:
    def _add(self, code, place): ...

level = error if big else warning
level("two-levels", place)
error("plain", place)
Flaw("in-order", 3)
Flaw(place=3, code="by-name")
self._add("method", 3)
_faults(3, "second" if a else "third")
Finding(code="weighed", level=Level.WARNING)
info(flaw.code, place)
other("no-code", place)

def error(code, place): ...
def warning(code, place): ...
def info(code, place): ...
class Finding:
    code: str
"""
    (tmp_path / "made.py").write_text(source, encoding="utf-8")
    error, warning = {Level.ERROR}, {Level.WARNING}
    assert codes_of(tmp_path) == {
        "by-default": error,
        "two-levels": error | warning,
        "plain": error,
        "in-order": error,
        "by-name": error,
        "method": error,
        "second": error,
        "third": error,
        "weighed": warning,
    }
    (tmp_path / "hidden.py").write_text('error("a" + "b", 3)\n', encoding="utf-8")
    assert doubtful(tmp_path) == ["hidden.py:1"]
