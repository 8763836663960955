"""`mailer campaigns`: what lies in campaigns/."""

from tests.cli.command import Mailer

FAULTY = "Bonjour {{ prenon }}\n\n# Second titre\n\n![](x.png) [ici](https://example.org/)"


def test_one_line_each_faulty_ones_too(mailer: Mailer) -> None:
    mailer.campaign("tract", FAULTY)
    mailer.write("campaigns/notes.md", "no front matter")
    mailer.write("campaigns/readme.txt", "not a campaign")
    run = mailer("campaigns")
    assert (run.code, run.err) == (0, "")
    heads, *rows = (line.split() for line in run.lines)
    assert heads == ["CAMPAIGN", "SUBJECT", "LISTS", "TRACTS", "ERRORS"]
    assert rows == [
        ["notes", "0", "1"],
        ["relation-clients", "Évolution", "de", "la", "relation", "clients", "sample", "1", "0"],
        ["tract", "Essai", "sample", "2", "3"],
    ]


def test_columns_stand_under_their_names(mailer: Mailer) -> None:
    mailer.campaign("tract", FAULTY)
    heads, *rows = mailer("campaigns").lines
    at = heads.index("LISTS")
    assert [row[at:].split()[0] for row in rows] == ["sample", "sample"]


def test_json(mailer: Mailer) -> None:
    mailer.campaign("tract", FAULTY)
    sample, tract = mailer("campaigns", "--json").json
    assert tract == {
        "slug": "tract",
        "file": "campaigns/tract.md",
        "subject": "Essai",
        "lists": ["sample"],
        "tracts": 2,
        "sample": False,
        "errors": 3,
        "warnings": 1,
    }
    assert (sample["slug"], sample["sample"], sample["errors"]) == ("relation-clients", True, 0)


def test_none(mailer: Mailer) -> None:
    (mailer.folder / "campaigns").rename(mailer.folder / "old")
    run = mailer("campaigns")
    assert (run.code, run.out, run.err) == (0, "", "No campaign yet. Begin one: mailer new SLUG\n")
    assert mailer("campaigns", "--json").json == []
