"""`mailer segments`: how many people each segment means, and a few of them, on the terminal alone."""

import pytest

from tests.cli.command import Mailer
from tests.cli.section import table
from tests.docs.pages import bare, page
from tests.docs.pages import table as told

PEOPLE = """email;prenom;nom;site;arrivee
zoe@example.org;Zoé;Petit;Nantes;2024-03-01
ana@example.org;Ana;Grand;NANTES;2012-05-01
luc@example.org;Luc;Roux;Saint-Nazaire;
"""


@pytest.fixture
def people(mailer: Mailer) -> Mailer:
    table(mailer, "lists.sample.fields", 'arrivee = "date"')
    table(mailer, "segments", "nantes = \"site = 'nantes'\"\nrecent = 'arrivee >= 2020-01-01'")
    mailer.write("people.csv", PEOPLE)
    assert mailer("subscribers", "import", "people.csv", "--list", "sample", "--yes").code == 0
    return mailer


def test_each_is_counted(people: Mailer) -> None:
    found = people("segments", "--json").json
    assert found == [
        {
            "segment": "nantes",
            "which": "site = 'nantes'",
            "people": 2,
            "lists": [{"list": "sample", "people": 2}],
        },
        {
            "segment": "recent",
            "which": "arrivee >= 2020-01-01",
            "people": 1,
            "lists": [{"list": "sample", "people": 1}],
        },
    ]
    assert list(found[0]) == [
        bare(key) for key, *_ in told(page("docs/contract.md"), "`mailer segments --json`")
    ]
    assert [line.split()[:2] for line in people("segments").lines] == [
        ["SEGMENT", "PEOPLE"],
        ["nantes", "2"],
        ["recent", "1"],
    ]


def test_one_shows_a_few_people_and_their_names_go_into_no_file(people: Mailer) -> None:
    done = people("segments", "nantes")
    assert (done.code, done.lines[-1].split()) == (0, ["in", "all", "2"])
    assert "Zoé Petit" in done.err
    assert "Ana Grand" in done.err
    assert "Zoé" not in done.out
    assert "such as" not in people("segments", "nantes", "--sample", "0").err
    assert people("segments", "nantes", "--sample", "1", "--json").code == 2
    assert people("segments", "--sample", "1").code == 2


def test_a_condition_may_stand_for_a_name(people: Mailer) -> None:
    [found] = people("segments", "not (site = 'nantes') and in list sample", "--json").json
    assert (found["segment"], found["people"]) == ("", 1)


def test_what_cannot_be_read_is_told_in_its_place(people: Mailer) -> None:
    done = people("segments", "sitte = 'nantes'")
    assert (done.code, done.err.splitlines()[0]) == (3, "-:1:1 unknown field 'sitte': did you mean 'site'?")
    done = people("segments", "nante")
    assert (done.code, "did you mean 'nantes'?" in done.err) == (2, True)
    done = people("segments", "received:greve")
    assert (done.code, "greve was not sent" in done.err) == (2, True)
    done = people("segments", "voted = 'yes'")
    assert (done.code, "never will be" in done.err) == (3, True)


def test_check_finds_a_field_that_no_list_has(people: Mailer) -> None:
    assert people("check").code == 0
    people.edit("mailer.toml", "site = 'nantes'", "sitte = 'nantes'")
    done = people("check")
    assert (done.code, "unknown field 'sitte': did you mean 'site'?" in done.out) == (3, True)
    text = (people.folder / "mailer.toml").read_text(encoding="utf-8")
    line = text[: text.index("sitte")].count("\n") + 1
    assert f"mailer.toml:{line}:11 " in done.out


def test_nobody_yet(mailer: Mailer) -> None:
    table(mailer, "segments", "zoe = \"first_name = 'Zoé'\"")
    [found] = mailer("segments", "--json").json
    assert (found["people"], found["lists"]) == (0, [])
    assert not (mailer.folder / "subscribers" / "mailer.db").exists()
