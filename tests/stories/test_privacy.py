"""P13-P15: looking changes nothing about anybody; nothing stored says who clicked, or whose an answer is."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.demo.visitor import filled
from tests.cli.command import Mailer
from tests.cli.hosted import Serving, address, mails, on_a_free_port, serving
from tests.cli.section import bring

SLUG = "relation-clients"
PEOPLE = 6
COUNTER = "click_count"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Mailer, Serving, dict[str, str]]]:
    """A campaign that was sent, its site, and the mail of each person."""
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    on_a_free_port(mailer)
    bring(mailer, PEOPLE)
    questions = tmp_path / f"campaigns/{SLUG}/questionnaire.toml"
    text = questions.read_text(encoding="utf-8")
    questions.write_text(re.sub(r"(?m)^closes\b.*\n", "", text), encoding="utf-8")
    assert mailer("send", SLUG, "--yes").code == 0
    with serving(mailer) as site:
        yield mailer, site, mails(mailer)


def state(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that the database holds, table by table."""
    with sqlite3.connect(folder / "subscribers/mailer.db") as opened:
        names = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(opened.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def files(folder: Path) -> dict[str, bytes]:
    """Everything under subscribers/ but the database's own files and the outbox."""
    base = folder / "subscribers"
    return {
        str(path.relative_to(base)): path.read_bytes()
        for path in sorted(base.rglob("*"))
        if path.is_file() and not path.name.startswith("mailer.db") and "outbox" not in path.parts
    }


def test_no_get_changes_anything_about_a_person(there: tuple[Mailer, Serving, dict[str, str]]) -> None:
    """P13: a scanner follows every address of every mail, with every method that only looks; twice."""
    mailer, site, pages = there
    before, beside = state(mailer.folder), files(mailer.folder)
    for page in pages.values():
        for found in sorted(set(re.findall(rf"{site.address}/[\w./-]+", page))) * 2:
            assert site.ask(found).status in (200, 302), found
            assert site.ask(found, method="HEAD").status in (200, 302), found
    assert site.end().code == 0
    after = state(mailer.folder)
    assert sum(int(str(row[-1])) for row in after.pop(COUNTER)) > 0
    del before[COUNTER]
    assert after == before
    assert files(mailer.folder) == beside


def test_nothing_says_who_clicked(there: tuple[Mailer, Serving, dict[str, str]]) -> None:
    """P14: one person clicks, or another; what is kept of it is the same."""
    mailer, site, pages = there
    links = {address(page, "l") for page in pages.values()}
    assert len(links) == 1  # the address itself is everybody's
    for _ in pages:
        site.ask(links.copy().pop())
    site.ask(links.copy().pop(), method="HEAD")
    run = site.end()
    assert run.code == 0
    [(_, _, day, clicks, machines)] = state(mailer.folder)[COUNTER]
    assert (clicks, machines) == (PEOPLE, 1)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(day))  # and nothing finer
    assert "membre" not in run.err
    assert links.pop() not in run.err


def test_an_answer_is_nobody_s(there: tuple[Mailer, Serving, dict[str, str]]) -> None:
    """P15: rows under random keys, apart from the people; one count a day; no log of it."""
    mailer, site, pages = there
    before = state(mailer.folder)
    page = next(iter(pages.values()))
    where = site.ask(address(page, "l")).location
    form = site.ask(where)
    for _ in range(3):
        review = site.ask(where, filled(form.text))
        assert review.status == 200
        assert site.ask(where, filled(review.text)).status == 303
    run = site.end()
    after = state(mailer.folder)
    del before[COUNTER], after[COUNTER]
    assert after == before  # the people's database has seen nothing of it
    assert "/q/" not in run.err
    [path] = (mailer.folder / "subscribers/answers").glob("*.db")
    with sqlite3.connect(path) as opened:
        columns = {row[1] for row in opened.execute("PRAGMA table_info(answer)")}
        keys = [row[0] for row in opened.execute("SELECT id FROM answer")]
        [(day, people)] = opened.execute("SELECT day, people FROM day_count")
    assert columns == {"id", "question", "value"}
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 16 for key in keys)  # 128 random bits each: no two rows are of one person
    assert people == 3
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)
