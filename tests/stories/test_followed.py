"""tracking = "individual": one member agreed that their clicks are known, the others did not; one ends it."""

import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from mailer.store.consents import TRACKING
from mailer.store.opening import open_store
from mailer.wiring.doors import keys_of, now
from mailer.workspace.folder import open_workspace
from tests.cli.command import Mailer
from tests.cli.hosted import mails, on_a_free_port, serving
from tests.cli.section import bring

SLUG, OUTSIDE = "accord", "https://example.org/accord"
FRONT = 'sample = true\ntracking = "individual"\nquestionnaire = "questionnaire.toml"\n'
BODY = f"[Lire l’accord]({OUTSIDE})\n\n[Je réponds](questionnaire:)"
QUESTION = 'title = "Q"\n[[question]]\nid = "a"\nkind = "yes-no"\ntext = "Oui ?"\n'


def agreeing(folder: Path, who: str, *, agrees: bool) -> None:
    workspace = open_workspace(folder)
    base = folder / "subscribers"
    store = open_store(base / "mailer.db", keys_of(workspace), base / "objections.log", now=now)
    try:
        with store.together():
            number = store.people.number_of(who)
            assert number is not None
            if agrees:
                store.consents.record(number, TRACKING, text="Oui.", channel="paper", proof="n° 12")
            else:
                store.consents.withdraw(number, TRACKING)
    finally:
        store.close()


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "subscribers/mailer.db") as opened:
        return sorted(opened.execute(f"SELECT * FROM {table}"), key=repr)


def eventually(look: Callable[[], list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    """What is there once anything is: clicks are on disk within 100 ms."""
    end = time.monotonic() + 20
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_only_who_agreed_is_followed_and_only_while_they_agree(tmp_path: Path) -> None:
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    on_a_free_port(mailer)
    agreed, *others = bring(mailer, 3)
    agreeing(tmp_path, agreed, agrees=True)
    mailer.campaign(SLUG, BODY, FRONT)
    mailer.write(f"campaigns/{SLUG}/questionnaire.toml", QUESTION)
    assert mailer("send", SLUG, "--yes").code == 0
    with serving(mailer) as site:
        pages = mails(mailer)
        own = re.findall(rf"{site.address}/l/\w+/\d+/[\w-]+", pages[agreed])
        assert len(set(own)) == 1
        for one in others:
            assert OUTSIDE in pages[one]
            assert not re.search(r"/l/\w+/\d+/", pages[one])
        shared = {tuple(sorted(set(re.findall(r"/l/\w+/\d+(?![\w/])", page)))) for page in pages.values()}
        assert len(shared) == 1  # the questionnaire's address, the same for all three
        assert site.ask(own[0]).location == OUTSIDE
        assert site.ask(shared.pop()[0]).status == 302
        assert [row[-1] for row in eventually(lambda: rows(tmp_path, "own_click"))] == [1]
        assert mailer("report", SLUG, "--json").json["followers"] == 1
        before = rows(tmp_path, "click_count")
        agreeing(tmp_path, agreed, agrees=False)
        assert site.ask(own[0]).location == OUTSIDE  # it leads there still
        run = site.end()
    assert rows(tmp_path, "own_click") == []
    assert rows(tmp_path, "click_count") == before
    assert own[0].rpartition("/")[2] not in run.err
