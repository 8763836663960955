"""Documents read with all their syntax faults: each with its place, its cure, and the rest still read."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.findings import Place
from mailer.toml.document import Document, read_document


def read(text: str, first_line: int = 1) -> tuple[Document, list[str]]:
    """The document, and its findings as people see them."""
    document, findings = read_document(text, "f", first_line)
    assert document is not None
    return document, [finding.say("en") for finding in findings]


STRAIGHT = "TOML wants straight quotes, not curly ones"
SAME = "the text holds the same quotes as those around it"
WORDS = "a text stands between quotes"
JOIN = "a key and its value are joined by ="
EQUALS = "= is missing between a key and its value"
BOOLEAN = "yes and no are written true and false"
OPEN = "the text is not closed"
COMMAS = "values in a list are parted by commas"
TABLE = "the name of this table cannot be read"
AFTER = "nothing may follow a value on its line"
BAD_KEY = "a key has no space and no accent"
NUMBER = "a number is written without spaces or leading zeros"
NOT_A_LINE = 'this line cannot be read: write key = "value", one setting per line'


@pytest.mark.parametrize(
    "line, column, fault, right",
    [
        # curly quotes
        ("subject = “Bonjour”", 11, STRAIGHT, 'subject = "Bonjour"'),
        ("subject = « Bonjour »  # l’objet", 11, STRAIGHT, 'subject = "Bonjour"  # l’objet'),
        ("subject = «\u00a0Bonjour\u00a0»", 11, STRAIGHT, 'subject = "Bonjour"'),
        ("subject = ‘L’heure’", 11, STRAIGHT, 'subject = "L’heure"'),
        ('subject = “Dites "non"”', 11, STRAIGHT, "subject = 'Dites \"non\"'"),
        ('subject = "Bonjour”', 11, STRAIGHT, 'subject = "Bonjour"'),
        ('subject = “Bonjour"', 11, STRAIGHT, 'subject = "Bonjour"'),
        ("lists = [“a”, “l’un”]", 10, STRAIGHT, 'lists = ["a", "l’un"]'),
        ('“subject” = "x"', 1, STRAIGHT, 'subject = "x"'),
        # quotes inside quotes
        ('subject = "Dites "non" !"', 19, SAME, "subject = 'Dites \"non\" !'"),
        ('subject = "Dites "non" !" # "x"', 19, SAME, 'subject = \'Dites "non" !\' # "x"'),
        ('subject = "C\'est "non" !"', 19, SAME, 'subject = "C\'est \\"non\\" !"'),
        ('subject = "a\\tb "c" d"', 18, SAME, 'subject = "a\\tb \\"c\\" d"'),
        ("subject = 'C'est l'heure'", 14, SAME, "subject = \"C'est l'heure\""),
        (
            'path = "C:\\Users\\x"',
            13,
            "\\ has a meaning of its own between double quotes",
            "path = 'C:\\Users\\x'",
        ),
        # no quotes
        ("subject = Bonjour à tous  # ok", 11, WORDS, 'subject = "Bonjour à tous"  # ok'),
        ("subject = Grève #1 du 3", 11, WORDS, 'subject = "Grève #1 du 3"'),
        ("subject = [URGENT] Grève", 12, WORDS, 'subject = "[URGENT] Grève"'),
        ('subject = Bonjour"', 11, WORDS, 'subject = "Bonjour"'),
        ("hold = 10m", 8, WORDS, 'hold = "10m"'),
        ("lists = [a, b]", 10, WORDS, 'lists = ["a", "b"]'),
        ("lists = [a; b]", 10, WORDS, 'lists = ["a", "b"]'),
        ('a = "b" c', 9, "words follow the closing quote", 'a = "b c"'),
        # YAML, and other ways of joining
        ("subject: Bonjour", 8, JOIN, 'subject = "Bonjour"'),
        ('subject: "Bonjour"', 8, JOIN, 'subject = "Bonjour"'),
        ("subject: Grève : tous le 17 !", 8, JOIN, 'subject = "Grève : tous le 17 !"'),
        ("lists: [a, b]", 6, JOIN, 'lists = ["a", "b"]'),
        ("subject == 'x'", 10, JOIN, "subject = 'x'"),
        ("subject => x", 10, JOIN, 'subject = "x"'),
        ("subject := true", 9, JOIN, "subject = true"),
        ('subject "Bonjour"', 9, EQUALS, 'subject = "Bonjour"'),
        ("subject Bonjour", 9, EQUALS, 'subject = "Bonjour"'),
        ("port 465", 6, EQUALS, "port = 465"),
        # not closed
        ('subject = "Bonjour', 11, OPEN, 'subject = "Bonjour"'),
        ("subject = 'Bonjour", 11, OPEN, 'subject = "Bonjour"'),
        ('subject = "Bonjour # note', 11, OPEN, 'subject = "Bonjour" # note'),
        ('lists = ["a", "b"', 9, "the list is not closed", 'lists = ["a", "b"]'),
        # booleans, numbers, dates
        ("public = True", 10, BOOLEAN, "public = true"),
        ("public = False", 10, BOOLEAN, "public = false"),
        ("public = yes", 10, BOOLEAN, "public = true"),
        ("public = no", 10, BOOLEAN, "public = false"),
        ("public = oui", 10, BOOLEAN, "public = true"),
        ("port = 0587", 8, NUMBER, "port = 587"),
        ("per_hour = 3 000", 12, NUMBER, "per_hour = 3000"),
        ("closes = 15/12/2026", 10, "a date is written year-month-day", "closes = 2026-12-15"),
        ("closes = 2026-1-7", 10, "a date is written year-month-day", "closes = 2026-01-07"),
        # keys, headers, ends of lines
        ('prénom = "x"', 3, BAD_KEY, 'prenom = "x"'),
        ('legal ref = "x"', 7, BAD_KEY, 'legal_ref = "x"'),
        ("[sender", 1, TABLE, "[sender]"),
        ("sender]", 7, TABLE, "[sender]"),
        ("[lists adherents]", 8, TABLE, "[lists.adherents]"),
        ("[lists.adhérents]  # c", 11, TABLE, "[lists.adherents] # c"),
        ("[[dkim]", 7, TABLE, "[[dkim]]"),
        ('subject = "x",', 14, AFTER, 'subject = "x"'),
        ('subject = "x";', 14, AFTER, 'subject = "x"'),
        ('lists = ["a" "b"]', 14, COMMAS, 'lists = ["a", "b"]'),
        ('subject\u00a0= "x"', 8, "an invisible no-break space stands here", 'subject = "x"'),
        ('subject = "x"\u00a0', 11, "an invisible no-break space stands here", 'subject = "x"'),
    ],
)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nlast = 1\n"])
def test_a_line_is_cured_by_the_line_its_author_meant(
    line: str, column: int, fault: str, right: str, ending: str
) -> None:
    document, said = read("first = 1\n" + line + ending)
    assert said == [f"f:2:{column} {fault}: write {right}"]
    assert document.values == tomllib.loads("first = 1\n" + right + ending)


@pytest.mark.parametrize(
    "text, said, unread",
    [
        ("subject =", "f:1:10 a value is missing: write a value after =, or remove the line", {"subject"}),
        (
            "send_at = 2026-02-30",
            "f:1:11 this date does not exist: write year-month-day, such as 2026-11-17",
            {"send_at"},
        ),
        (
            "send_at = 2026-11-17 12h30",
            "f:1:11 this time cannot be read: write 2026-11-17T12:30:00",
            {"send_at"},
        ),
        ("a = {b = “c”}", f"f:1:10 {NOT_A_LINE}", {"a", "b"}),
        ("Bonjour à tous", f"f:1:9 {NOT_A_LINE}", set()),
        ('= "x"', f"f:1:1 {NOT_A_LINE}", set()),
        ("# \x00", f"f:1:3 {NOT_A_LINE}", set()),
        (
            'name = "a"; address = "b"',
            "f:1:11 several settings on one line: write each on a line of its own",
            {"address"},
        ),
    ],
)
def test_a_line_past_help_is_set_aside_and_its_keys_are_not_called_missing(
    text: str, said: str, unread: set[str]
) -> None:
    document, found = read(text)
    assert found == [said]
    assert document.unread == frozenset(unread)


@pytest.mark.parametrize(
    "text, said, values",
    [
        (
            "a = 1\nb = 2\na = 3",
            ["f:3:1 key 'a' appears twice: keep one; the other is on line 1"],
            {"a": 1, "b": 2},
        ),
        ("a = 1\na.b = 2", ["f:2:1 key 'a.b' appears twice: keep one; the other is on line 1"], {"a": 1}),
        (
            "[s]\na = 1\n[s]\na = 2",
            ["f:3:1 table 's' appears twice: keep one; the other is on line 1"],
            {"s": {"a": 1}},
        ),
        (
            "a = 1\na = [\n  2,\n]\nb = 3",
            ["f:2:1 key 'a' appears twice: keep one; the other is on line 1"],
            {"a": 1, "b": 3},
        ),
        (
            "lists:\n  - adherents\n  - 'b'\nx = 1",
            ['f:1:1 this is a list as YAML writes it: write lists = ["adherents", "b"]'],
            {"lists": ["adherents", "b"], "x": 1},
        ),
        (
            'lists = [\n  "a",\n  b,\n  “c”\n]\nx = 1',
            [f'f:3:3 {WORDS}: write "b",', f'f:4:3 {STRAIGHT}: write "c",'],
            {"lists": ["a", "b", "c"], "x": 1},
        ),
        (
            'l = [\n  "a"\n  "b"\n]',
            [f'f:3:3 {COMMAS}: write "b",', f'f:2:3 {COMMAS}: write "a",'],
            {"l": ["a", "b"]},
        ),
        (
            'l = [\n "a",\n "b" # c\n\nx = 1',
            ['f:3:5 the list is not closed: write "b"] # c'],
            {"l": ["a", "b"], "x": 1},
        ),
        (
            'a = """\none\ntwo\n\nb = 1',
            ['f:1:5 the text opened by """ is not closed: write """ after its last line'],
            {"a": "one\ntwo\n", "b": 1},
        ),
        (
            "a = '''x",
            ["f:1:5 the text opened by ''' is not closed: write ''' after its last line"],
            {"a": "x"},
        ),
    ],
)
def test_faults_over_several_lines(text: str, said: list[str], values: dict[str, object]) -> None:
    document, found = read(text)
    assert (found, document.values) == (said, values)


