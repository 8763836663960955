"""`mailer report`: what became of a campaign, told or written into files; nothing of anybody."""

import csv
import shutil
import sqlite3
from io import StringIO
from pathlib import Path

import pytest

from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from tests.cli.command import Mailer
from tests.cli.section import adds_up, bring, figures, mode, state, table
from tests.docs.pages import bare
from tests.docs.pages import page as contract
from tests.docs.pages import table as told

SLUG = "grand"
BODY = "[=1+1 <b>site</b>](https://www.example.org/){.button}\n\n[L’autre](https://www.example.org/b)\n"


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two campaigns to 25 people: the second has clicks, answers, refusals, departures."""
    folder = tmp_path_factory.mktemp("reported") / "section"
    assert Mailer(folder=folder.parent)("init", "section").code == 0
    section = Mailer(folder=folder)
    bring(section, 25)
    section.campaign("avant", BODY)
    section.campaign(SLUG, BODY, front='questionnaire = "questionnaire.toml"\n')
    shutil.copytree(folder / "campaigns/relation-clients", folder / f"campaigns/{SLUG}")
    for slug in ("avant", SLUG):
        assert section("send", slug, "--yes").code == 0
    section("subscribers", "unsubscribe", "membre7@example.org", "--list", "sample")
    public_id = figures(section, SLUG)["id"]
    with sqlite3.connect(folder / "subscribers/mailer.db") as database:
        for number, day, clicks in ((1, "2026-11-25", 12), (1, "2026-11-26", 4), (2, "2026-11-25", 9)):
            database.execute(
                "INSERT INTO click_count VALUES (?, ?, ?, ?, ?)", [public_id, number, day, clicks, 731]
            )
        database.execute(
            "UPDATE delivery SET state = 'refused', reason = 'mailbox' WHERE campaign = ? AND subscriber IN "
            "(SELECT id FROM subscriber WHERE email LIKE 'membre2_@%')",
            [public_id],
        )
    answers = Answers(FileBoxes(folder / "subscribers/answers"))
    for day in ("2026-11-25", "2026-11-25", "2026-11-26"):
        answers.add(public_id, [("avis", "oui")], day)
    return folder


@pytest.fixture
def section(reported: Path, tmp_path: Path) -> Mailer:
    return Mailer(folder=shutil.copytree(reported, tmp_path / "section"))


def test_told_on_a_terminal(section: Mailer) -> None:
    section("status")  # what was written past the program is in the file now
    before = state(section.folder)
    run = section("report", SLUG)
    assert (run.code, run.err) == (0, "")
    lines = [" ".join(line.split()) for line in run.lines]
    assert lines[0] == f"{SLUG}: finished"
    for line in (
        "sent: accepted by the server 20 80.0%",
        "unsubscribed since 1 5.0%",
        "the mailbox does not exist or refuses 5 100.0%",
        "example.org 25 20 0 5 0 the mailbox does not exist or refuses",
        "1. =1+1 <b>site</b> 16 1,478 1,462 80.0%",
        "2. L’autre fewer than 10 – – –",
        "2026-11-25 to 2026-11-26 16 1,478 1,462",
        "2026-11-25 2",
        "in all 3",
    ):
        assert line in lines
    assert not [line for line in lines if "731" in line or line.startswith("2. L’autre 9")]
    assert state(section.folder) == before  # looking changes nothing
    assert "membre" not in run.out


def test_in_french(section: Mailer) -> None:
    out = section("report", SLUG, LANGUAGE="fr").out
    assert "Ce qu’elle est devenue" in out
    assert "moins de 10" in out
    assert "80,0\u00a0%" in out
    assert "du 25/11/2026 au 26/11/2026" in out
    assert "2026-11-25" not in out


def test_json_is_as_the_contract_tells(section: Mailer) -> None:
    run = section("report", SLUG, "--json")
    said = adds_up(run.json)
    rows = told(contract("docs/contract.md"), "`mailer report SLUG --json`")
    assert list(said) == [bare(row[0]) for row in rows]
    assert (said["sent"], said["refused"], said["unsubscribed"]) == (20, 5, 1)
    assert said["clicks"]["people"] is None
    assert (said["clicks"]["people_at_least"], said["clicks"]["reason"]) == (16, "hidden_link")
    assert [(one["people"], one["reason"]) for one in said["links"][:2]] == [(16, None), (None, "few_clicks")]
    assert said["answers"] == {
        "people": 3,
        "days": [{"day": "2026-11-25", "people": 2}, {"day": "2026-11-26", "people": 1}],
    }
    [earlier] = said["earlier"]
    assert (earlier["campaign"], earlier["sent"], earlier["clicks"]["people"]) == ("avant", 25, None)
    counted = figures(section, SLUG)
    for key, _, meaning in rows:
        found = said[bare(key)]
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict) and "as in `mailer status`" not in meaning and key != "`rates`":
                inner = {name for name in one if name not in counted}
                assert [name for name in inner if f"`{name}`" not in meaning] == []


def test_a_spreadsheet_of_the_same_figures(section: Mailer) -> None:
    file = section.folder / "grand.csv"
    run = section("report", SLUG, "--csv", "grand.csv")
    assert (run.code, run.out, run.err) == (0, "", "Written: grand.csv\n")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsection;item;")
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    columns = [bare(row[0]) for row in told(contract("docs/contract.md"), "`mailer report SLUG --csv F`")]
    assert list(rows[0]) == columns
    found = {(row["section"], row["item"], row["figure"]): (row["value"], row["reason"]) for row in rows}
    assert found["campaign", "", "sent"] == ("20", "")
    assert found["links", "1 =1+1 <b>site</b>", "people"] == ("16", "")
    assert found["links", "2 L’autre", "people"] == ("", "few_clicks")
    assert found["domains.refused_by_reason", "example.org / mailbox", "people"] == ("5", "")
    assert found["earlier.rates", "avant", "sent"] == ("1.0", "")
    assert found["answers", "", "people"] == ("3", "")


def test_a_page_in_one_file(section: Mailer) -> None:
    run = section("report", SLUG, "--html", "grand.html", "--json", LANGUAGE="fr")
    assert run.json["campaign"] == SLUG
    html = (section.folder / "grand.html").read_text(encoding="utf-8")
    assert "=1+1 &lt;b&gt;site&lt;/b&gt;" in html
    assert "<script" not in html
    assert "membre" not in html
    assert html.count('role="img"') == html.count("<desc") >= 5


def test_files_are_new_and_for_their_owner(section: Mailer) -> None:
    assert section("report", SLUG, "--html", "subscribers/r.html", "--csv", "r.csv").code == 0
    assert mode(section.folder / "subscribers/r.html") == mode(section.folder / "r.csv") == 0o600
    before = (section.folder / "r.csv").read_bytes()
    run = section("report", SLUG, "--csv", "r.csv")
    assert (run.code, run.err) == (2, "Error: r.csv exists already: nothing was changed\n")
    assert (section.folder / "r.csv").read_bytes() == before
    run = section("report", SLUG, "--html", "other.html", "--csv", "r.csv")
    assert (run.code, run.err) == (2, "Error: r.csv exists already: nothing was changed\n")
    assert not (section.folder / "other.html").exists()
    same = section("report", SLUG, "--html", "x", "--csv", "./x")
    assert (same.code, "the same file" in same.err) == (2, True)
    assert "cannot be written" in section("report", SLUG, "--html", "nowhere/r.html").err


def test_what_was_not_sent_has_no_report(section: Mailer) -> None:
    run = section("report", "relation-clients")
    assert run.code == 2
    assert "was not sent yet" in run.err


def test_few_people_show_no_click_at_all(section: Mailer) -> None:
    with sqlite3.connect(section.folder / "subscribers/mailer.db") as database:
        database.execute(
            "UPDATE delivery SET state = 'refused', reason = 'mailbox' WHERE campaign = ? AND subscriber = "
            "(SELECT min(subscriber) FROM delivery WHERE campaign = ? AND state = 'sent')",
            [figures(section, SLUG)["id"]] * 2,
        )
    told = section("status", SLUG, "--json").json
    assert (told["audience"], told["sent"]) == (25, 19)  # few have it, however many were meant to
    assert {one["clicks"] for one in told["links"]} == {None}
    said = section("report", SLUG, "--json").json
    assert {one["reason"] for one in said["links"]} == {"few_people"}
    assert (said["clicks"]["reason"], said["clicks"]["people_at_least"]) == ("few_people", None)
    assert said["rates"]["clicks"] is None
    assert "fewer than 20 people: not shown" in section("report", SLUG).out


def test_closed_by_retention_it_still_reports(section: Mailer) -> None:
    before = section("report", SLUG, "--json").json
    with sqlite3.connect(section.folder / "subscribers/mailer.db") as database:
        database.execute("UPDATE campaign SET ended_at = '2026-01-01T00:00:00.000Z'")
    section("send", SLUG)  # each send looks at what is due
    after = section("report", SLUG, "--json").json
    assert after["closed_at"]
    assert after["domains"] is None
    for key in (
        "audience",
        "sent",
        "refused",
        "refused_by_reason",
        "unsubscribed",
        "links",
        "rates",
        "waves",
    ):
        assert after[key] == before[key], key
    assert "only counts are kept of it since" in section("report", SLUG).out


def test_without_a_site_nothing_is_counted(section: Mailer) -> None:
    table(section, "site", 'url = ""')
    section.campaign("seul", BODY)
    section("send", "seul", "--yes")
    said = section("report", "seul", "--json").json
    assert (said["links"], said["clicks"]["reason"], said["answers"]) == ([], "not_counted", None)
    assert "not counted" in section("report", "seul").out
