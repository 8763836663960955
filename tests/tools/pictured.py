"""An invented section whose pages are photographed: a campaign that was sent, its clicks, its answers."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailer.ballots.answering import read_answers
from mailer.ballots.model import Kind, Questionnaire
from mailer.ballots.reading import read_questionnaire
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from tests.cli.command import Mailer
from tests.cli.hosted import on_a_free_port, serving

SLUG = "relation-clients"
PEOPLE = 412
DAYS = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26")
CLICKS = ((1, (131, 58, 24, 12), (37, 6, 2, 1)),)  # number of the link; people and machines, day by day
ANSWERS = (88, 41, 17, 6)


@contextmanager
def pictured(folder: Path) -> Iterator[dict[str, str]]:
    """The addresses of the pages: the questionnaire, its results and the report."""
    mailer = Mailer(folder=folder)
    assert mailer("init").code == 0
    on_a_free_port(mailer)
    domains = ("example.org", "example.com", "example.net")
    rows = "".join(f"membre{at}@{domains[at % 3]};Prénom{at}\n" for at in range(PEOPLE))
    mailer.write("people.csv", "email;prénom\n" + rows)
    assert mailer("subscribers", "import", "people.csv", "--list", "sample", "--yes").code == 0
    assert mailer("send", SLUG, "--yes").code == 0
    public_id = str(mailer("status", SLUG, "--json").json["id"])
    _happened(folder, public_id)
    assert mailer("report", SLUG, "--html", "report.html", LANGUAGE="fr").code == 0
    with serving(mailer) as site:
        yield {
            "questionnaire": f"{site.address}/q/{public_id}",
            "results": f"{site.address}/r/{public_id}",
            "report": (folder / "report.html").as_uri(),
        }


def _happened(folder: Path, public_id: str) -> None:
    """What three days bring: clicks, a few refusals, answers."""
    with sqlite3.connect(folder / "subscribers/mailer.db") as database:
        for number, clicks, machines in CLICKS:
            database.executemany(
                "INSERT INTO click_count (campaign, number, day, clicks, machines) VALUES (?, ?, ?, ?, ?)",
                [(public_id, number, *row) for row in zip(DAYS, clicks, machines, strict=True)],
            )
        people = [row[0] for row in database.execute("SELECT subscriber FROM delivery ORDER BY subscriber")]
        for subscriber, state, reason in [
            *((one, "refused", "mailbox") for one in people[:14]),
            *((one, "unknown", "network") for one in people[14:16]),
        ]:
            database.execute(
                "UPDATE delivery SET state = ?, reason = ? WHERE subscriber = ?", [state, reason, subscriber]
            )
    text = (folder / f"campaigns/{SLUG}/questionnaire.toml").read_text(encoding="utf-8")
    questions, _ = read_questionnaire(text, "questionnaire.toml")
    assert questions is not None
    answers, dice = Answers(FileBoxes(folder / "subscribers/answers")), random.Random(3)
    for day, count in zip(DAYS, ANSWERS, strict=True):
        for _ in range(count):
            answers.add(public_id, _answered(dice, questions), day)


def _answered(dice: random.Random, questions: Questionnaire) -> list[tuple[str, str]]:
    """One person's rows: something to each question where one chooses, the first choices more often."""
    form: list[tuple[str, str]] = []
    for question in questions.questions:
        offered = list(question.offered)
        if not offered or dice.random() < 0.06:
            continue
        weights = [len(offered) + 2 - at for at in range(len(offered))]
        most = min(question.maximum, 3) if question.kind is Kind.MULTIPLE else 1
        chosen = {dice.choices(offered, weights)[0] for _ in range(most)}
        form += [(question.id, value) for value in sorted(chosen)]
    return list(read_answers(questions, form).rows)
