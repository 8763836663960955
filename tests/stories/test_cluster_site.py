"""Two web nodes on one PostgreSQL: any of them answers anything about anybody."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from mailer.demo.visitor import Answer, ask
from tests.cli.command import Mailer, body, letter
from tests.cli.section import SLUG, WORDS, begin, bring, ended, figures, read_until
from tests.store.server import Server
from tests.stories.several import copied

pytestmark = pytest.mark.xdist_group("machines")
ONE_CLICK = [("List-Unsubscribe", "One-Click")]


class Node:
    """A web node, with a folder of its own."""

    def __init__(self, mailer: Mailer) -> None:
        self.mailer = mailer
        self.process = begin(mailer, "serve", "--port", "0")
        found = read_until(self.process.stderr, r"The site answers at (http://127\.0\.0\.1:\d+);")
        self.address = found[1]

    def ask(self, link: str, form: list[tuple[str, str]] | None = None) -> Answer:
        """What it says to a link of a mail, whatever host the link names: a proxy stands before it."""
        return ask(self.address + urlsplit(link).path, form)


@contextmanager
def section(folder: Path, url: str) -> Iterator[tuple[Mailer, list[Node]]]:
    """A campaign of four mails that were sent, and two nodes."""
    assert Mailer(folder=folder)("init", "home").code == 0
    home = Mailer(folder=folder / "home")
    settings = home.folder / "mailer.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[database]\nurl = "{url}"\n', encoding="utf-8")
    home.campaign(SLUG, WORDS, "sample = true\n")
    bring(home, 4)
    assert home("send", SLUG, "--yes").code == 0
    with ExitStack() as stack:
        nodes = []
        for number in range(2):
            node = Node(Mailer(folder=copied(home.folder, folder / f"web{number}")))
            stack.callback(node.process.kill)
            nodes.append(node)
        yield home, nodes


def links(home: Mailer) -> list[tuple[str, str]]:
    """Of each mail: its link to the outside, its way out."""
    found = []
    for path in sorted((home.folder / "subscribers/outbox").glob("*.eml")):
        text = body(letter(path), "html")
        [link] = set(re.findall(r"https?://[^\"]+/l/[a-z2-7]{10}/\d+", text))
        [leave] = set(re.findall(r"https?://[^\"]+/u/[^\"]+", text))
        found.append((link, leave))
    return found


def test_two_nodes_are_one_site(tmp_path: Path, server: Server) -> None:
    url = server.make_database()
    with section(tmp_path, url) as (home, (first, second)):
        mails = links(home)
        assert len(mails) == 4
        for node in (first, second):
            assert ask(f"{node.address}/readyz").status == 200
        for at in range(12):
            followed = (first, second)[at % 2].ask(mails[0][0])
            assert (followed.status, followed.location) == (302, "https://www.example.org/")
        # One click at one node; the other knows it at once.
        assert first.ask(mails[1][1], ONE_CLICK).status == 200
        assert second.ask(mails[1][1]).status == 200
        # Left at one, undone at the other.
        left = second.ask(mails[2][1], [("action", "all")])
        undo = re.search(r'name="undo" value="([^"]+)"', left.text)
        assert undo is not None
        assert first.ask(mails[2][1], [("action", "undo"), ("undo", undo[1])]).status == 200
        for node in (first, second):
            node.process.terminate()
            assert ended(node.process).code == 0
        with psycopg.connect(url) as connection:
            states = connection.execute("SELECT state, count(*) FROM membership GROUP BY state").fetchall()
            assert sorted(states) == [("subscribed", 3), ("unsubscribed", 1)]
            assert connection.execute("SELECT sum(clicks)::int FROM click_count").fetchone() == (12,)
            assert connection.execute("SELECT count(*) FROM suppression").fetchone() == (0,)


QUESTIONS = """
title = "Les horaires"
mode = "ballot"
[[question]]
id = "avis"
kind = "single"
text = "Votre avis ?"
options = ["pour", "contre"]
"""


def test_a_ballot_is_cast_once_whichever_node_takes_it(tmp_path: Path, server: Server) -> None:
    url = server.make_database()
    with section(tmp_path, url) as (home, nodes):
        home.campaign("vote", "[Ici](questionnaire:)", 'sample = true\nquestionnaire = "q.toml"\n')
        home.write("campaigns/vote/q.toml", QUESTIONS)
        assert home("send", "vote", "--yes").code == 0
        outbox = (home.folder / "subscribers/outbox").rglob("*.eml")
        pages = [body(letter(path), "html") for path in outbox]
        ballots = sorted({link for page in pages for link in re.findall(r"https?://[^\"]+/q/[\w/-]+", page)})
        assert len(ballots) == 4
        form = [("avis", "1"), ("form.step", "send")]

        def cast(at: int) -> int:
            return nodes[at % 2].ask(ballots[at // 2 % 4], form).status

        with ThreadPoolExecutor(16) as threads:
            found = list(threads.map(cast, range(16)))
        assert sorted(found) == [303] * 4 + [409] * 12
        assert home("questionnaire", "close", "vote", "--yes").code == 0
        assert [node.ask(ballots[0], form).status for node in nodes] == [410, 410]
        assert not list(tmp_path.rglob("answers/*.db"))
        with psycopg.connect(url) as connection:
            [(box,)] = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%\\_box\\_%'")
            assert connection.execute(f"SELECT count(*) FROM {box}.answer").fetchone() == (4,)
            assert connection.execute(f"SELECT count(*) FROM {box}.spent").fetchone() == (0,)


def test_a_node_does_not_send(tmp_path: Path, server: Server) -> None:
    """It may be restarted without a thought; workers carry campaigns."""
    with section(tmp_path, server.make_database()) as (home, _):
        home.campaign("second", WORDS, "sample = true\n")
        assert home("send", "second", "--yes", "--detach").code == 0
        time.sleep(5)  # an embedded sender looks every two seconds
        said = figures(home, "second")
        assert (said["status"], said["pending"]) == ("running", 4)


def test_a_node_whose_database_is_away_says_so_and_keeps_departures(tmp_path: Path, server: Server) -> None:
    """The member has their 200; the log tells the database when it is back."""
    url = server.make_database()
    with section(tmp_path, url) as (home, (first, _)):
        leaving = links(home)[0][1]
        server.stop()
        try:
            assert ask(f"{first.address}/readyz").status == 503
            assert first.ask(leaving, ONE_CLICK).status == 200
        finally:
            server.start()
        assert ask(f"{first.address}/readyz").status == 200
        assert first.ask(leaving).status == 200
        assert (
            first.ask(links(home)[1][1], ONE_CLICK).status == 200
        )  # the next departure carries the first along
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "SELECT count(*) FROM membership WHERE state = 'unsubscribed'"
            ).fetchone()
            assert found == (2,)
