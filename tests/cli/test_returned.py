"""`mailer bounces poll` and `ingest`: what is done is told, twice is once, killed is not half."""

import re
import sqlite3

import pytest

from mailer.tokens.keys import KEYS_FILE, Keys
from tests.cli.command import Mailer
from tests.cli.section import BOX, SLUG, begin, give_mailbox, table, wait_until
from tests.docs.pages import page
from tests.docs.pages import table as rows
from tests.listen.returned import NOBODY, bounce, complaint, leaving, letter, verp


@pytest.fixture
def house(section: Mailer) -> Mailer:
    """A section whose returned mail goes into a Maildir, and whose campaign has reached four people."""
    give_mailbox(section)
    assert section("send", SLUG, "--yes").code == 0
    return section


def keys(mailer: Mailer) -> Keys:
    return Keys.from_toml((mailer.folder / KEYS_FILE).read_text("utf-8"))


def people(mailer: Mailer) -> list[int]:
    """The numbers of the four, in the order of their addresses."""
    with sqlite3.connect(mailer.folder / "subscribers/mailer.db") as database:
        return [row[0] for row in database.execute("SELECT id FROM subscriber ORDER BY email")]


def public_id(mailer: Mailer) -> str:
    return str(mailer("status", SLUG, "--json").json["id"])


def arrive(mailer: Mailer, *letters: bytes) -> None:
    for at, raw in enumerate(letters):
        mailer.write(f"subscribers/retours/new/{at}.host", raw)


def test_what_was_done_and_what_is_left_to_do(house: Mailer) -> None:
    ours, (zoe, ana, luc, _), campaign = keys(house), people(house), public_id(house)
    arrive(
        house,
        bounce(verp(ours, zoe, campaign)),
        complaint(f"Return-Path: <{verp(ours, ana, campaign)}>"),
        letter(leaving(ours, luc, "sample")),
        bounce(NOBODY, recipient="x\x1b[2J@example.org", number=9),
        letter("contact@example.org", subject="Re: Essai", words="STOP", sender="it's <o'brien@example.org>"),
        letter(verp(ours, zoe, campaign), subject="Absente", fields="Auto-Submitted: auto-replied\n"),
    )
    run = house("bounces", "poll")
    assert run.code == 0
    assert run.lines[0] == "6 mails read"
    for line in (
        "  1 came back for good",
        "  1 complaints: nothing more is sent to these people",
        "  1 left by mail",
        "  1 prove nothing",
        "  2 say nothing that changes anything",
    ):
        assert line in run.lines
    assert "    mailer subscribers unsubscribe 'o'\"'\"'brien@example.org' --all" in run.lines
    assert "\x1b" not in run.out + run.err
    assert house("bounces", "poll").lines == ["0 mails read"]
    assert (
        sorted(path.name[-4:] for path in (house.folder / "subscribers/retours/cur").iterdir())
        == [":2,S"] * 6
    )
    status = house("status", SLUG, "--json").json
    assert (status["sent"], status["returned"]) == (4, 1)
    assert "1 of the sent came back later" in house("status", SLUG).out
    assert house("report", SLUG, "--json").json["returned"] == 1
    ana_now = house("subscribers", "show", "membre1@example.org", "--json").json
    assert ana_now["suppressed"]["reason"] == "complained"
    assert [one["kind"] for one in ana_now["returned"]] == ["complaint"]
    assert "came back for good 5.1.1" in house("subscribers", "show", "membre0@example.org").out


def test_ingest_changes_no_file_and_says_the_same_in_json(house: Mailer) -> None:
    ours, (zoe, *_), campaign = keys(house), people(house), public_id(house)
    raw = bounce(verp(ours, zoe, campaign))
    house.write("une.eml", raw)
    house.write(
        "boite", b"From a@b Thu Nov 26 2026\n" + raw + b"\n" + b"From c@d Fri Nov 27 2026\n" + bounce(NOBODY)
    )
    before = {path: path.read_bytes() for path in house.folder.glob("*e*") if path.is_file()}
    run = house("bounces", "ingest", "une.eml", "boite", "--json")
    told = run.json
    contract = rows(
        page("docs/contract.md"), "`mailer bounces poll --json` and `mailer bounces ingest --json`"
    )
    assert list(told) == [row[0].strip("`") for row in contract]
    assert (run.code, told["found"], told["hard"], told["known"], told["unproven"]) == (0, 3, 1, 1, 1)
    [look] = told["to_look_at"]
    assert (look["kind"], look["address"], look["reason"]) == ("bounce", "zoe@example.org", "unknown-user")
    assert before == {path: path.read_bytes() for path in house.folder.glob("*e*") if path.is_file()}


