"""What a reader would stumble on: links and pictures wherever they stand, words left from elsewhere."""

import pytest

from mailer.compose.content import check_content, check_picture, check_wording
from mailer.compose.markdown import Reader
from mailer.compose.marks import Marks
from mailer.compose.tracts import split
from mailer.findings import Level, Place
from tests.compose.campaigns import ROOT, codes

FILE = "campaigns/x.md"
PLACE = Place(FILE, 7, 5)


def found_in(body: str) -> list[tuple[str, int, int]]:
    marks = Marks.unlike(body)
    tracts, _ = split(Reader(FILE, body.split("\n"), 1, marks).read(body), Place(FILE), marks)
    findings = check_content(tracts[0], marks, questionnaire=False)
    return [(finding.code, finding.place.line, finding.place.column) for finding in findings]


BAD = "[a](javascript:x)"
EVERYWHERE = [
    (f"# {BAD}\n\na", 1),
    (f"# T\n\n## {BAD}", 3),
    (f"# T\n\nun **_{BAD}_** deux", 3),
    (f"# T\n\n- a\n    - {BAD}", 4),
    (f"# T\n\n> - {BAD}", 3),
    (f"# T\n\n::: frame\n{BAD}\n:::", 4),
    (f"# T\n\n| {BAD} |\n|---|\n| b |", 3),
    (f"# T\n\n| a |\n|---|\n| {BAD} |", 5),
    (f"# T\n\n{BAD}{{.button}}", 3),
]


@pytest.mark.parametrize("body, line", EVERYWHERE)
def test_a_bad_link_is_found_wherever_it_stands(body: str, line: int) -> None:
    assert [(code, at) for code, at, _ in found_in(body)] == [("bad-address", line)]


@pytest.mark.parametrize("body, _line", EVERYWHERE)
def test_so_is_a_picture_without_words(body: str, _line: int) -> None:
    body = body.replace(BAD + "{.button}", BAD).replace(BAD, "![](a.png)")
    assert [code for code, _, _ in found_in(body)] == ["image-alt"]


def test_a_picture_in_a_link_speaks_for_it() -> None:
    assert found_in("# T\n\n[![Le plan](a.png)](https://example.org)") == []
    assert [code for code, *_ in found_in("# T\n\n[![](a.png)](https://example.org)")] == [
        "empty-link",
        "image-alt",
    ]


def test_every_fault_of_a_tract_at_once() -> None:
    body = "# T\n\n[ici](ftp://x) ![](a.png)\n\n[](http://example.org) [Oui](questionnaire:)"
    assert [code for code, *_ in found_in(body)] == [
        "bad-address",
        "vague-link",
        "image-alt",
        "link-http",
        "empty-link",
        "no-questionnaire",
    ]


ALTS = [
    ("Trois collègues devant le bureau", []),
    ("Résultats 2025 (en %)", []),
    ("image.", []),
    ("", ["image-alt"]),
    ("logo.PNG", ["image-alt"]),
    ("photo de groupe.jpeg", ["image-alt"]),
    ("U:\\cgt\\logo", ["image-alt"]),
    ("/home/a/b", ["image-alt"]),
]


@pytest.mark.parametrize("alt, expected", ALTS)
def test_alternative_texts(alt: str, expected: list[str]) -> None:
    findings = check_picture("a.png", alt, PLACE, Marks.unlike(""))
    assert (codes(findings), {finding.place for finding in findings} <= {PLACE}) == (expected, True)


def test_no_placeholder_in_the_address_of_an_image() -> None:
    marks = Marks.unlike("")
    source = marks.add("{{ first_name }}") + ".png"
    assert codes(check_picture(source, "vu", PLACE, marks)) == ["field-in-address"]
    assert codes(check_picture("a.png", marks.add("{{ first_name }}"), PLACE, marks)) == []


WORDINGS = [
    ("Rien à redire : 1 < 2 > 0, {note}, 50 %, [voir]", []),
    ("[nom](https://example.org) [email][r] {{ nom }} {% if nom %}", []),
    (
        "{nom} %prenom% [courriel]",
        [("other-placeholder", 1), ("other-placeholder", 7), ("other-placeholder", 16)],
    ),
    ("À ÉCRIRE : un mot, puis TO WRITE", [("to-write", 1), ("to-write", 25)]),
    ("a<br>b", [("html", 2)]),
    ('<P class="x">a</P >', [("html", 1), ("html", 15)]),
    ("<b>a</b>", [("html", 1), ("html", 5)]),
    ("<https://example.org> <p.martin@example.org> <a@b.org> <abc> <i-x>", []),
    ("<img src=x onerror=alert(1)> <table>", [("html", 1), ("html", 30)]),
]


@pytest.mark.parametrize("line, expected", WORDINGS)
def test_words_left_from_elsewhere(line: str, expected: list[tuple[str, int]]) -> None:
    findings = check_wording(["", line], FILE, 5)
    assert [(finding.code, finding.place.column) for finding in findings] == expected
    assert all(finding.place.line == 6 for finding in findings)
    for finding in findings:
        assert finding.level is (Level.ERROR if finding.code == "to-write" else Level.WARNING)


@pytest.mark.parametrize(
    "typed, cure",
    [
        ("{prénom}", "write {{ first_name }}"),
        ("%NOM%", "write {{ last_name }}"),
        ("[Email]", "write {{ email }}"),
    ],
)
def test_another_placeholder_is_given_its_field(typed: str, cure: str) -> None:
    (finding,) = check_wording([typed], FILE, 1)
    assert finding.cure.say("en") == cure
    assert typed in finding.message.say("en")


@pytest.mark.parametrize("name", ["model.md", "model.en.md"])
def test_the_model_is_not_sent_as_it_is(name: str) -> None:
    lines = (ROOT / "templates" / "tract" / name).read_text(encoding="utf-8").split("\n")
    body = lines[len(lines) - lines[::-1].index("+++") :]
    findings = check_wording(body, FILE, 1)
    assert set(codes(findings)) == {"to-write"}
    assert len(findings) >= 8
