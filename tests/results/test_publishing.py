"""Published in steps: nothing below k, and no two looks whose difference is a few people (Q8)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailer.ballots.model import Questionnaire
from mailer.results.figures import Results
from mailer.results.publication import read, write
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from mailer.wiring.publishing import look, readable, results
from tests.ballots.questionnaires import HEAD, questionnaire

CAMPAIGN, DAY = "k7qk2m4xea", "2026-11-26"
NOW, ZONE = datetime(2026, 11, 26, 12, tzinfo=UTC), ZoneInfo("Europe/Paris")
ASKED = questionnaire(
    HEAD
    + '[[question]]\nid = "avis"\nkind = "single"\ntext = "Ça va ?"\noptions = ["oui", "non"]\n'
    + '[[question]]\nid = "mot"\nkind = "text"\ntext = "Un mot"\n'
)


def answer(answers: Answers, count: int, value: str = "oui", **more: str) -> None:
    for _ in range(count):
        answers.add(CAMPAIGN, [("avis", value), *more.items()], DAY)


def seen(answers: Answers, asked: Questionnaire = ASKED) -> Results:
    return results(answers, CAMPAIGN, asked, NOW, ZONE, "fr")


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(FileBoxes(tmp_path))


def test_nothing_below_k_then_in_steps(answers: Answers) -> None:
    answer(answers, 4)
    assert (seen(answers).people, seen(answers).questions) == (0, ())
    answer(answers, 1)
    assert seen(answers).people == 5
    for _ in range(4):
        answer(answers, 1)
        assert seen(answers).people == 5
    answer(answers, 1)
    assert seen(answers).people == 10


def test_closed_the_last_few_stay_out(answers: Answers) -> None:
    answer(answers, 5)
    assert seen(answers).people == 5
    answer(answers, 3)
    answers.close(CAMPAIGN)
    last = seen(answers)
    assert (last.people, last.late, last.closed) == (5, 3, True)


def test_closed_before_anybody_looked_all_are_in(answers: Answers) -> None:
    answer(answers, 8)
    answers.close(CAMPAIGN)
    last = seen(answers)
    assert (last.people, last.late) == (8, 0)


def test_closed_by_its_date_too(answers: Answers) -> None:
    asked = questionnaire(
        "closes = 2026-11-01\n" + HEAD + '[[question]]\nid = "avis"\nkind = "yes-no"\ntext = "?"\n'
    )
    answers.add(CAMPAIGN, [("avis", "yes")], DAY)
    assert seen(answers, asked).closed
    assert seen(answers, asked).people == 0


def test_named_answers_are_shown_once_it_is_closed(answers: Answers) -> None:
    named = replace(ASKED, mode="named")
    answer(answers, 9)
    assert seen(answers, named).people == 0
    answers.close(CAMPAIGN)
    assert seen(answers, named).people == 9


def test_free_words_only_once_enough_are_there_and_somebody_chose(answers: Answers) -> None:
    answer(answers, 4, mot="Un mot")
    seen(answers)
    assert readable(answers, CAMPAIGN, ASKED) == []
    answer(answers, 1, mot="Des embauches")
    assert seen(answers).questions[1].words == ()
    words = readable(answers, CAMPAIGN, ASKED)
    assert sorted(one[2] for one in words) == ["Des embauches", *["Un mot"] * 4]
    answers.show_texts(CAMPAIGN, [one[0] for one in words if one[2] == "Des embauches"])
    assert seen(answers).questions[1].words == ("Des embauches",)


def test_many_look_at_once(answers: Answers) -> None:
    answer(answers, 12)
    ready = threading.Barrier(8)

    def one(_number: int) -> int:
        ready.wait()
        return seen(answers).people

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(one, range(8))) == {12}


def test_it_is_kept_as_it_was(answers: Answers) -> None:
    answer(answers, 7)
    answer(answers, 6, "non", mot="Ici")
    found = look(answers, CAMPAIGN, ASKED, NOW, ZONE).publication
    assert found is not None
    assert read(write(found)) == found


STEPS = st.lists(st.one_of(st.integers(1, 9), st.just("look"), st.just("close")), max_size=14)


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_over_any_sequence_of_looks_no_difference_is_a_few(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | str]
) -> None:
    answers = Answers(FileBoxes(tmp_path_factory.mktemp("box")))
    shown = [0]
    for step in steps:
        if isinstance(step, int):
            answer(answers, step)
        elif step == "close":
            answers.close(CAMPAIGN)
        else:
            shown.append(seen(answers).people)
    gaps = [later - earlier for earlier, later in pairwise(shown)]
    assert all(gap == 0 or gap >= ASKED.k for gap in gaps)
