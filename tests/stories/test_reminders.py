"""Reminders: only to those who have not answered, listed nowhere; counts once the questionnaire is closed."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.hosted import Serving, mails, on_a_free_port, serving
from tests.cli.section import bring, figures, table
from tests.stories.test_ballots import QUESTIONS, SLUG

PEOPLE = 50
ANSWERED = 24
AGAIN = "rappel"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Mailer, Serving]]:
    """Fifty people with a ballot each, and a reminder that is written."""
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    on_a_free_port(mailer)
    bring(mailer, PEOPLE)
    front = 'sample = true\nquestionnaire = "questionnaire.toml"\n'
    mailer.campaign(SLUG, "[Je réponds](questionnaire:){.button}", front)
    mailer.write(f"campaigns/{SLUG}/questionnaire.toml", QUESTIONS.format(mode="ballot"))
    mailer.campaign(AGAIN, "[Je réponds](questionnaire:)", f'sample = true\nquestionnaire = "{SLUG}"\n')
    assert mailer("send", SLUG, "--yes").code == 0
    with serving(mailer) as site:
        yield mailer, site


def ballots(pages: dict[str, str], site: Serving) -> dict[str, str]:
    return {
        email: re.findall(rf"{site.address}/q/[\w./-]+", page)[0]
        for email, page in pages.items()
        if "/q/" in page
    }


def answer(site: Serving, links: dict[str, str], count: int) -> set[str]:
    chosen = sorted(links)[:count]
    for email in chosen:
        assert site.ask(links[email], [("avis", "1"), ("form.step", "send")]).status == 303
    return set(chosen)


def test_only_who_has_not_answered(there: tuple[Mailer, Serving]) -> None:
    mailer, site = there
    links = ballots(mails(mailer), site)
    answered = answer(site, links, ANSWERED)
    for path in (mailer.folder / "subscribers/outbox").rglob("*.eml"):
        path.unlink()
    assert mailer("send", AGAIN, "--only-unanswered", SLUG, "--yes").code == 0
    again = mails(mailer)
    assert set(again) == set(links) - answered
    assert ballots(again, site) == {email: links[email] for email in again}  # the very same ballot
    assert figures(mailer, AGAIN)["sent"] == PEOPLE - ANSWERED
    one = sorted(again)[0]
    said = mailer("subscribers", "show", one, "--json").json
    assert [delivery["campaign"] for delivery in said["deliveries"]] == [SLUG]  # reminded: listed nowhere
    assert mailer("send", AGAIN, "--top-up", "--yes").code == 2
    assert mailer("send", AGAIN, "--only-unanswered", SLUG).code == 0  # already sent, nothing to do
    assert mailer("questionnaire", "close", SLUG, "--yes").code == 0
    with sqlite3.connect(mailer.folder / "subscribers/mailer.db") as opened:
        kept = opened.execute(
            "SELECT count(*) FROM delivery d JOIN campaign c ON c.public_id = d.campaign WHERE c.slug = ?",
            [AGAIN],
        ).fetchone()
        assert kept == (0,)
    assert figures(mailer, AGAIN)["sent"] == PEOPLE - ANSWERED  # the count stays


def test_no_number_tells_who_has_answered(there: tuple[Mailer, Serving]) -> None:
    """Lists that differ by one person; a domain whose people are few; asked as often as one likes."""
    mailer, site = there
    links = ballots(mails(mailer), site)
    answer(site, links, ANSWERED)
    table(mailer, "lists.but-one", 'title = "But one"\nlegal_basis = "consent"\nreason = "…"')
    one = sorted(links)[-1]
    mailer.write("others.csv", "\n".join(["email", *sorted(set(links) - {one})]) + "\n")
    assert mailer("subscribers", "import", "others.csv", "--list", "but-one", "--yes").code == 0
    front = f'sample = true\nquestionnaire = "{SLUG}"\n'
    mailer.campaign("sauf-une", "[Je réponds](questionnaire:)", front, lists='["but-one"]')
    run = mailer("send", "sauf-une", "--only-unanswered", SLUG, "--dry-run")
    assert (run.code, "other lists" in run.err, "sample" in run.err) == (4, True, True)
    assert str(PEOPLE - ANSWERED - 1) not in run.err
    run = mailer("send", AGAIN, "--only-unanswered", SLUG, "--dry-run")
    assert run.code == 0
    assert f"example.org {PEOPLE}" in run.err  # of the list, whoever has answered
    assert not re.search(rf"\b({ANSWERED}|{PEOPLE - ANSWERED})\b", run.out + run.err)
    assert mailer("send", AGAIN, "--only-unanswered", SLUG, "--yes").code == 0
    report = mailer("report", AGAIN, "--json").json
    assert (report["sent"], report["domains"]) == (PEOPLE - ANSWERED, None)
    assert "example.org" not in mailer("report", AGAIN).out
    assert mailer("report", SLUG, "--json").json["domains"]


@pytest.mark.parametrize("count", [5, PEOPLE - 5])
def test_refused_where_it_would_tell_who_has_answered(there: tuple[Mailer, Serving], count: int) -> None:
    mailer, site = there
    answer(site, ballots(mails(mailer), site), count)
    for words in (("--dry-run",), ("--yes",)):
        run = mailer("send", AGAIN, "--only-unanswered", SLUG, *words)
        assert (run.code, "fewer than 20 people" in run.err) == (4, True)
        assert not re.search(r"\b(5|45)\b", run.err)
    assert mailer("status", AGAIN).code == 2  # nothing was launched


def test_what_cannot_be_reminded_of(there: tuple[Mailer, Serving]) -> None:
    mailer, _ = there
    assert mailer("check", AGAIN).code == 0
    unsent = mailer("send", AGAIN, "--only-unanswered", "nope", "--yes")
    assert (unsent.code, 'questionnaire = "nope"' in unsent.err) == (2, True)
    mailer.campaign("ailleurs", "[Je réponds](questionnaire:)", 'sample = true\nquestionnaire = "nope"\n')
    run = mailer("check", "ailleurs")
    assert run.code == 3
    assert "there is no campaign 'nope' with a questionnaire file" in run.out
    assert mailer("questionnaire", "close", SLUG, "--yes").code == 0
    run = mailer("send", AGAIN, "--only-unanswered", SLUG, "--yes")
    assert (run.code, "is closed" in run.err) == (4, True)
    assert mailer("send", AGAIN, "--only-unanswered", SLUG, "--amend").code == 2


def test_an_open_questionnaire_knows_nobody(tmp_path: Path) -> None:
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    bring(mailer, 3)
    front = 'sample = true\nquestionnaire = "questionnaire.toml"\n'
    mailer.campaign(SLUG, "[Je réponds](questionnaire:)", front)
    mailer.write(f"campaigns/{SLUG}/questionnaire.toml", QUESTIONS.format(mode="open"))
    mailer.campaign(AGAIN, "[Je réponds](questionnaire:)", f'sample = true\nquestionnaire = "{SLUG}"\n')
    early = mailer("send", AGAIN, "--yes")
    assert (early.code, f"{SLUG} was not sent yet" in early.err) == (2, True)
    assert mailer("send", SLUG, "--yes").code == 0
    run = mailer("send", AGAIN, "--only-unanswered", SLUG, "--yes")
    assert (run.code, "only a questionnaire with ballots" in run.err) == (2, True)
    assert mailer("send", AGAIN, "--yes").code == 0  # to everybody, it leads there all the same
    assert figures(mailer, AGAIN)["sent"] == 3
