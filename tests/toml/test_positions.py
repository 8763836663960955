"""The scanner against tomllib: same paths on every document tomllib accepts, no error on any other."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.toml.positions import Path, dotted, scan, survey


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Every path of what tomllib read."""
    items: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        items = iter(value.items())
    if isinstance(value, list):
        items = iter(enumerate(value))
    for step, inner in items:
        yield (*path, step)
        yield from paths(inner, (*path, step))


KEYS = st.sampled_from(
    [
        "a",
        "b",
        "c",
        '"a"',
        "'b'",
        '"a.b"',
        "1",
        "2026-11-17",
        "-",
        r'"\u0061"',
        "a.b",
        'a . "c"',
        "b.c.a",
        '""',
    ]
)
SCALARS = st.sampled_from(
    [
        *("1", '"x"', "'y'", "true", "-1.5e3", "0xff", "inf", "+1_0", "2026-11-17", "2026-11-17 12:30:00"),
        *("2026-11-17T12:30:00Z", "12:30:00.5", "2026-11-17 07:32:00.5-07:00", '"é # ["', r'"\"#"', "'#['"),
        *(
            '"""x"""',
            '"""\nx\n"" y"""""',
            "'''z'\n'''''",
            '"""\\\n  x"""',
            '""""q" """',
            "''",
            '""',
            "''''''",
        ),
    ]
)
GAPS = st.sampled_from(["", " ", "\n", "\r\n", " # c\n", "\t"])


def _array(items: list[str], gaps: list[str], last: str) -> str:
    return "[" + ",".join(f"{gap}{item}{gap}" for item, gap in zip(items, gaps, strict=False)) + last + "]"


def _inline(pairs: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(_array, st.lists(inner, max_size=3), st.lists(GAPS, min_size=3, max_size=3), GAPS),
        st.lists(st.tuples(KEYS, inner), max_size=3).map(_inline),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.builds("{}{}{}{}".format, KEYS, st.sampled_from(["=", " = "]), VALUES, st.sampled_from(["", " # c"])),
    KEYS.map("[{}]".format),
    KEYS.map("[[ {} ]]".format),
    st.sampled_from(["", "# comment", "  "]),
)
DOCUMENTS = st.builds(str.join, st.sampled_from(["\n", "\r\n"]), st.lists(STATEMENTS, max_size=8))
NOISE = st.text(alphabet="[]{}=.,\"'#\n\r\t ab1-_\\éT:", max_size=60)


@given(st.one_of(DOCUMENTS, NOISE, st.text()))
@example("[a]\nb.c = [1, {d.e = [[2]]}]\n[[a.f]]\n[a.f.g]\n[[a.f]]\nh = 1")
@example('a = """"""\nb = """""""""""\n')
def test_scans_the_paths_tomllib_reads(text: str) -> None:
    spots = scan(text)
    try:
        values = tomllib.loads(text)
    except ValueError:
        return
    assert set(spots) == set(paths(values))


@given(DOCUMENTS)
def test_raw_is_the_value_as_written(text: str) -> None:
    try:
        values = tomllib.loads(text)
    except ValueError:
        return
    for path, spot in scan(text).items():
        raw = text[slice(*spot.raw)]
        if raw:
            found: object = values
            for step in path:
                found = found[step]  # type: ignore[index]
            assert tomllib.loads(f"value = {raw}") == {"value": found}


@given(DOCUMENTS)
def test_keys_and_values_stand_where_said(text: str) -> None:
    lines = text.split("\n")
    for path, spot in scan(text).items():
        line, column = spot.value
        if spot.raw[1] > spot.raw[0]:
            start = sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
            assert start == spot.raw[0]
        name = path[-1]
        if isinstance(name, str) and name.isalpha():
            written = lines[spot.key[0] - 1][spot.key[1] - 1 :]
            assert written.lstrip("\"'").startswith((name, "\\u0061"))


def test_a_document_with_everything() -> None:
    text = '\n[[question]]\nid = "avis"\n[[question]]\n"id" = \'motifs\'\nif = { avis = [\n  "d"] }\n'
    text = text.replace("\n", "\r\n")
    spots = scan(text)
    assert spots["question", 0, "id"].key == (3, 1)
    assert spots["question", 0, "id"].value == (3, 6)
    assert spots["question", 1, "id"].key == (5, 1)
    assert spots["question", 1, "if", "avis"].key == (6, 8)
    assert spots["question", 1, "if", "avis", 0].value == (7, 3)
    assert spots["question",].key == (2, 3)
    assert text[slice(*spots["question", 1, "if"].raw)] == '{ avis = [\r\n  "d"] }'


def test_a_key_met_twice_keeps_its_first_place() -> None:
    assert scan("a = 1\na = 2")["a",].key == (1, 1)


@pytest.mark.parametrize(
    "text, lost, defined",
    [
        ("a = 1\nb = “x”, y\nc = 2", 6, [("a",)]),
        ('a = "x', 0, []),
        ("a = [1\nb = 2", 0, []),
        ("[a\nb = 1", 0, []),
        ("a = 1", None, [("a",)]),
        ("", None, []),
        ('"\\q" = 1', 0, []),
    ],
)
def test_survey_says_where_it_was_lost(text: str, lost: int | None, defined: list[Path]) -> None:
    chart = survey(text)
    assert (chart.lost, [statement.path for statement in chart.statements]) == (lost, defined)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 1_000_000,
        "a = " + "{a=" * 300_000,
        "a." * 500_000 + "a = 1",
        "[" + "a." * 500_000 + "a]",
        "[" + "a." * 999 + "a]\n" + "".join(f"k{n} = 1\n" for n in range(50_000)),
        'a = "' + "\\" * 1_000_000,
        'a = """' + '"" ' * 300_000,
        '"' * 1_000_000,
    ],
    ids=["arrays", "tables", "key", "header", "deep and wide", "escapes", "quotes", "only quotes"],
)
def test_hostile_documents_neither_fail_nor_fill_memory(text: str) -> None:
    assert sum(len(path) for path in scan(text)) < 6_000_000


@pytest.mark.parametrize(
    "path, shown",
    [(("a",), "a"), (("question", 0, "id"), "question[1].id"), (("a", "b", 1), "a.b[2]"), ((), "")],
)
def test_dotted(path: Path, shown: str) -> None:
    assert dotted(path) == shown