def test_every_fault_at_once_and_what_is_sound_is_read() -> None:
    document, said = read('---\na = “x”\nb: y\nc = "z\nd = True\nd = 1\n[t\ne = 17\n---\n')
    assert [line.split()[0] for line in said] == [
        "f:1:1",
        "f:2:5",
        "f:3:2",
        "f:4:5",
        "f:5:5",
        "f:6:1",
        "f:7:1",
        "f:9:1",
    ]
    assert document.values == {"a": "x", "b": "y", "c": "z", "d": True, "t": {"e": 17}}


def test_twenty_faults_are_the_most_and_then_nothing_is_read() -> None:
    document, findings = read_document("\n".join(f"a{n} = “x”" for n in range(30)), "f")
    assert document is None
    assert [finding.place.line for finding in findings] == list(range(1, 21))
    document, findings = read_document("\n".join(f"a{n} = “x”" for n in range(20)), "f")
    assert document is not None
    assert len(document.values) == len(findings) == 20


@pytest.mark.parametrize(
    "line, shown",
    [
        ("password = hunter2", 'password = "…"'),
        ("MAIL_TOKEN: hunter2", 'MAIL_TOKEN: "…"'),
        ("url = postgresql://me:hunter2@host/db", 'url = "postgresql://…@host/db"'),
    ],
)
def test_a_cure_never_repeats_a_secret(line: str, shown: str) -> None:
    said = " ".join(read(line)[1])
    assert "hunter2" not in said
    assert shown.replace(":", " =", 1).split(" =")[0] in said


