"""docs/contract.md against the code: the questionnaire's keys, kinds, rows and limits."""

import pytest

from mailer.ballots import schema
from mailer.ballots.answering import read_answers
from mailer.ballots.conditions import DEEPEST
from mailer.ballots.model import Kind
from mailer.ballots.rules import USES
from tests.ballots.questionnaires import FULL, questionnaire
from tests.docs.pages import bare, column, spans, table
from tests.docs.test_contract import CONTRACT, walked

KINDS = table(CONTRACT, "Questionnaire", "kind")
# An answer to each question of FULL, as a browser sends them.
FORM = [
    ("avis", "2"),
    ("motifs", "1"),
    ("motifs.other", "le bruit"),
    ("mot", "courage"),
    ("charge", "8"),
    ("sur-site", "yes"),
    ("age", "12"),
    ("ordre.2", "1"),
    ("ordre.1", "2"),
    ("lieux.1", "3"),
    ("lieux.2", "1"),
]


def test_keys() -> None:
    assert table(CONTRACT, "Questionnaire", "key") == list(walked(schema.QUESTIONNAIRE))


def test_kinds_and_their_keys() -> None:
    assert column(KINDS) == [str(kind) for kind in (Kind(one) for one in schema.KINDS)]
    assert {bare(kind): set(spans(keys)) for kind, keys, _ in KINDS} == USES


@pytest.mark.parametrize("kind, told", [(bare(kind), rows) for kind, _, rows in KINDS])
def test_rows(kind: str, told: str) -> None:
    asked = questionnaire(FULL)
    (question,) = (one for one in asked.questions if one.kind == kind)
    rows = read_answers(asked, FORM).rows
    named = {one.replace("<id>", question.id) for one in spans(told) if one.startswith("<id>")}
    found = {name for name, _ in rows if name.split(".")[0] == question.id}
    assert found
    assert found <= named
    assert kind == "single" or found == named


def test_crossings() -> None:
    rows = dict(read_answers(questionnaire(FULL), FORM).rows)
    assert rows["avis×sur-site"] == '["dégrader", "yes"]'


def test_limits() -> None:
    limits = [
        schema.MOST_OPTIONS,
        schema.MOST_RANKED,
        schema.MOST_COLUMNS,
        schema.MOST_ROWS,
        schema.STEPS,
        schema.LONGEST_OPTION,
        schema.LONGEST_TEXT,
        schema.MOST_CROSSTABS,
        DEEPEST,
    ]
    assert [row[1] for row in table(CONTRACT, "Questionnaire", "limit")] == [f"{one:,}" for one in limits]
