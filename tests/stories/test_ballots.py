"""Ballots from end to end: each member's own link, one answer each, nothing that tells whose; then closed."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.demo.visitor import Answer, filled
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from tests.cli.command import Mailer, body, letter
from tests.cli.hosted import Serving, mails, on_a_free_port, serving
from tests.cli.section import bring

SLUG = "vote"
PEOPLE = 6
QUESTIONS = """
title = "Les nouveaux horaires"
mode = "{mode}"
[[question]]
id = "avis"
kind = "single"
text = "Votre avis ?"
options = ["pour", "contre"]
[[question]]
id = "mot"
kind = "text"
text = "Un mot ?"
"""


def sent(folder: Path, mode: str) -> Mailer:
    mailer = Mailer(folder=folder)
    assert mailer("init").code == 0
    on_a_free_port(mailer)
    bring(mailer, PEOPLE)
    front = 'sample = true\nquestionnaire = "questionnaire.toml"\n'
    mailer.campaign(SLUG, "[Je réponds](questionnaire:){.button}", front)
    mailer.write(f"campaigns/{SLUG}/questionnaire.toml", QUESTIONS.format(mode=mode))
    assert mailer("check", SLUG).code == 0
    assert mailer("send", SLUG, "--yes").code == 0
    return mailer


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Mailer, Serving]]:
    mailer = sent(tmp_path, "ballot")
    with serving(mailer) as site:
        yield mailer, site


def ballots(mailer: Mailer, site: Serving) -> dict[str, str]:
    """The one link to the questionnaire in the mail of each person, the same in both of its parts."""
    found = {}
    for email, page in mails(mailer).items():
        links = set(re.findall(rf"{site.address}/q/[\w./-]+", page))
        assert len(links) == 1
        found[email] = links.pop()
    return found


def written(mailer: Mailer) -> list[str]:
    """Every mail that left, whoever it was for."""
    outbox = (mailer.folder / "subscribers/outbox").rglob("*.eml")
    return [body(letter(path), "html") for path in sorted(outbox)]


def cast(site: Serving, link: str) -> Answer:
    """As somebody in a hurry: the form, the review, the last button."""
    review = site.ask(link, filled(site.ask(link).text))
    return site.ask(link, filled(review.text)) if review.status == 200 else review


def box(mailer: Mailer) -> Path:
    [path] = (mailer.folder / "subscribers/answers").glob("*.db")
    return path


def test_each_member_answers_once_and_nothing_says_who(there: tuple[Mailer, Serving]) -> None:
    mailer, site = there
    links = ballots(mailer, site)
    assert len(set(links.values())) == PEOPLE
    assert not any("/l/" in page for page in mails(mailer).values())
    *answering, silent = links.values()
    assert [cast(site, link).status for link in answering] == [303] * (PEOPLE - 1)
    assert [cast(site, link).status for link in answering] == [409] * (PEOPLE - 1)
    assert site.ask(silent).status == 200
    assert site.ask(silent.rpartition("/")[0]).status == 403
    run = site.end()
    with sqlite3.connect(box(mailer)) as opened:
        assert opened.execute("SELECT count(*) FROM spent").fetchone() == (PEOPLE - 1,)
        assert opened.execute("SELECT count(*) FROM named").fetchone() == (0,)
        assert opened.execute("SELECT count(*) FROM answer").fetchone() == (2 * (PEOPLE - 1),)
    kept = b"".join(
        path.read_bytes()
        for path in (mailer.folder / "subscribers").rglob("*")
        if path.is_file() and "outbox" not in path.parts  # the mails themselves, on their way
    )
    for link in links.values():
        ballot = link.rpartition("/")[2]
        assert ballot.encode() not in kept
        assert ballot not in run.err
    content = box(mailer).read_bytes()
    assert b"127.0.0.1" not in content
    for email in links:
        assert email.encode() not in content
        assert email not in run.err
    assert "/q/" not in run.err
    assert "127.0.0.1" not in run.err.partition("Ctrl-C ends it.")[2]  # where it listens, and nobody else
    with sqlite3.connect(mailer.folder / "subscribers/mailer.db") as opened:
        [(readings,)] = opened.execute("SELECT sum(clicks) FROM click_count")
    assert readings == 2 * (PEOPLE - 1) + 1  # pages read through a ballot, and no more of it


def test_another_campaign_s_ballot_opens_nothing(there: tuple[Mailer, Serving]) -> None:
    mailer, site = there
    one, other, *_ = ballots(mailer, site).values()
    mailer.campaign("autre", "[Je réponds](questionnaire:)", 'sample = true\nquestionnaire = "q.toml"\n')
    mailer.write("campaigns/autre/q.toml", QUESTIONS.format(mode="ballot"))
    assert mailer("send", "autre", "--yes").code == 0
    found = {link for page in written(mailer) for link in re.findall(rf"{site.address}/q/[\w./-]+", page)}
    assert len(found) == 2 * PEOPLE
    address, _, ballot = one.rpartition("/")
    [foreign] = {link.rpartition("/")[0] for link in found} - {address}
    assert site.ask(f"{address}/{ballot[:-1]}").status == 404
    assert site.ask(f"{foreign}/{ballot}").status == 404
    assert site.ask(f"{address}/{other.rpartition('/')[2]}").status == 200


def test_closed_by_hand_while_somebody_fills_it_in(there: tuple[Mailer, Serving]) -> None:
    mailer, site = there
    one, other, *_ = ballots(mailer, site).values()
    assert cast(site, one).status == 303
    form = site.ask(other)
    key = re.search(rb"key([0-9a-f]{64})", box(mailer).read_bytes())
    assert key is not None
    refused = mailer("questionnaire", "close", SLUG)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    run = mailer("questionnaire", "close", SLUG, "--yes")
    assert (run.code, run.out) == (0, "")
    assert "Closed with 1 answer." in run.err
    late = site.ask(other, [*filled(form.text), ("form.step", "send")])
    assert late.status == 410
    assert "pour" in late.text
    assert site.ask(one).status == 200
    assert "takes no more answers" in site.ask(one).text or "ne prend plus" in site.ask(one).text
    assert "closed already" in mailer("questionnaire", "close", SLUG).err
    with sqlite3.connect(box(mailer)) as opened:
        assert opened.execute("SELECT count(*) FROM answer").fetchone() == (2,)
        assert opened.execute("SELECT count(*) FROM spent").fetchone() == (0,)
    assert key[1] not in box(mailer).read_bytes()


def test_who_comes_after_the_closing_has_no_ballot(there: tuple[Mailer, Serving]) -> None:
    mailer, site = there
    assert mailer("questionnaire", "close", SLUG, "--yes").code == 0
    assert mailer("subscribers", "add", "zoe@example.org", "--list", "sample").code == 0
    assert mailer("send", SLUG, "--top-up", "--yes").code == 0
    link = ballots(mailer, site)["zoe@example.org"]
    assert re.fullmatch(rf"{site.address}/q/\w+", link)
    assert site.ask(link).status == 200


def test_a_named_answer_is_stored_with_its_member(tmp_path: Path) -> None:
    mailer = sent(tmp_path, "named")
    with serving(mailer) as site:
        one, *_ = ballots(mailer, site).values()
        assert "avec votre nom" in site.ask(one).text
        assert [cast(site, one).status, cast(site, one).status] == [303, 409]
    with sqlite3.connect(box(mailer)) as opened:
        [(subscriber,)] = opened.execute("SELECT DISTINCT subscriber FROM named")
    with sqlite3.connect(mailer.folder / "subscribers/mailer.db") as opened:
        assert opened.execute("SELECT 1 FROM subscriber WHERE id = ?", [subscriber]).fetchone() == (1,)


def test_what_people_were_told_holds(tmp_path: Path) -> None:
    """Q7: another text may mend words; not the mode, nor what may be answered once somebody has."""
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    bring(mailer, PEOPLE)
    mailer.campaign(SLUG, "[Je réponds](questionnaire:)", 'sample = true\nquestionnaire = "q.toml"\n')
    file = f"campaigns/{SLUG}/q.toml"
    mailer.write(file, QUESTIONS.format(mode="open"))
    assert mailer("send", SLUG, "--yes", "--limit", "1").code == 0
    assert mailer("pause", SLUG).code == 0
    mailer.write(file, QUESTIONS.format(mode="ballot"))
    run = mailer("send", SLUG, "--amend", "--yes")
    assert (run.code, "its mode is open" in run.err) == (4, True)
    answers = Answers(FileBoxes(tmp_path / "subscribers/answers"))
    answers.add(mailer("status", SLUG, "--json").json["id"], [("avis", "pour")], "2026-11-26")
    mailer.write(file, QUESTIONS.format(mode="open").replace('"contre"', '"contre", "sans avis"'))
    run = mailer("send", SLUG, "--amend", "--yes")
    assert (run.code, "'avis'" in run.err) == (4, True)
    mailer.write(file, QUESTIONS.format(mode="open").replace("Votre avis ?", "Et vous, qu’en pensez-vous ?"))
    assert mailer("send", SLUG, "--amend", "--yes").code == 0
