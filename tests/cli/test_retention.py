"""A campaign that has been over for long: its figures stay, nobody in it is known, nothing can be asked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, figures, post_to
from tests.smtp.conditions import recipient
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer, running

SPOKEN = "<membre1@example.org> is nobody here"


@pytest.fixture
def closed(section: Mailer) -> Mailer:
    """A campaign that ended years ago, one of its people refused with a sentence that names them."""
    rule = Rule(Stage.RCPT, Reply(550, f"5.1.1 {SPOKEN}"), when=recipient("membre1@example.org"))
    with running(FaultServer([rule])) as server:
        post_to(section, server)
        assert section("send", SLUG, "--yes", "--json").json["refused"] == 1
    path = database(section)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE campaign SET ended_at = '2020-01-01T00:00:00.000Z'")
    assert SPOKEN.encode() in path.read_bytes()
    return section


def database(section: Mailer) -> Path:
    return section.folder / "subscribers/mailer.db"


def test_the_next_send_makes_counts_of_it(closed: Mailer) -> None:
    before = figures(closed)
    assert closed("send", SLUG, "--dry-run", "--top-up").code == 0  # which changes nothing
    run = closed("send", SLUG)
    assert run.code == 0
    assert run.err.splitlines() == [
        "tract: only counts are kept from now on ([retention] deliveries)",
        "Already sent, nothing to do.",
    ]
    after = figures(closed)
    assert after.pop("closed_at") is not None
    assert before.pop("closed_at") is None
    assert after == before
    assert "only counts are kept of it since 20" in closed("status", SLUG).out
    assert SPOKEN.encode() not in database(closed).read_bytes()
    assert closed("subscribers", "show", "membre1@example.org", "--json").json["deliveries"] == []


@pytest.mark.parametrize("asked", ["--top-up", "--resend-unknown", "--retry-refused"])
def test_nothing_more_can_be_asked_of_it(closed: Mailer, asked: str) -> None:
    run = closed("send", SLUG, asked, "--yes")
    assert (run.code, run.out) == (4, "")
    assert "nobody knows any more who has it; copy it under another name" in run.err
    french = closed("send", SLUG, asked, "--yes", LANGUAGE="fr")
    assert "personne ne sait plus qui l’a reçue" in french.err
