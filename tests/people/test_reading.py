"""Reading members' files: each row a person, a refusal or a duplicate; the report counts them."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.addresses import address_key
from mailer.errors import FaultsError
from mailer.findings import Level
from mailer.letters import is_one_line
from mailer.people import Column
from tests.people.files import LUC, ZOE, opened, read


def test_the_account_of_a_file() -> None:
    text = (
        "sep=;\nAdhérents;;;\nCourriel;Prénom;Nom;Ville\n"
        f"{ZOE};Zoé;Lefèvre;Lyon\n{ZOE};Zoé;Lefèvre;Lyon\n;;;\n{LUC};Luc;;\nnope;A;B;C\n"
    )
    found = read(text)
    report = found.report
    assert (report.rows, report.people, report.refused, report.duplicates) == (4, 2, 1, 1)
    assert (report.file, report.encoding, report.delimiter, report.header_line) == ("x.csv", "utf-8", ";", 3)
    assert report.columns[1] == Column(number=2, title="Prénom", field="first_name")
    assert report.counts == {"row-address": 1}
    assert [one.code for one in report.problems] == ["row-address"]
    assert report.accented == ("Zoé Lefèvre",)
    assert found.people[1].fields == {"first_name": "Luc"}  # what is empty is no field
    assert [one.line for one in found.people] == [4, 7]


def test_the_report_grows_as_the_file_is_read() -> None:
    reading = opened(f"email\n{ZOE}\n{LUC}\n")
    assert reading.report.rows == 0
    next(iter(reading))
    assert reading.report.rows == 1


@pytest.mark.parametrize(
    ("again", "conflict"),
    [
        (f"{ZOE};Zoé;Lefèvre", 0),
        ("ZOE@Example.ORG;ZOÉ;LEFÈVRE", 0),
        (f"Zoé <{ZOE}>;;", 0),
        (f"{ZOE};Max;Petit", 1),
    ],
)
def test_an_address_counts_once(again: str, conflict: int) -> None:
    found = read(f"email;prénom;nom\n{ZOE};Zoé;Lefèvre\n{again}\n")
    assert found.emails == [ZOE]
    assert found.people[0].fields["last_name"] == "Lefèvre"  # the first is kept
    assert (found.report.duplicates, found.report.conflicts) == (1, conflict)
    if conflict:
        (problem,) = found.report.problems
        assert (problem.code, problem.level, problem.place.line) == ("row-conflict", Level.WARNING, 3)
        assert problem.message.values["line"] == 2


def test_dots_and_tags_make_other_people() -> None:
    text = "email\nzoe.l@example.org\nzoel@example.org\nzoel+x@example.org\n"
    assert len(read(text).people) == 3


def test_addresses_of_a_function_are_kept_and_told_once() -> None:
    found = read("email\ncontact@example.org\ncontact@example.org\nrh@example.org\n")
    assert (len(found.people), found.report.roles) == (2, 2)
    assert [(one.code, one.place.line) for one in found.report.problems] == [("row-role", 2), ("row-role", 4)]


@pytest.mark.parametrize("mark", [*"=+-@＝＋－＠"])
def test_a_formula_is_kept_as_words_and_told(mark: str) -> None:
    formula = mark + "cmd|' /C calc'!A0"
    found = read(f'email;nom;ville\n{ZOE};"{formula}";"{formula}"\n')
    assert found.people[0].fields == {"last_name": formula, "ville": formula}
    assert [(one.code, one.level) for one in found.report.problems] == [("row-formula", Level.WARNING)]


def test_a_telephone_is_no_formula() -> None:
    found = read(f"email;tel\n{ZOE};+33 6 12\n{LUC};'+33 6 13\n")
    assert [one.fields["tel"] for one in found.people] == ["+33 6 12", "+33 6 13"]
    assert found.report.problems == ()


def test_languages_are_ours_or_left_out() -> None:
    text = f"email;langue\n{ZOE};Français\n{LUC};EN\nana@example.org;klingon\nsam@example.org;\n"
    found = read(text)
    assert [one.fields for one in found.people] == [{"language": "fr"}, {"language": "en"}, {}, {}]
    assert [(one.code, one.place.line) for one in found.report.problems] == [("row-language", 4)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Lu\0c", "row-letter"),
        ("\x1b[31mLuc", "row-letter"),
        ("Luc\x1f", "row-letter"),
        ("Luc\x85", "row-letter"),
        ("Luc\x9b", "row-letter"),
        ("Lu\ufffdc", "row-letter"),
        ("\ufdd0Luc", "row-letter"),
        ("Luc\uffff", "row-letter"),
        ("x" * 1_001, "row-too-long"),
        ("é" * 1_001, "row-too-long"),
        ("x" * 60_000, "row-too-long"),
    ],
)
def test_a_cell_that_cannot_be_kept_refuses_its_row(cell: str, code: str) -> None:
    found = read(f"email;prénom;nom\n{ZOE};Zoé;A\n{LUC};{cell};B\nana@example.org;Ana;C\n")
    assert found.faults == [(code, 3, 2)]
    assert found.emails == [ZOE, "ana@example.org"]
    assert found.refused[0].finding.say("en").isprintable()


def test_a_cell_of_the_longest_size_is_kept() -> None:
    for value in ("x" * 1_000, "=" + "x" * 999, "x" * 1_000 + "\u200b" * 500):
        written = "'" + value if value[0] == "=" else value
        found = read(f'email;note\n{ZOE};"{written}"\n')
        assert found.people[0].fields["note"] == value.rstrip("\u200b")


def test_a_nul_in_the_address_refuses_it() -> None:
    found = read(f"email;nom\nzo\0e@example.org;x\n{LUC};y\n")
    assert found.faults == [("row-letter", 2, 1)]


def test_cells_without_a_title_refuse_their_row() -> None:
    found = read(f"email;nom\n{ZOE};Lefèvre;;\n{LUC};Petit;Jr\nana@example.org\n")
    assert found.faults == [("row-cells", 3, 3)]
    assert [one.fields for one in found.people] == [{"last_name": "Lefèvre"}, {}]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("", "there is no address"),
        ("\u200b", "there is no address"),
        ("zoe(at)example.org", "did you mean 'zoe@example.org'?"),
        ("zoe@example,org", "did you mean 'zoe@example.org'?"),
        ("a@example.org / b@example.org", "on a line of its own"),
        ("a@example.org, b@example.org", "on a line of its own"),
        ("n'en a pas", "write it again"),
        ("x" * 900, "write it again"),
    ],
)
def test_what_is_no_address_is_told(cell: str, words: str) -> None:
    found = read(f'nom;email\nA;"{cell}"\nB;{LUC}\n')
    assert found.faults == [("row-address", 2, 2)]
    said = found.refused[0].finding.say("en")
    assert words in said
    assert len(said) < 300
    assert found.refused[0].finding.say("fr") != said


def test_errors_come_before_warnings_and_both_are_bounded() -> None:
    roles = "".join(f"contact@a{number}.example.org\n" for number in range(30))
    found = read(f"email\n{roles}{'nope' + chr(10)}" + "".join(f"bad{n}\n" for n in range(2)))
    assert len(found.report.problems) == 20
    assert [one.level for one in found.report.problems[:4]] == [Level.ERROR] * 3 + [Level.WARNING]
    assert found.report.counts == {"row-role": 30, "row-address": 3}


def test_memory_does_not_grow_with_the_file() -> None:
    """A file of 20 MB, a line of 20 MB: 4 MB are enough (16 bytes a place tell duplicates)."""
    many = "".join(f"a{number}@example.org;{'x' * 900}\n" for number in range(20_000)).encode()
    for content in (b"email;note\n" + many, b"email;note\n" + b"x" * 20_000_000):
        reading = opened(content)
        tracemalloc.start()
        rows = sum(1 for _ in reading)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert rows in (1, 20_000)
        assert peak < 4_000_000


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "cp1252", "utf-16-le", "utf-7", "cp037"]))
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes, encoding: str | None) -> None:
    for head in (b"", b"email;nom\n", b"email;nom\nzoe@example.org;Zoe\n"):
        assert all(is_one_line(one) for one in sentences(head + content, encoding))


@given(st.text(alphabet="a@.;,\t|\n\r\"'=é\0\u200b<> ", max_size=80))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    assert all(is_one_line(one) for one in sentences(text))


def sentences(content: str | bytes, encoding: str | None = None) -> list[str]:
    """All that is said of the file, whether or not it can be read."""
    try:
        found = read(content, encoding)
    except FaultsError as refusal:
        return [refusal.message.say("en"), *(one.say("en") for one in refusal.findings)]
    assert len({address_key(one) for one in found.emails}) == len(found.people)
    findings = [*(one.finding for one in found.refused), *found.report.problems, *found.report.notes]
    return [*found.report.mapping, *(one.say("en") for one in findings)]
