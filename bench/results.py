"""Results of a questionnaire that 100,000 people have answered: a look, and one that publishes a step."""

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.rows import Row
from mailer.ballots.answering import read_answers
from mailer.ballots.model import Questionnaire
from mailer.ballots.reading import read_questionnaire
from mailer.results.page import sections
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from mailer.wiring.publishing import results

PEOPLE = 100_000
_MOST_MS = 50.0
_CAMPAIGN, _DAY = "k7qk2m4xea", "2026-11-26"
_NOW, _ZONE = datetime(2026, 11, 26, 12, tzinfo=UTC), ZoneInfo("Europe/Paris")
_FILE = Path(__file__).parents[1] / "campaigns/relation-clients/questionnaire.toml"


def measure() -> list[Row]:
    """Milliseconds of a page as everybody sees it, from the box to its HTML; and of the first look."""
    asked, _ = read_questionnaire(_FILE.read_text("utf-8"), _FILE.name)
    assert asked is not None
    with tempfile.TemporaryDirectory() as folder:
        answers = Answers(FileBoxes(Path(folder)))
        _fill(answers, Path(folder), asked)

        def look() -> str:
            found = results(answers, _CAMPAIGN, asked, _NOW, _ZONE, "fr")
            assert found.people == PEOPLE
            return str(sections(found, "CGT Exemple", "fr"))

        first = _ms(look)
        page = statistics.median(_ms(look) for _ in range(15))
    return [
        (f"results: page of {PEOPLE:,} answers", page, "ms", f"≤ {_MOST_MS:g}", page <= _MOST_MS),
        ("results: the look that publishes a step", first, "ms", "", True),
    ]


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _fill(answers: Answers, folder: Path, asked: Questionnaire) -> None:
    """Rows straight into the box: one by one, each answer would write the file anew now and then."""
    answers.add(_CAMPAIGN, [], _DAY)
    with closing(sqlite3.connect(folder / f"{_CAMPAIGN}.db")) as box:
        box.executemany("INSERT INTO answer (id, question, value) VALUES (?, ?, ?)", _rows(asked))
        box.execute("UPDATE day_count SET people = ?", [PEOPLE])
        box.commit()


def _rows(asked: Questionnaire) -> Iterator[tuple[bytes, str, str]]:
    dice = random.Random(5)
    for _ in range(PEOPLE):
        form = [
            (question.id, dice.choice(list(question.offered)))
            for question in asked.questions
            if question.offered
        ]
        for name, value in read_answers(asked, form).rows:
            yield dice.randbytes(16), name, value