def test_places_count_from_the_part_s_first_line() -> None:
    text = 'subject = "Bonjour {{ prenon }}"\nlists = ["a",\n  "b"]\n[t]\nx = {y = 1}\n'
    document, _ = read(text, first_line=2)
    assert document.place_of(("subject",)) == Place("f", 2, 1)
    assert document.place_of(("subject",), value=True) == Place("f", 2, 11)
    assert document.place_of(("lists", 1), value=True) == Place("f", 4, 3)
    assert document.place_of(("t", "x", "y")) == Place("f", 6, 6)
    assert document.place_of(("t", "missing"), value=True) == Place("f", 5, 2)
    assert document.place_of(("missing",)) == Place("f", 2, 1)
    assert document.place_in(("subject",), "{{ prenon }}") == Place("f", 2, 20)
    assert document.place_in(("subject",), "absent") == Place("f", 2, 11)
    assert document.place_in(("missing",), "x") == Place("f", 2, 1)


def test_a_fragment_is_found_on_its_line_of_a_long_text() -> None:
    document, _ = read('intro = """\nun\n  deux {{ x }}"""\n')
    assert document.place_in(("intro",), "{{ x }}") == Place("f", 3, 8)


def test_a_value_from_elsewhere_has_its_own_place() -> None:
    document, _ = read("[site]\nurl = 'a'\n")
    changed = document.overlay(("site", "url"), "b", Place("MAILER_SITE_URL"))
    changed = changed.overlay(("send", "hold"), "1h", Place("MAILER_SEND_HOLD"))
    assert changed.values == {"site": {"url": "b"}, "send": {"hold": "1h"}}
    assert changed.place_of(("site", "url"), value=True) == Place("MAILER_SITE_URL")
    assert changed.place_in(("site", "url"), "b") == Place("MAILER_SITE_URL")
    assert document.values == {"site": {"url": "a"}}


