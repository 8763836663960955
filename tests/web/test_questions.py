"""/q/: the questions are shown, one post stores the answers once, and nobody is known."""

from datetime import timedelta

import pytest

from mailer.words import Text
from tests.ballots.questionnaires import (
    ALL,
    FULL,
    HEAD,
    MATRIX,
    MULTIPLE,
    NUMBER,
    RANK,
    SCALE,
    SINGLE,
    WORDS,
    YES_NO,
)
from tests.web.forms import Form
from tests.web.premises import CAMPAIGN, NOW, Premises, published, says

PATH = f"/q/{CAMPAIGN}"
SEND = {"form.step": "send"}  # what the review's button adds
GOOD = {"avis": "1", "motifs": ["2", "other"], "motifs.other": "la distance", "charge": "7", "mot": "Courage"}
ROWS = (
    ("avis", "améliorer"),
    ("motifs", "horaires"),
    ("motifs.other", "la distance"),
    ("charge", "7"),
    ("mot", "Courage"),
)


@pytest.fixture
def premises() -> Premises:
    return Premises(published(questionnaire=ALL))


# --- the form --------------------------------------------------------------------------------


def test_every_question_is_asked(premises: Premises) -> None:
    page = premises.visitor.get(PATH)
    assert page.status_code == 200
    form = Form(page.text)
    assert form.offered("avis") == ["1", "2", "3", ""]
    assert form.offered("motifs") == ["1", "2", "3", "other"]
    assert form.offered("charge") == [*map(str, range(11)), ""]
    assert [one.name for one in form.fields if one.type in {"text", "textarea"}] == ["motifs.other", "mot"]
    assert form.kept() == {}
    assert len(form.ids) == len(set(form.ids))
    assert {one.id for one in form.fields} == form.labelled


def test_every_kind_is_asked() -> None:
    form = Form(Premises(published(questionnaire=FULL)).visitor.get(PATH).text)
    assert form.offered("sur-site") == ["yes", "no", ""]
    assert form.offered("lieux.1") == form.offered("lieux.2") == ["1", "2", "3", ""]
    lists = [one for one in form.fields if one.type == "select"]
    assert [one.name for one in lists] == ["ordre.1", "ordre.2", "ordre.3"]
    assert [one.choices for one in lists] == [["", "1", "2", "3"]] * 3
    (number,) = (one for one in form.fields if one.name == "age")
    assert (number.type, number.described) == ("text", ("age-limit",))
    assert form.kept() == {}
    assert len(form.ids) == len(set(form.ids))
    assert {one.id for one in form.fields} == form.labelled


@pytest.mark.parametrize("accepted", ["fr", "en"])
def test_the_page_speaks_the_campaign_s_language(accepted: str) -> None:
    english = Premises(published(questionnaire=ALL, language="en"))
    page = english.visitor.get(PATH, headers={"accept-language": accepted})
    assert page.headers["content-language"] == "en"
    assert says(page, "Review my answers", "en")


def test_what_is_kept_is_said_on_the_form(premises: Premises) -> None:
    page = premises.visitor.get(PATH)
    assert says(
        page,
        "Your answers only, each apart from the others: no name, no code, no address of yours or of your "
        "device, no time finer than the day. Nothing keeps a person from answering several times.",
    )
    assert "anonym" not in page.text.lower()
    exception = (
        "One exception, to compare them: "
        "your answers to questions {one} and {other} are also stored together."
    )
    assert not says(page, exception, one=1, other=5)
    page = Premises(published(questionnaire=FULL)).visitor.get(PATH)
    assert says(page, exception, one=1, other=5)
    assert says(page, exception, one=4, other=1)