def test_in_french(house: Mailer) -> None:
    arrive(house, bounce(NOBODY), letter("contact@example.org", words="désinscription"))
    run = house("bounces", "poll", LANGUAGE="fr", LC_ALL="fr_FR.UTF-8")
    assert run.lines[0] == "2 courriels lus"
    assert "rien ne prouve" in run.err.replace("’", "'").lower()
    for name in ("poll", "ingest"):
        assert house("bounces", name, "--help", LANGUAGE="fr", LC_ALL="fr_FR.UTF-8").code == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("", "mailer.toml names no mailbox"),
        (BOX.replace("maildir:subscribers/retours", "maildir:campaigns"), "is no Maildir"),
        (BOX.replace("maildir:subscribers/retours", "mbox:nothing"), "is no file"),
        (BOX.replace("maildir:subscribers/retours", "imaps://moi@localhost:1/INBOX"), "no password"),
    ],
)
def test_what_somebody_must_mend(section: Mailer, settings: str, words: str) -> None:
    table(section, "bounces", settings)
    run = section("bounces", "poll")
    assert (run.code, run.out) == (2, "")
    assert words in run.err


def test_a_server_that_is_away_is_for_later(section: Mailer) -> None:
    table(section, "bounces", BOX.replace("maildir:subscribers/retours", "imaps://moi@localhost:1/INBOX"))
    run = section("bounces", "poll", MAILER_BOUNCES_PASSWORD="s3cr3t")
    assert run.code == 75
    assert "s3cr3t" not in run.err
    assert section("bounces", "ingest", "nowhere.eml").code == 2


def test_killed_between_the_act_and_the_mark_nothing_is_done_twice(house: Mailer) -> None:
    ours, numbers, campaign = keys(house), people(house), public_id(house)
    count = 150
    arrive(
        house,
        *(
            bounce(verp(ours, numbers[at % 4], campaign), number=at, said=f"550 5.1.1 no {at}")
            for at in range(count)
        ),
    )
    there = house.folder / "subscribers/retours"
    process = begin(house, "bounces", "poll", "--json")
    wait_until(lambda: any((there / "cur").iterdir()))
    process.kill()
    process.communicate()
    moved = len(list((there / "cur").iterdir()))
    assert 0 < moved < count
    again = house("bounces", "poll", "--json").json
    assert again["found"] == count - moved
    assert again["hard"] + again["known"] == again["found"]
    assert again["known"] <= 1  # done, and not yet marked
    status = house("status", SLUG, "--json").json
    assert (status["sent"], status["returned"]) == (4, 4)


def test_two_at_the_same_moment_do_it_once(house: Mailer) -> None:
    ours, numbers, campaign = keys(house), people(house), public_id(house)
    arrive(house, *(bounce(verp(ours, numbers[at % 4], campaign), number=at) for at in range(40)))
    one, two = (begin(house, "bounces", "poll", "--json") for _ in range(2))
    told = []
    for process in (one, two):
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        told.append(out.decode())
    assert sum(int(re.findall(r'"hard": (\d+)', text)[0]) for text in told) == 40


def test_without_a_site_a_send_reads_first_who_left_by_mail(section: Mailer) -> None:
    give_mailbox(section)
    arrive(section, letter(leaving(keys(section), people(section)[2], "sample")))
    run = section("send", SLUG, "--yes")
    assert (run.code, "1 person left by mail." in run.err) == (0, True)
    assert section("status", SLUG, "--json").json["sent"] == 3
