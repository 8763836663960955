"""`mailer serve`: the members' site as a process of its own, and the sender inside it."""

import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.demo.visitor import Answer, filled
from tests.cli.command import Mailer
from tests.cli.hosted import address, database, mails, on_a_free_port, serving, standing
from tests.cli.section import (
    SLUG,
    WORDS,
    arrived,
    begin,
    bring,
    ended,
    figures,
    mode,
    post_to,
    read_until,
    wait_until,
)
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer, running

ONE_CLICK = [("List-Unsubscribe", "One-Click")]
PEOPLE = [f"membre{number}@example.org" for number in range(4)]


@pytest.fixture
def hosted(section: Mailer) -> Mailer:
    """A section whose site is on a free port of this machine."""
    return on_a_free_port(section)


def test_every_address_of_a_mail_answers(hosted: Mailer) -> None:
    hosted("send", SLUG, "--yes")
    pages = mails(hosted)
    with serving(hosted) as site:
        page = pages[PEOPLE[0]]
        link, way_out = address(page, "l"), address(page, "u")
        for path in ("/", "/privacy", "/healthz", "/readyz", address(page, "v"), address(page, "i"), way_out):
            assert (site.ask(path).status, site.ask(path, method="HEAD").status) == (200, 200), path
        for path in ("/nope", "/l/aaaaaaaaaa/1", link[:-1] + "99", "/u/" + "A" * 39, "/v/aaaaaaaaaa", "/q/x"):
            assert site.ask(path).status == 404, path
        for _ in range(12):
            followed = site.ask(link)
            assert (followed.status, followed.location) == (302, "https://www.example.org/")
        site.ask(link, method="HEAD")
        assert standing(hosted, PEOPLE[0]) == ["subscribed"]  # looking at the page has changed nothing
        assert site.ask(way_out, ONE_CLICK) == Answer(status=200, location="", text="OK\n")
        assert standing(hosted, PEOPLE[0]) == ["unsubscribed"]
        everything = address(pages[PEOPLE[1]], "u")
        done = site.ask(everything, [("action", "all")])
        assert done.status == 200
        undo = re.search(r'name="undo" value="([^"]+)"', done.text)
        assert undo is not None
        assert site.ask(everything, [("action", "undo"), ("undo", undo[1])]).status == 200
        assert standing(hosted, PEOPLE[1]) == ["subscribed"]
        run = site.end()
    assert (run.code, run.out) == (0, "")
    with database(hosted) as opened:
        assert opened.execute("SELECT sum(clicks) FROM click_count").fetchone() == (12,)
    public_id = figures(hosted)["id"]
    for word in ("/u/A", way_out.rpartition("/")[2], public_id, "example.org", "membre", "?challenge"):
        assert word not in run.err, word
    assert "POST /u/… 200" in run.err
    assert "GET /l/… 302" in run.err


def test_the_last_clicks_reach_the_disk_when_it_is_told_to_stop(hosted: Mailer) -> None:
    hosted("send", SLUG, "--yes", "--limit", "1")
    hosted("pause", SLUG)
    (page,) = mails(hosted).values()
    with serving(hosted) as site:
        for _ in range(5):
            site.ask(address(page, "l"))
        assert site.end().code == 0
    with database(hosted) as opened:
        assert opened.execute("SELECT sum(clicks) FROM click_count").fetchone() == (5,)


def test_a_questionnaire_is_answered_and_kept_by_itself(hosted: Mailer) -> None:
    questions = hosted.folder / "campaigns/relation-clients/questionnaire.toml"
    text = questions.read_text(encoding="utf-8")
    questions.write_text(re.sub(r"(?m)^closes\b.*\n", "", text), encoding="utf-8")
    hosted("send", "relation-clients", "--yes", "--limit", "1")
    hosted("pause", "relation-clients")
    (page,) = mails(hosted).values()
    with serving(hosted) as site:
        questionnaire = site.ask(address(page, "l"))
        assert re.fullmatch(rf"{site.address}/q/[a-z2-7]{{10}}", questionnaire.location)
        form = site.ask(questionnaire.location)
        assert form.status == 200
        review = site.ask(questionnaire.location, filled(form.text))
        assert review.status == 200
        assert site.ask(questionnaire.location, filled(review.text)).status == 303
        run = site.end()
    (file,) = (hosted.folder / "subscribers/answers").glob("*.db")
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    assert "/q/" not in run.err


