"""`subject = ["…", "…"]`: tested, shown, sent and counted; nobody's subject is written down anywhere."""

import time
from collections import Counter
from pathlib import Path

import pytest

from mailer.tokens.mails import variant_of
from mailer.workspace.keys import read_or_make_keys
from tests.cli.command import Mailer, body, letter
from tests.cli.hosted import database, on_a_free_port, serving
from tests.cli.section import arrived, begin, bring, figures, post_to
from tests.smtp.script import Close, Reply, Rule, Stage
from tests.smtp.server import FaultServer, running

SUBJECTS = ("Premier objet", "Second objet")
BODY = "[Lire l’accord](https://example.org/a) et [l’appel](https://example.org/b)."


@pytest.fixture
def split(mailer: Mailer) -> Mailer:
    """A campaign with two subjects, to twelve people."""
    section = on_a_free_port(mailer)
    bring(section, 12)
    path = section.campaign("essai", body=BODY)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Essai"', f'["{SUBJECTS[0]}", "{SUBJECTS[1]}"]'), encoding="utf-8")
    return section


def outbox(section: Mailer) -> list[Path]:
    return sorted((section.folder / "subscribers/outbox").rglob("*.eml"))


def subjects(section: Mailer) -> dict[str, str]:
    """Address -> subject, of the mails in the outbox."""
    return {str(one["To"]): str(one["Subject"]) for one in map(letter, outbox(section))}


def expected(section: Mailer, public_id: str) -> dict[str, str]:
    """The same, by the keyed hash."""
    keys = read_or_make_keys(section.folder)[0]
    with database(section) as opened:
        people = opened.execute("SELECT email, id FROM subscriber").fetchall()
    return {email: SUBJECTS[variant_of(keys, public_id, number, 2)] for email, number in people if email}


def test_before_it_is_sent(split: Mailer) -> None:
    assert split("check", "essai").code == 0
    (row,) = [one for one in split("campaigns", "--json").json if one["slug"] == "essai"]
    assert row["subject"] == SUBJECTS[0]
    shown = split("send", "essai", "--dry-run")
    assert [line for line in shown.err.split("\n") if line.startswith("Subject:")] == [
        f"Subject: {subject}" for subject in SUBJECTS
    ]
    rendered = split("render", "essai", "--for", "membre1@example.org")
    assert "2 subjects: this is the mail under the first, “Premier objet”." in rendered.err
    assert letter(split.folder / "out/essai.eml")["Subject"] == SUBJECTS[0]
    assert "/l/draft00000/1" in (split.folder / "out/essai.txt").read_text("utf-8")
    tested = split("test", "essai", "--to", "moi@example.org", "--to", "toi@example.org")
    assert tested.code == 0
    assert "2 subjects: each address is sent one mail for each." in tested.err
    found = Counter((str(one["To"]), str(one["Subject"])) for one in map(letter, outbox(split)))
    assert found == {
        (to, f"[TEST] {subject}"): 1 for to in ("moi@example.org", "toi@example.org") for subject in SUBJECTS
    }


def test_each_person_s_subject_is_that_of_the_hash_whatever_happens(split: Mailer) -> None:
    assert split("send", "essai", "--yes", "--limit", "5").code == 0
    assert split("send", "essai", "--limit", "3").code == 0
    assert split("send", "essai").code == 0
    said = figures(split, "essai")
    assert said["sent"] == 12
    found = subjects(split)
    assert found == expected(split, said["id"])
    assert set(found.values()) <= set(SUBJECTS)  # of twelve people, once in 2,000 launches all have one


def test_asked_again_it_is_the_same_subject(split: Mailer) -> None:
    rules = [
        Rule(Stage.DOT, Close(), times=2),
        Rule(Stage.RCPT, Reply(550, "5.1.1 unknown user"), times=2),
    ]
    with running(FaultServer(rules)) as server:
        post_to(split, server, "connections = 1")
        said = split("send", "essai", "--yes", "--json").json
        assert (said["unknown"], said["refused"]) == (2, 2)
        assert split("send", "essai", "--resend-unknown", "--yes").code == 0
        again = split("send", "essai", "--retry-refused", "--yes", "--json").json
        assert again["sent"] == len(arrived(server)) == 12
        wanted = expected(split, said["id"])
        for one in server.ledger.accepted:
            assert f"\r\nSubject: {wanted[one.recipient]}\r\n".encode() in one.data


