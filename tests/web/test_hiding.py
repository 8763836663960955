"""The rules that hide what is not asked: for browsers that know them, on the screen alone."""

import base64
import hashlib
import re

from mailer.web.hiding import rules_of
from tests.ballots.questionnaires import ALL, FULL, HEAD, SINGLE, WORDS, questionnaire
from tests.web.premises import CAMPAIGN, Premises, published, says

PATH = f"/q/{CAMPAIGN}"


def test_each_condition_hides_its_question() -> None:
    asked = questionnaire(HEAD + SINGLE + WORDS + 'if = { avis = ["dégrader", "sans avis"] }\n')
    assert rules_of(asked) == (
        "@supports selector(:has(*)){@media screen{"
        "form:not(:has(#avis-2:checked,#avis-3:checked)) .q2{display:none}}}"
    )


def test_what_a_question_depends_on_hides_it_too() -> None:
    """Its box keeps its tick where it is hidden."""
    rules = rules_of(questionnaire(FULL))
    assert "form:not(:has(#motifs-1:checked,#motifs-3:checked)) .q3{display:none}" in rules
    assert "form:not(:has(#avis-2:checked)) .q3{display:none}" in rules
    assert "form:not(:has(#charge-9:checked,#charge-10:checked,#charge-11:checked)) .q8" in rules
    assert rules.count("{display:none}") == 5


def test_the_policy_allows_the_rules_of_this_page_alone() -> None:
    premises = Premises(published(questionnaire=FULL))
    page = premises.visitor.get(PATH)
    styles = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert len(styles) == 2
    assert styles[1] == rules_of(questionnaire(FULL))  # escaping has changed nothing of it
    for style in styles:
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    review = premises.visitor.post(PATH, data={"avis": "1"})
    assert review.text.count("<style>") == 1
    assert review.headers["content-security-policy"].count("sha256-") == 1


def test_without_conditions_there_are_no_rules() -> None:
    assert rules_of(questionnaire(ALL)) == ""
    assert Premises(published(questionnaire=ALL)).visitor.get(PATH).text.count("<style>") == 1


def test_the_page_says_each_condition_in_words() -> None:
    page = Premises(published(questionnaire=FULL)).visitor.get(PATH)
    assert says(page, "Only if you answered {answers}:", answers="«\u00a0dégrader\u00a0» à la question 1")
    steps = " ou ".join(f"«\u00a0{step}\u00a0»" for step in (8, 9, 10))
    both = f"«\u00a0Oui\u00a0» à la question 5 et {steps} à la question 4"
    assert says(page, "Only if you answered {answers}:", answers=both)
