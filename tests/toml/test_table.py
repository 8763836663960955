"""Documents held against a table of keys: typed values, defaults, and every fault with its place and cure."""

from datetime import date, timedelta
from typing import Any

import pytest

from mailer.findings import Finding
from mailer.toml.document import read_document
from mailer.toml.table import Key, Table, closest, validate
from mailer.words import Text

INNER: Table = (Key("id", "string", required=True), Key("size", "integer", default=1))
TABLE: Table = (
    Key("subject", "string", required=True, check=lambda value: None if value else Text("it is empty")),
    Key("mode", "string", default="open", choices=("open", "ballot", "named")),
    Key("public", "boolean", default=False),
    Key("k", "integer", default=5, minimum=1, maximum=10),
    Key("more", "integer", default=0, minimum=0),
    Key(
        "lists",
        "strings",
        aliases=("list",),
        one=True,
        check=lambda one: Text("no space") if " " in one else None,
    ),
    Key("files", "strings", default=["a.pdf"]),
    Key("closes", "datetime"),
    Key("expires", "duration", default="72h"),
    Key("login", "string", default="", private=True, choices=("", "known")),
    Key("theme", "table", keys=(Key("colour", "string", default="red"),)),
    Key("owner", "table", keys=(Key("name", "string", required=True),)),
    Key("question", "array of tables", keys=INNER, one=True),
    Key(
        "group",
        "table of tables",
        keys=INNER,
        check=lambda name: None if name.islower() else Text("write small letters"),
    ),
)


def check(text: str, table: Table = TABLE) -> tuple[dict[str, Any], list[str]]:
    document, faults = read_document(text, "f")
    assert document is not None
    values, findings = validate(document, table)
    return values, [f"{found.code} {found.say('en')}" for found in [*faults, *findings]]


SUBJECT = 'subject = "x"\n'
A_DURATION = 'a duration such as "72h", "10m", "6 months"'
OTHERS = "mode, public, k, more, lists, list, files, closes, expires, login, owner, question, group"


def test_defaults_fill_what_is_absent() -> None:
    values, said = check(SUBJECT)
    assert said == []
    assert values == {
        "subject": "x",
        "mode": "open",
        "public": False,
        "k": 5,
        "more": 0,
        "lists": (),
        "files": ("a.pdf",),
        "closes": None,
        "expires": timedelta(hours=72),
        "login": "",
        "theme": {"colour": "red"},
        "owner": None,
        "question": (),
        "group": {},
    }


def test_values_are_typed() -> None:
    values, said = check(
        SUBJECT
        + 'mode = "ballot"\npublic = true\nk = 10\nlist = "a"\nfiles = ["b", "c"]\ncloses = 2026-12-15\n'
        'expires = "6 months"\n[theme]\ncolour = "blue"\n[owner]\nname = "n"\n'
        '[[question]]\nid = "q"\n[[question]]\nid = "r"\nsize = 2\n[group.one]\nid = "g"\n'
    )
    assert said == []
    assert (values["mode"], values["public"], values["k"]) == ("ballot", True, 10)
    assert (values["lists"], values["files"]) == (("a",), ("b", "c"))
    assert (values["closes"], values["expires"]) == (date(2026, 12, 15), timedelta(days=180))
    assert (values["theme"], values["owner"]) == ({"colour": "blue"}, {"name": "n"})
    assert values["question"] == ({"id": "q", "size": 1}, {"id": "r", "size": 2})
    assert values["group"] == {"one": {"id": "g", "size": 1}}