@pytest.mark.parametrize(
    "headers", [{}, {"sec-purpose": "prefetch"}, {"purpose": "prefetch"}], ids=["read", "prefetch", "older"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_stores_nothing(premises: Premises, method: str, headers: dict[str, str]) -> None:
    for query in ("", "?avis=1&mot=x", "?done"):
        answer = premises.visitor.request(method, PATH + query, headers=headers)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert premises.desk.answers == []


# --- an answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["urlencoded", "multipart"])
def test_answers_are_stored_once(premises: Premises, how: str) -> None:
    if how == "urlencoded":
        answer = premises.visitor.post(PATH, data={**GOOD, **SEND})
    else:
        parts = [("avis", "1"), ("motifs", "2"), ("motifs", "other"), ("motifs.other", "la distance")]
        parts += [("charge", "7"), ("mot", "Courage"), *SEND.items()]
        answer = premises.visitor.post(PATH, files=[(name, (None, value)) for name, value in parts])
    assert answer.status_code == 303
    assert answer.headers["location"] == "?done"  # relative: it names no host, whoever claims to be one
    assert premises.desk.answers == [(CAMPAIGN, ROWS)]
    for _reloaded in range(2):
        thanks = premises.visitor.get(PATH + "?done")
        assert says(thanks, "Your answers to “{title}” have been stored.", title="Votre avis")
    assert len(premises.desk.answers) == 1


def test_the_desk_is_told_neither_who_nor_when(premises: Premises) -> None:
    headers = {
        "cookie": "id=zoe",
        "referer": "https://lettre.example.org/u/token",
        "user-agent": "Zoé’s phone".encode(),
        "x-forwarded-for": "203.0.113.7",
        "accept-language": "de-CH",
        "authorization": "Basic em9lOnpvZQ==",
    }
    for _twice in range(2):  # in open mode nothing keeps a person from answering several times
        premises.visitor.post(PATH, data={**GOOD, **SEND}, headers=headers)
        premises.now += timedelta(hours=1)
    assert premises.desk.answers == [(CAMPAIGN, ROWS)] * 2
    assert premises.log == []


@pytest.mark.parametrize(
    "question, form, rows",
    [
        (SINGLE, {"avis": "3"}, [("avis", "sans avis")]),
        (
            SINGLE + "other = true\n",
            {"avis": "other", "avis.other": " Ni  l’un "},
            [("avis.other", "Ni l’un")],
        ),
        (SINGLE + "other = true\n", {"avis.other": "ni l’un"}, [("avis.other", "ni l’un")]),
        (MULTIPLE, {"motifs": ["3", "1"]}, [("motifs", "santé"), ("motifs", "salaires")]),
        (MULTIPLE, {"motifs": "1", "motifs.other": "x"}, [("motifs", "salaires"), ("motifs.other", "x")]),
        (SCALE, {"charge": "0"}, [("charge", "0")]),
        (SCALE, {"charge": "10"}, [("charge", "10")]),
        (WORDS, {"mot": " deux\r\nlignes "}, [("mot", "deux\nlignes")]),
        (WORDS, {"mot": "😀" * 20}, [("mot", "😀" * 20)]),
        (WORDS, {"mot": "=1+1"}, [("mot", "=1+1")]),  # guarded where it is exported
        (YES_NO, {"sur-site": "no"}, [("sur-site", "no")]),
        (NUMBER, {"age": " 012 "}, [("age", "12")]),
        (RANK, {"ordre.1": "", "ordre.2": "1"}, [("ordre.1", "horaires")]),
        (MATRIX, {"lieux.1": "1", "lieux.2": "3"}, [("lieux.1", "bien"), ("lieux.2", "mal")]),
    ],
)
def test_each_kind_of_question(question: str, form: dict[str, object], rows: list[tuple[str, str]]) -> None:
    premises = Premises(published(questionnaire=HEAD + question))
    assert premises.visitor.post(PATH, data={**form, **SEND}).status_code == 303
    assert premises.desk.answers == [(CAMPAIGN, tuple(rows))]


def test_what_is_left_is_no_answer(premises: Premises) -> None:
    """The last box of a question, "I prefer not to answer", sends an empty value."""
    premises.visitor.post(PATH, data={"avis": "", "charge": "", "motifs.other": " ", "mot": "oui", **SEND})
    assert premises.desk.answers == [(CAMPAIGN, (("mot", "oui"),))]


# --- closed, absent, broken ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "closes, is_open",
    [
        ("2026-11-24", True),  # a bare date closes at its end, in Paris
        ("2026-11-23", False),
        ("2026-11-24T10:00:01", True),
        ("2026-11-24T10:00:00", False),
        ("2026-11-24T09:00:01Z", True),
    ],
)
def test_it_closes(closes: str, is_open: bool) -> None:
    assert NOW.isoformat() == "2026-11-24T09:00:00+00:00"
    premises = Premises(published(questionnaire=f"closes = {closes}\n" + ALL))
    page = premises.visitor.get(PATH)
    assert page.status_code == 200
    assert bool(Form(page.text).fields) is is_open
    answer = premises.visitor.post(PATH, data={**GOOD, **SEND})
    assert answer.status_code == (303 if is_open else 410)
    assert len(premises.desk.answers) == (1 if is_open else 0)


def test_too_late_is_said_with_what_was_typed() -> None:
    premises = Premises(published(questionnaire="closes = 2026-11-23\n" + ALL))
    page = premises.visitor.post(PATH, data={**GOOD, "mot": "<b>tout</b>"})
    assert says(page, "This questionnaire is closed: it takes no more answers.")
    assert f'href="/r/{page.url.path.split("/")[2]}"' in page.text
    for answer in ("améliorer", "horaires", "la distance", "<dd>7</dd>", "&lt;b&gt;tout&lt;/b&gt;"):
        assert answer in page.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("questionnaire", ["", "title = "], ids=["none", "not readable"])
def test_a_campaign_without_a_questionnaire_has_no_page(questionnaire: str, method: str) -> None:
    premises = Premises(published(questionnaire=questionnaire))
    answer = premises.visitor.request(method, PATH, data=GOOD if method == "POST" else None)
    assert answer.status_code == 404
    assert answer.text == premises.visitor.get("/nothing-here").text
    assert premises.desk.answers == []


@pytest.mark.parametrize("name", ["aaaaaaaaaa", CAMPAIGN.upper(), "%00", "x" * 3000, f"{CAMPAIGN}/", "..%2f"])
def test_no_other_questionnaire(premises: Premises, name: str) -> None:
    assert premises.visitor.get(f"/q/{name}").status_code == 404
    assert premises.visitor.post(f"/q/{name}", data=GOOD).status_code == 404
    assert premises.desk.answers == []


def test_a_broken_store_is_said_and_nothing_passes_for_stored(premises: Premises) -> None:
    premises.visitor.get(PATH)
    premises.desk.broken = True
    page = premises.visitor.post(PATH, data={**GOOD, **SEND})
    assert page.status_code == 503
    assert says(page, "The site cannot answer just now")
    assert Text("Thank you").say("fr") not in page.text
    premises.desk.broken = False
    again = premises.visitor.post(PATH, data={**GOOD, **SEND})
    assert again.status_code == 303  # as a reload sends it again
    assert premises.desk.answers == [(CAMPAIGN, ROWS)]