def test_dead_in_the_middle_it_goes_on_with_the_same_subjects(split: Mailer) -> None:
    bring(split, 80)
    with running(FaultServer()) as server:
        post_to(split, server, "connections = 1\nper_second = 40")
        process = begin(split, "send", "essai", "--yes")
        until = time.monotonic() + 30
        while len(server.ledger.accepted) < 5:
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert len(server.ledger.accepted) < 80
        assert split("send", "essai").code == 0
        said = figures(split, "essai")
        assert said["sent"] + said["unknown"] == 80
        split("send", "essai", "--resend-unknown", "--yes")
        wanted = expected(split, said["id"])
        assert set(arrived(server)) == set(wanted)
        for one in server.ledger.accepted:
            assert f"\r\nSubject: {wanted[one.recipient]}\r\n".encode() in one.data


def test_clicks_are_counted_by_subject_and_told_by_link(split: Mailer) -> None:
    sent = split("send", "essai", "--yes", "--json").json
    public_id = sent["id"]
    assert [(one["number"], one["destination"]) for one in sent["links"]] == [
        (1, "https://example.org/a"),
        (2, "https://example.org/b"),
    ]
    for path in outbox(split):
        one = letter(path)
        first = 1 if one["Subject"] == SUBJECTS[0] else 3
        page = body(one, "html")
        assert {f"/l/{public_id}/{number}" in page for number in (first, first + 1)} == {True}
        assert not any(f"/l/{public_id}/{number}" in page for number in {1, 2, 3, 4} - {first, first + 1})
    with serving(split) as site:
        for number, destination in ((1, "a"), (2, "b"), (3, "a"), (4, "b")):
            answer = site.ask(f"/l/{public_id}/{number}")
            assert (answer.status, answer.location) == (302, f"https://example.org/{destination}")
        assert site.ask(f"/l/{public_id}/5").status == 404
        assert "/l/" not in site.ask(f"/v/{public_id}").text
        site.end()
    with database(split) as opened:
        rows = opened.execute("SELECT number, clicks FROM click_count ORDER BY number").fetchall()
        assert rows == [(1, 1), (2, 1), (3, 1), (4, 1)]
        opened.execute("UPDATE click_count SET clicks = 9 WHERE number IN (1, 3)")
    assert figures(split, "essai")["links"][0]["clicks"] is None  # twelve people
    with database(split) as opened:
        tables = opened.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    assert "variant" not in "".join(sql for (sql,) in tables)  # nobody's subject is written down


def test_the_report_judges_them(mailer: Mailer) -> None:
    section = on_a_free_port(mailer)
    bring(section, 90)
    path = section.campaign("essai", body=BODY)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Essai"', f'["{SUBJECTS[0]}", "{SUBJECTS[1]}"]'), encoding="utf-8")
    public_id = section("send", "essai", "--yes", "--json").json["id"]
    people = Counter(expected(section, public_id).values())
    assert section("report", "essai", "--json").json["subjects"] == [
        {
            "edition": 1,
            "verdict": "too_few",
            "best": None,
            "chance": None,
            "tried": [{"subject": one, "people": people[one], "clicks": None} for one in SUBJECTS],
        }
    ]
    with database(section) as opened:
        opened.executemany(
            "INSERT INTO click_count (campaign, number, day, clicks, machines) VALUES (?, ?, ?, ?, 7)",
            [(public_id, at, "2026-11-26", clicks) for at, clicks in enumerate((99, 3, 12, 4), 1)],
        )
    said = section("report", "essai", "--json").json
    (found,) = said["subjects"]
    assert [one["clicks"] for one in found["tried"]] == [99, 12]  # the link with 7 clicks counts for none
    assert (found["verdict"], found["best"]) == ("clear", SUBJECTS[0])
    assert [(one["number"], one["people"]) for one in said["links"]] == [(1, 111), (2, None)]
    told = section("report", "essai").out
    assert "“Premier objet” drew more clicks, and hardly by chance" in told
    french = section("report", "essai", LANGUAGE="fr").out
    assert (
        "« Premier objet » a attiré plus de clics".replace(" »", "\u00a0»").replace("« ", "«\u00a0") in french
    )


def test_a_correction_may_try_other_subjects(split: Mailer) -> None:
    split("send", "essai", "--yes", "--limit", "4")
    split("pause", "essai")
    path = split.folder / "campaigns/essai.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Second objet"]', '"Tiers objet", "Quart objet"]'), encoding="utf-8")
    run = split("send", "essai", "--amend", "--yes", "--json")
    assert run.code == 0, run.err
    assert [(one["edition"], one["number"]) for one in run.json["links"]] == [(1, 1), (1, 2), (2, 5), (2, 6)]
    assert {*subjects(split).values()} <= {*SUBJECTS, "Tiers objet", "Quart objet"}
    assert split("send", "essai").code == 0