def test_the_sender_inside_carries_what_is_due(hosted: Mailer) -> None:
    """Running, scheduled for a moment to come, deferred and due again; one missed for long asks a person."""
    for slug in ("prevue", "manquee", "refusee"):
        hosted.campaign(slug, WORDS)
    soon = datetime.now(UTC) + timedelta(seconds=8)
    late = "--at", (soon + timedelta(hours=3)).isoformat()
    with running(FaultServer([Rule(Stage.RCPT, Reply(452, "4.2.2 later"), times=4)])) as server:
        post_to(hosted, server)
        assert hosted("send", "refusee", "--yes").code == 75
        assert hosted("send", SLUG, "--yes", "--limit", "1").code == 0
        assert hosted("send", "prevue", "--yes", "--at", soon.isoformat()).code == 75
        assert hosted("send", "manquee", "--yes", *late).code == 75
        with database(hosted) as opened:
            missed = (datetime.now(UTC) - timedelta(minutes=61)).isoformat()
            opened.execute("UPDATE campaign SET starts_at = ? WHERE slug = 'manquee'", (missed,))
            opened.execute("UPDATE delivery SET due_at = ? WHERE state = 'deferred'", (missed,))
        with serving(hosted) as site:
            slugs = (SLUG, "prevue", "refusee")
            wait_until(lambda: all(figures(hosted, slug)["status"] == "finished" for slug in slugs), 30)
            wait_until(lambda: figures(hosted, "manquee")["status"] == "paused")
            run = site.end()
        assert run.code == 0
        assert datetime.now(UTC) >= soon
        assert arrived(server) == dict.fromkeys(PEOPLE, 3)
    assert figures(hosted, "manquee")["reason"] == "missed"
    assert f"{SLUG}: done, 4 sent, 0 left" in run.err


def test_told_to_stop_it_finishes_what_is_in_flight(hosted: Mailer) -> None:
    bring(hosted, 60)
    with running(FaultServer(delay=0.1)) as server:
        post_to(hosted, server)
        hosted("send", SLUG, "--yes", "--limit", "1")
        with serving(hosted) as site:
            wait_until(lambda: sum(arrived(server).values()) > 5)
            assert site.end().code == 0
        said = figures(hosted)
        assert (said["status"], said["unknown"], said["in_flight"]) == ("running", 0, 0)
        assert said["sent"] == sum(arrived(server).values()) < 60


def test_one_sender_at_a_time(hosted: Mailer) -> None:
    bring(hosted, 60)
    with running(FaultServer(delay=0.1)) as server:
        post_to(hosted, server)
        hosted("send", SLUG, "--yes", "--limit", "1")
        with serving(hosted) as site:
            wait_until(lambda: sum(arrived(server).values()) > 5)
            second = hosted("send", SLUG)
            assert second.code == 75
            assert f"process {site.process.pid}" in second.err


def test_while_the_database_is_locked_one_still_leaves(hosted: Mailer) -> None:
    hosted("send", SLUG, "--yes")
    page = mails(hosted)[PEOPLE[0]]
    with serving(hosted) as site:
        locked = database(hosted)
        locked.execute("BEGIN EXCLUSIVE")
        assert site.ask(address(page, "u")).status == 200
        assert site.ask(address(page, "u"), ONE_CLICK).status == 200
        assert site.ask(address(page, "l")).status == 302
        locked.execute("ROLLBACK")
        locked.close()
        assert site.end().code == 0
    assert standing(hosted, PEOPLE[0]) == ["unsubscribed"]
    hosted.campaign("suite", WORDS)
    assert hosted("send", "suite", "--yes", "--json").json["sent"] == 3


def test_a_port_that_is_taken(hosted: Mailer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = hosted("serve", "--port", str(taken.getsockname()[1]))
    assert run.code == 2
    assert "Is it running already? Else choose another with --port." in run.err


def test_interrupted_it_leaves_quietly_and_in_french(hosted: Mailer, tmp_path: Path) -> None:
    process = begin(hosted, "serve", "--port", "0", LANGUAGE="fr")
    read_until(process.stderr, r"http://127\.0\.0\.1:\d+")
    process.send_signal(2)
    assert ended(process, 20).code in (0, 130)
