"""Q7: what people were told of a questionnaire holds; words may be mended, questions added."""

import pytest

from mailer.ballots.frozen import forbidden
from tests.ballots.questionnaires import HEAD, questionnaire

FIRST = '[[question]]\nid = "avis"\nkind = "single"\ntext = "Votre avis ?"\noptions = ["pour", "contre"]\n'
SECOND = '[[question]]\nid = "charge"\nkind = "scale"\ntext = "La charge"\n'
THIRD = '[[question]]\nid = "mot"\nkind = "text"\ntext = "Un mot"\n'
BEFORE = HEAD + FIRST + SECOND


@pytest.mark.parametrize(
    "after, answered, expected",
    [
        (BEFORE, True, ""),
        (BEFORE.replace("Votre avis ?", "Et vous ?"), True, ""),
        (BEFORE + THIRD, True, ""),
        ("closes = 2026-12-24\n" + BEFORE, True, ""),
        ('mode = "ballot"\n' + BEFORE, False, "its mode is open"),
        ("k = 9\n" + BEFORE, False, ""),
        ("k = 9\n" + BEFORE, True, "under k = 5"),
        ('crosstabs = [["avis", "charge"]]\n' + BEFORE, True, "crosstabs"),
        (BEFORE.replace('"contre"', '"contre", "sans avis"'), False, ""),
        (BEFORE.replace('"contre"', '"contre", "sans avis"'), True, "'avis'"),
        (BEFORE + "max = 6\n", True, "'charge'"),
        (HEAD + FIRST, False, ""),
        (HEAD + FIRST, True, "in their order"),
        (HEAD + SECOND + FIRST, True, "in their order"),
        (BEFORE + 'if = { avis = "pour" }\n', True, "'charge'"),
    ],
)
def test_what_may_still_change(after: str, answered: bool, expected: str) -> None:
    found = [
        one.say("en") for one in forbidden(questionnaire(BEFORE), questionnaire(after), answered=answered)
    ]
    assert any(expected in one for one in found) if expected else found == []
