"""`mailer status`: how far a campaign is, for people and for machines; no figure tells of somebody (P14)."""

import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, adds_up, begin, bring, ended, figures, table

LINK = "[Notre site](https://www.example.org/){.button}"


def test_nothing_was_sent_yet(mailer: Mailer) -> None:
    run = mailer("status")
    assert (run.code, run.out, run.err) == (0, "", "No campaign was sent yet.\n")
    assert mailer("status", "--json").json == []
    assert not (mailer.folder / "subscribers/mailer.db").exists()  # looking makes no database


def test_one_campaign_and_all_of_them(section: Mailer) -> None:
    section.campaign("autre", "Un mot.")
    section("send", SLUG, "--yes", "--limit", "1")
    section("subscribers", "unsubscribe", "membre3@example.org", "--all")
    section("send", "autre", "--yes")
    lines = section("status", SLUG).lines
    assert lines[:4] == [
        f"{SLUG}: running",
        "  4 people selected",
        "  1 sent, 0 refused, 0 excluded",
        "  3 to send, 0 to try again, 0 on their way",
    ]
    rows = [line.split() for line in section("status").lines]
    assert rows == [
        ["CAMPAIGN", "STATUS", "SELECTED", "SENT", "LEFT", "UNKNOWN"],
        [SLUG, "running", "4", "1", "3", "0"],
        ["autre", "finished", "3", "3", "0", "0"],
    ]
    said = section("status", "--json").json
    assert [one["campaign"] for one in said] == [SLUG, "autre"]
    assert [adds_up(one) for one in said] == said
    assert said[1] == figures(section, "autre")
    french = section("status", LANGUAGE="fr")
    assert french.lines[0].split()[0] == "CAMPAGNE"
    assert "terminée" in french.out


def test_who_left_after_the_launch_is_excluded_and_counted(section: Mailer) -> None:
    section("send", SLUG, "--yes", "--limit", "1")
    for email in (f"membre{number}@example.org" for number in range(4)):
        section("subscribers", "unsubscribe", email, "--list", "sample")
    section("send", SLUG)
    said = figures(section)
    assert (said["audience"], said["sent"], said["excluded"]) == (4, 1, 3)
    assert said["reasons"] == [{"state": "excluded", "reason": "unsubscribed", "people": 3}]
    assert "    3: left the list meanwhile (excluded)" in section("status", SLUG).lines


def test_watching_ends_with_the_campaign(section: Mailer) -> None:
    section("send", SLUG, "--yes", "--limit", "1")
    watching = begin(section, "status", SLUG, "--watch")
    try:
        section("send", SLUG)
        run = ended(watching)
    finally:
        watching.kill()
    assert run.code == 0
    assert f"{SLUG}: finished" in run.out


@pytest.fixture(scope="module")
def clicked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two campaigns with a link: to 4 people and to 25."""
    folder = tmp_path_factory.mktemp("clicked") / "section"
    assert Mailer(folder=folder.parent)("init", "section").code == 0
    section = Mailer(folder=folder)
    table(section, "lists.petite", 'title = "Petite"')
    bring(section, 4, slug="petite")
    bring(section, 25)
    section.campaign("grand", LINK)
    section.campaign("petit", LINK, lists='["petite"]')
    for slug in ("grand", "petit"):
        assert section("send", slug, "--yes").code == 0
    return folder


@pytest.mark.parametrize(
    ("slug", "clicks", "shown"),
    [("grand", 9, None), ("grand", 10, 10), ("petit", 9, None), ("petit", 500, None)],
)
def test_few_clicks_or_few_people_are_not_shown(
    clicked: Path, tmp_path: Path, slug: str, clicks: int, shown: int | None
) -> None:
    section = Mailer(folder=shutil.copytree(clicked, tmp_path / "section"))
    public_id = figures(section, slug)["id"]
    with sqlite3.connect(section.folder / "subscribers/mailer.db") as database:
        _count(database, public_id, clicks)
    (link,) = figures(section, slug)["links"]
    assert link == {
        "number": 1,
        "edition": 1,
        "label": "Notre site",
        "destination": "https://www.example.org/",
        "clicks": shown,
    }
    text = section("status", slug).out
    if shown is None:
        assert "fewer than 10 clicks, or too few people: not shown" in text
        assert re.search(rf"\b{clicks}\b", text.partition("link 1")[2]) is None
    else:
        assert f"link 1, Notre site: {shown} clicks (estimated)" in text


def _count(database: sqlite3.Connection, public_id: str, clicks: int) -> None:
    """As the site does, without visiting it 500 times."""
    columns = [row[1] for row in database.execute("PRAGMA table_info(click_count)")]
    values = {"campaign": public_id, "link": 1, "number": 1, "day": "2026-11-26"}
    row = [values.get(name, clicks) for name in columns]
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO click_count VALUES ({marks})", row)


def test_the_database_says_nothing_of_who_clicked(clicked: Path) -> None:
    tables = subprocess.run(
        ["grep", "-c", "-a", "click_count", clicked / "subscribers/mailer.db"],
        check=True,
        capture_output=True,
    )
    assert int(tables.stdout) >= 1
    with sqlite3.connect(clicked / "subscribers/mailer.db") as database:
        columns = {row[1] for row in database.execute("PRAGMA table_info(click_count)")}
    assert not {name for name in columns if "subscriber" in name or "email" in name}


def test_few_people_who_have_a_text_are_few(clicked: Path, tmp_path: Path) -> None:
    """P14: enough people were chosen for it, and too few of them have the text of this link."""
    section = Mailer(folder=shutil.copytree(clicked, tmp_path / "section"))
    public_id = figures(section, "grand")["id"]
    with sqlite3.connect(section.folder / "subscribers/mailer.db") as database:
        _count(database, public_id, 500)
        database.execute(
            "UPDATE delivery SET state = 'refused', reason = 'mailbox' WHERE campaign = ? "
            "AND subscriber NOT IN (SELECT subscriber FROM delivery WHERE campaign = ? "
            "ORDER BY subscriber LIMIT 19)",
            [public_id, public_id],
        )
    assert figures(section, "grand")["sent"] == 19
    assert [link["clicks"] for link in section("status", "grand", "--json").json["links"]] == [None]
