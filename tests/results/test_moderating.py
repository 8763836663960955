"""The file of free words, there and back: only words that were read, unchanged, marked."""

import pytest

from mailer.results.moderating import read, write

KNOWN = [
    ("aa", "mot", "Des embauches", False),
    ("bb", "mot", "=1+1\nligne 2", True),
    ("cc", "avis.other", "Autre", False),
]


def file(*rows: str) -> str:
    return "\ufeffid;question;words;show\r\n" + "\r\n".join(rows) + "\r\n"


def test_there_and_back() -> None:
    text = "".join(write(KNOWN))
    assert text.startswith("\ufeffid;question;words;show\r\n")
    assert "'=1+1" in text
    assert read(text, "t.csv", KNOWN) == ({"bb"}, [])


@pytest.mark.parametrize(
    "mark, shown", [("x", True), ("Oui", True), ("YES", True), ("", False), ("non", False)]
)
def test_marks(mark: str, shown: bool) -> None:
    assert read(file(f"aa;mot;Des embauches;{mark}"), "t.csv", KNOWN) == ({"aa"} if shown else set(), [])


@pytest.mark.parametrize(
    "text, found",
    [
        (file("aa;mot;Autre chose;x"), [("changed-words", 2)]),
        (
            file("zz;mot;Des embauches;x", "aa;mot;Des embauches;peut-être"),
            [("unknown-answer", 2), ("bad-mark", 3)],
        ),
        ("a;b\r\n", [("bad-table", 1)]),
        ("", [("bad-table", 1)]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, found: list[tuple[str, int]]) -> None:
    shown, faults = read(text, "t.csv", KNOWN)
    assert [(one.code, one.place.line) for one in faults] == found
    assert shown == set()


def test_other_spreadsheets_write_otherwise() -> None:
    text = 'id,question,words,show\nbb,mot,"\'=1+1 ligne 2",X\n\n'
    assert read(text, "t.csv", KNOWN) == ({"bb"}, [])
