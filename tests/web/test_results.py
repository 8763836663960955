"""/r/: what was published, the same for everybody; before that, when it will be."""

import pytest

from mailer.model import DRAFT_ID
from mailer.results.publishing import publish
from tests.ballots.questionnaires import HEAD, questionnaire
from tests.web.premises import CAMPAIGN, Premises, published, says

TEXT = HEAD + (
    '[[question]]\nid = "avis"\nkind = "single"\ntext = "Un <b>avis</b> ?"\noptions = ["<i>oui</i>", "non"]\n'
)
PATH = f"/r/{CAMPAIGN}"


@pytest.fixture
def premises() -> Premises:
    there = Premises(published(questionnaire=TEXT))
    tallies = {("avis", "<i>oui</i>"): 12, ("avis", "non"): 8}
    there.desk.publications[CAMPAIGN] = publish(questionnaire(TEXT), tallies, 20, {}, None)
    return there


def test_figures_and_a_drawing_of_them(premises: Premises) -> None:
    page = premises.visitor.get(PATH)
    assert page.status_code == 200
    assert page.text.count("<svg") == 1
    assert 'role="img"' in page.text
    assert "&lt;i&gt;oui&lt;/i&gt;" in page.text
    assert "<i>oui" not in page.text
    assert "<b>avis" not in page.text
    assert ">12<" in page.text
    assert "60\u00a0%" in page.text
    assert "<script" not in page.text
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    assert page.headers["x-robots-tag"] == "noindex"


def test_before_there_are_any(premises: Premises) -> None:
    premises.desk.publications.clear()
    page = premises.visitor.get(PATH)
    assert page.status_code == 200
    assert says(page, "Results appear here once at least {k} people have answered.", k=5)
    assert "<svg" not in page.text


def test_in_the_campaign_s_language() -> None:
    there = Premises(published(questionnaire=TEXT, language="en"))
    page = there.visitor.get(PATH, headers={"accept-language": "fr"})
    assert says(page, "Results appear here once at least {k} people have answered.", "en", k=5)


@pytest.mark.parametrize("path", ["/r/aaaaaaaaaa", "/r/x", f"{PATH}/1", "/r/"])
def test_of_nothing_there_is_none(premises: Premises, path: str) -> None:
    assert premises.visitor.get(path).status_code == 404


def test_of_a_test_neither(premises: Premises) -> None:
    assert says(premises.visitor.get(f"/r/{DRAFT_ID}"), "This is a test message")


def test_nobody_posts_and_nothing_is_logged(premises: Premises) -> None:
    premises.visitor.get(PATH)
    assert premises.log == []
    assert premises.visitor.post(PATH).status_code == 405