@pytest.mark.parametrize(
    "text, place",
    [
        ("a = 1\nb = " + "[" * 50_000, Place("f", 2, 105)),
        ("a." * 50_000 + "a = 1", Place("f", 1, 201)),  # tomllib alone takes 46 s
        ("a = 1\nb = " + "1" * 5000, Place("f", 2, 5)),
        ("a" * 10_000_000, Place("f", 1, 1)),
    ],
    ids=["arrays", "key", "digits", "10 MB"],
)
def test_a_document_beyond_reason_is_refused(text: str, place: Place) -> None:
    document, findings = read_document(text, "f")
    assert document is None
    assert [finding.place for finding in findings] == [place]


BITS = st.sampled_from(
    [
        *(
            "a",
            "b.c",
            "=",
            " = ",
            ": ",
            "\n",
            "\r\n",
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            ",",
            ";",
            "#",
            '"',
            "'",
            "\\",
        ),
        *(
            '"""',
            "'''",
            "“",
            "”",
            "«",
            "»",
            "’",
            "True",
            "1",
            "2026-13-45",
            "- x",
            "---",
            "\u00a0",
            "é",
            "\x00",
            "\r",
        ),
        *('"x"', "[s]", 'k = "v"\n', "k = “v”\n", 'k = "a "b" c"\n', "l = [a\n"),
    ]
)


@given(st.lists(BITS, max_size=30).map("".join))
def test_no_document_fails_and_findings_mean_refused_by_tomllib(text: str) -> None:
    document, findings = read_document(text, "f")
    last = text.count("\n") + text.count("\r") + 1
    for finding in findings:
        assert 1 <= finding.place.line <= last
        assert finding.place.column >= 1
        assert finding.say("en")
        assert finding.say("fr")
    try:
        values = tomllib.loads(text)
    except ValueError:
        assert findings or "\r" in text  # a lone CR is a line end to us
    else:
        assert document is not None
        assert (findings, document.values) == ([], values)