@pytest.mark.parametrize(
    "text, said",
    [
        ("", ["missing-key f:1:1 missing key 'subject': write subject = \"…\""]),
        ('subjet = "x"\n', ["unknown-key f:1:1 unknown key 'subjet': did you mean 'subject'?"]),
        ('subject = ""', ["bad-value f:1:11 'subject' cannot be '': it is empty"]),
        (
            "subject = 2026",
            ["wrong-type f:1:11 'subject' must be a text between quotes: write subject = \"2026\""],
        ),
        (SUBJECT + 'mode = "balot"', ["bad-value f:2:8 'mode' cannot be 'balot': did you mean 'ballot'?"]),
        (SUBJECT + 'mode = "?"', ["bad-value f:2:8 'mode' cannot be '?': write one of open, ballot, named"]),
        (SUBJECT + "public = 1", ["wrong-type f:2:10 'public' must be true or false: write public = true"]),
        (
            SUBJECT + 'public = "no"',
            ["wrong-type f:2:10 'public' must be true or false: write public = false"],
        ),
        (SUBJECT + "k = true", ["wrong-type f:2:5 'k' must be a whole number: write k = 10"]),
        (SUBJECT + 'k = "7"', ["wrong-type f:2:5 'k' must be a whole number: write k = 7"]),
        (SUBJECT + "k = 11", ["bad-value f:2:5 'k' cannot be '11': write a number from 1 to 10"]),
        (SUBJECT + "more = -1", ["bad-value f:2:8 'more' cannot be '-1': write 0 or more"]),
        (SUBJECT + "lists = 3", ["wrong-type f:2:9 'lists' must be a list of texts: write lists = [\"…\"]"]),
        (
            SUBJECT + 'lists = ["a", 3]',
            ["wrong-type f:2:15 'lists[2]' must be a text between quotes: write \"3\""],
        ),
        (SUBJECT + 'lists = ["a", "b c"]', ["bad-value f:2:15 'lists[2]' cannot be 'b c': no space"]),
        (SUBJECT + 'lists = "b c"', ["bad-value f:2:9 'lists' cannot be 'b c': no space"]),
        (
            SUBJECT + 'files = "a"',
            ["wrong-type f:2:9 'files' must be a list of texts: write files = [\"a\"]"],
        ),
        (
            SUBJECT + 'lists = ["a"]\nlist = "b"',
            ["duplicate-key f:3:1 'list' says the same again: keep one of 'lists' and 'list'"],
        ),
        (
            SUBJECT + 'closes = "2026-12-15"',
            ["wrong-type f:2:10 'closes' must be a date, without quotes: write closes = 2026-12-15"],
        ),
        (
            SUBJECT + 'expires = "soon"',
            ["bad-value f:2:11 'expires' cannot be 'soon': write expires = \"72h\""],
        ),
        (
            SUBJECT + "expires = 72",
            [f"wrong-type f:2:11 'expires' must be {A_DURATION}: write expires = \"72h\""],
        ),
        (
            SUBJECT + 'login = "hunter2"',
            ["bad-value f:2:9 'login' cannot have this value: write one of known"],
        ),
        (SUBJECT + 'theme = "x"', ["wrong-type f:2:9 'theme' must be a table: write [theme]"]),
        (SUBJECT + "[theme]\ncolor = 1", ["unknown-key f:3:1 unknown key 'color': did you mean 'colour'?"]),
        (
            SUBJECT + "[owner]",
            ["missing-key f:2:2 missing key 'owner.name': write name = \"…\" under [owner]"],
        ),
        (
            SUBJECT + '[[question]]\nsize = 1\n[[question]]\nid = "b"\nsize = "2"',
            [
                "missing-key f:2:3 missing key 'question[1].id': write id = \"…\" under [question[1]]",
                "wrong-type f:6:8 'question[2].size' must be a whole number: write size = 2",
            ],
        ),
        (
            SUBJECT + "question = 1",
            ["wrong-type f:2:12 'question' must be a table between double brackets: write [[question]]"],
        ),
        (
            SUBJECT + "[group]\nid = 'x'",
            ["wrong-type f:3:1 'group.id' is not a table: write [group.…] above it, with a name"],
        ),
        (SUBJECT + "[group.A]\nid = 'x'", ["bad-value f:2:8 'A' cannot be a name: write small letters"]),
        (
            SUBJECT + "zzz = 1\n[theme]\ncolour = 'a'\nzzz = 1",
            [
                f"unknown-key f:2:1 unknown key 'zzz': remove it; the other keys are {OTHERS}",
                "unknown-key f:5:1 unknown key 'zzz': remove it",
            ],
        ),
    ],
)
def test_each_fault_has_its_code_place_and_cure(text: str, said: list[str]) -> None:
    assert check(text)[1] == said


def test_every_fault_at_once_and_values_at_fault_take_their_default() -> None:
    values, said = check("subjet = 1\nmode = 2\nk = 99\npublic = 'x'\n[[question]]\n")
    assert [line.split()[0] for line in said] == [
        *("unknown-key", "wrong-type", "wrong-type", "bad-value", "missing-key")
    ]
    assert (values["subject"], values["mode"], values["k"], values["public"]) == (None, "open", 5, False)


@pytest.mark.parametrize(
    "text", ["subject =", 'x = 1; subject = "y"', "subject = {a = “b”}", 'subject = """x']
)
def test_a_key_nobody_could_read_is_not_called_missing(text: str) -> None:
    assert "missing-key" not in {line.split()[0] for line in check(text)[1]}


def test_a_table_whose_header_could_not_be_read_misses_nothing() -> None:
    table: Table = (Key("owner", "table", required=True, keys=(Key("name", "string", required=True),)),)
    assert [line.split()[0] for line in check("owner = {name = “x”}", table)[1]] == ["toml-syntax"]
    assert [line.split()[0] for line in check("[ownr]\nname = 'x'", table)[1]] == ["unknown-key"]
    assert [line.split()[0] for line in check("", table)[1]] == ["missing-key"]


def test_a_part_of_a_document() -> None:
    document, _ = read_document('[a]\nb = [{id = "x"}, {id = 2, siz = 3}]\n', "f")
    assert document is not None
    assert validate(document, INNER, ("a", "b", 0)) == ({"id": "x", "size": 1}, [])
    findings = validate(document, INNER, ("a", "b", 1))[1]
    assert [(found.code, found.place.column) for found in findings] == [
        ("unknown-key", 27),
        ("wrong-type", 24),
    ]
    assert validate(document, INNER, ("a", "none", 7))[0] == {"id": None, "size": 1}


def test_a_value_is_shown_short_and_without_its_password() -> None:
    table = (Key("url", "string", check=lambda _: Text("no")),)
    assert check('url = "imap://me:hunter2@host"', table)[1] == [
        "bad-value f:1:7 'url' cannot be 'imap://…@host': no"
    ]
    (said,) = check(f'url = "{"x" * 5000}"', table)[1]
    assert len(said) < 120


@pytest.mark.parametrize(
    "word, guess", [("subjet", "subject"), ("SUBJECT", "subject"), ("zzz", ""), ("x" * 10_000, ""), ("", "")]
)
def test_closest(word: str, guess: str) -> None:
    assert closest(word, ("subject", "lists")) == guess


def test_findings_say_themselves_in_french_too() -> None:
    document, _ = read_document("subjet = 1\nk = 99", "f")
    assert document is not None
    findings: list[Finding] = validate(document, TABLE)[1]
    assert all(found.say("fr") and found.as_json("fr") for found in findings)
