"""The review: what would be stored and what would not, and nothing is before the second POST."""

import pytest
from httpx import Response

from tests.ballots.questionnaires import FULL, HEAD, WORDS
from tests.web.forms import Form
from tests.web.premises import CAMPAIGN, Premises, published, says

PATH = f"/q/{CAMPAIGN}"
FORM = {
    "avis": "1",
    "motifs": ["1", "other"],
    "motifs.other": "le bruit",
    "mot": "courage",
    "charge": "8",
    "sur-site": "yes",
    "age": " 012",
    "ordre.1": "2",
    "ordre.3": "1",
    "lieux.1": "3",
}
ROWS = (
    ("avis", "améliorer"),
    ("charge", "8"),
    ("sur-site", "yes"),
    ("age", "12"),
    ("ordre.1", "santé"),
    ("ordre.2", "salaires"),
    ("lieux.1", "mal"),
    ("avis×sur-site", '["améliorer", "yes"]'),
    ("charge×avis", '["8", "améliorer"]'),
)
HOSTILE = "</textarea><script>alert(1)</script>\"'&\n{{ 7*7 }}"


@pytest.fixture
def premises() -> Premises:
    return Premises(published(questionnaire=FULL))


def press(premises: Premises, page: Response, step: str) -> Response:
    """Press a button of the review, as a browser does."""
    form = Form(page.text)
    assert ("form.step", step) in form.buttons
    answer: Response = premises.visitor.post(PATH, data={**form.kept(), "form.step": step})
    return answer


def test_the_first_post_shows_and_stores_nothing(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data=FORM)
    assert page.status_code == 200
    assert premises.desk.answers == []
    assert "set-cookie" not in page.headers
    assert says(page, "Nothing was stored yet: read your answers again")
    assert {one.type for one in Form(page.text).fields} == {"hidden"}


def test_all_that_will_be_stored_is_shown(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data=FORM)
    kept, *_rest = page.text.partition("Ce qui ne sera pas enregistré")
    for answer in ("améliorer", "8", "Oui", "12", "1. santé", "2. salaires", "les bureaux → mal"):
        assert f"<dd>{answer}</dd>" in kept
    assert "<dd>améliorer + Oui</dd>" in kept
    assert "<dd>8 + améliorer</dd>" in kept
    assert says(page, "Questions {one} and {other}", one=1, other=5)


def test_what_will_be_dropped_is_shown_with_its_condition(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data=FORM)
    _kept, _title, dropped = page.text.partition("Ce qui ne sera pas enregistré")
    for answer in ("salaires", "le bruit", "courage"):
        assert f"<s>{answer}</s>" in dropped
    assert "Seulement si vous avez répondu «\u00a0dégrader\u00a0» à la question 1\u00a0:" in dropped
    assert (
        "Seulement si vous avez répondu «\u00a0salaires\u00a0» ou «\u00a0santé\u00a0» à la question 2"
        in dropped
    )


def test_sent_from_there_it_is_stored_as_it_was_shown(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data=FORM)
    done = press(premises, page, "send")
    assert (done.status_code, done.headers["location"]) == (303, "?done")
    assert premises.desk.answers == [(CAMPAIGN, ROWS)]


def test_changed_from_there_the_form_comes_back_as_it_was(premises: Premises) -> None:
    page = press(premises, premises.visitor.post(PATH, data=FORM), "change")
    assert page.status_code == 200
    kept = {name: value if isinstance(value, list) else [value] for name, value in FORM.items()}
    assert Form(page.text).kept() == {**kept, "age": ["012"]}
    assert premises.desk.answers == []
    again = premises.visitor.post(PATH, data=Form(page.text).kept())
    assert again.status_code == 200
    assert says(again, "What will be stored")


@pytest.mark.parametrize(
    "steps", [[], ["SEND"], ["send", "send"], ["send", "change"], ["1"], [""]], ids="+".join
)
def test_nothing_but_the_button_confirms(premises: Premises, steps: list[str]) -> None:
    page = premises.visitor.post(PATH, data={"avis": "1", "form.step": steps})
    assert page.status_code == 200
    assert premises.desk.answers == []


def test_a_form_with_a_fault_is_not_confirmed(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data={"avis": "9", "form.step": "send"})
    assert page.status_code == 422
    assert premises.desk.answers == []


def test_only_dropped_answers_are_nothing_to_send(premises: Premises) -> None:
    page = premises.visitor.post(PATH, data={"motifs": "1", "form.step": "send"})
    assert page.status_code == 422
    assert says(page, "You have not answered any question yet.")


@pytest.mark.parametrize("value", ["9", HOSTILE, "x" * 20_000, "a\x00b\u202e"])
def test_what_a_hidden_question_brings_does_no_harm(premises: Premises, value: str) -> None:
    page = premises.visitor.post(PATH, data={"avis": "1", "motifs.other": value, "mot": value})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert press(premises, page, "send").status_code == 303
    assert premises.desk.answers == [(CAMPAIGN, (("avis", "améliorer"),))]


def test_markup_is_text_and_comes_through_whole() -> None:
    premises = Premises(published(questionnaire=HEAD + WORDS.replace("max = 20", "max = 200")))
    page = premises.visitor.post(PATH, data={"mot": HOSTILE})
    assert "<script" not in page.text
    assert press(premises, page, "send").status_code == 303
    assert premises.desk.answers == [(CAMPAIGN, (("mot", HOSTILE),))]


def test_it_closes_while_somebody_reads_their_answers_again() -> None:
    premises = Premises(published(questionnaire="closes = 2026-11-24T12:00:00Z\n" + FULL))
    page = premises.visitor.post(PATH, data=FORM)
    premises.now = premises.now.replace(hour=13)
    for step in ("send", "change"):
        late = press(premises, page, step)
        assert late.status_code == 410
        assert "<dd>les bureaux → mal</dd>" in late.text
        assert "<dd>1. santé</dd>" in late.text
    assert premises.desk.answers == []


def test_the_longest_answers_fit_into_the_second_post_too() -> None:
    words = "".join(WORDS.replace("mot", f"m{at}").replace("20", "5000") for at in range(4))
    premises = Premises(published(questionnaire=HEAD + words))
    page = premises.visitor.post(PATH, data={f"m{at}": "😀" * 5000 for at in range(4)})
    assert page.status_code == 200
    assert press(premises, page, "send").status_code == 303
