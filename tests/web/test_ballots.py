"""/q/<id>/<ballot>: one answer for each member; only a POST casts a ballot; nothing tells whose it is."""

from collections.abc import Mapping

import pytest
from httpx import Response

from mailer.ballots.casting import ballot, named_ballot
from mailer.listen.desk import Box
from mailer.model import DRAFT_ID
from tests.ballots.questionnaires import ALL
from tests.web.forms import Form
from tests.web.premises import CAMPAIGN, KEYS, ZOE, Premises, published, says, way_out

KEY = bytes(range(32))
SEND = {"form.step": "send"}
GOOD = {"avis": "1", "mot": "Courage"}
MINE = f"/q/{CAMPAIGN}/{ballot(KEY, ZOE)}"
PAGE = f"https://lettre.example.org/q/{CAMPAIGN}"


def house(mode: str = "ballot", extra: str = "") -> Premises:
    text = f'mode = "{mode}"\n{extra}{ALL}'
    there = Premises(published(questionnaire=text, links=["https://www.example.org/", PAGE]))
    there.desk.boxes[CAMPAIGN] = Box(key=KEY)
    return there


def cast(there: Premises, path: str = MINE, **fields: str) -> Response:
    page: Response = there.visitor.post(path, data={**(fields or GOOD), **SEND})
    return page


@pytest.fixture
def premises() -> Premises:
    return house()


def test_answered_once(premises: Premises) -> None:
    assert premises.visitor.get(MINE).status_code == 200
    review = premises.visitor.post(MINE, data=GOOD)
    assert (review.status_code, premises.desk.answers) == (200, [])
    done = cast(premises)
    assert (done.status_code, done.headers["location"]) == (303, "?done")
    assert says(premises.visitor.get(f"{MINE}?done"), "Thank you")
    [(_, rows)] = premises.desk.answers
    assert rows == (("avis", "améliorer"), ("mot", "Courage"))
    [member] = premises.desk.spent.values()
    assert member is None


def test_the_second_time_is_told_and_keeps_what_was_typed(premises: Premises) -> None:
    cast(premises)
    for page in (cast(premises, avis="2", mot="Une autre idée"), premises.visitor.post(MINE, data=GOOD)):
        assert page.status_code == 409
        assert says(page, "This questionnaire was already answered with your link")
    assert "Une autre idée" in cast(premises, avis="2", mot="Une autre idée").text
    assert len(premises.desk.answers) == 1


def test_no_reading_casts_it_or_tells_that_it_was_cast(premises: Premises) -> None:
    """Q1: GET, HEAD, repeated, prefetched, by a scanner that follows every link."""
    first = premises.visitor.get(MINE)
    headers: list[Mapping[str, str]] = [{}, {"sec-purpose": "prefetch"}, {"user-agent": "BarracudaCentral"}]
    for at in range(51):
        assert premises.visitor.get(MINE, headers=headers[at % 3]).status_code == 200
        assert premises.visitor.head(MINE).status_code == 200
    for path in (f"{MINE}?avis=1&form.step=send", f"{MINE}?done"):
        assert premises.visitor.get(path).status_code == 200
    assert (premises.desk.answers, premises.desk.spent) == ([], {})
    cast(premises)
    after = premises.visitor.get(MINE)
    assert (after.status_code, after.text, after.headers.items()) == (200, first.text, first.headers.items())


def test_its_readers_are_counted_without_their_ballot(premises: Premises) -> None:
    premises.visitor.get(MINE)
    premises.visitor.head(MINE)
    premises.visitor.get(MINE, headers={"sec-purpose": "prefetch"})
    premises.visitor.get(f"/q/{CAMPAIGN}")  # nobody's mail leads here
    cast(premises)
    assert premises.desk.clicks == {(CAMPAIGN, 2): 1}
    assert not any(CAMPAIGN in line or MINE in line for line in premises.log)


@pytest.mark.parametrize(
    "text",
    [
        ballot(bytes(32), ZOE),
        ballot(KEY, ZOE)[:-1],
        ballot(KEY, ZOE).swapcase(),
        named_ballot(KEYS, CAMPAIGN, ZOE),
        way_out().removeprefix("/u/"),
        "x",
        "%00",
        "é",
    ],
)
def test_a_ballot_that_is_not_ours_opens_nothing(premises: Premises, text: str) -> None:
    path = f"/q/{CAMPAIGN}/{text}"
    for page in (premises.visitor.get(path), premises.visitor.post(path, data={**GOOD, **SEND})):
        assert page.status_code == 404
        assert "Question" not in page.text
    assert (premises.desk.answers, premises.desk.spent) == ([], {})


def test_without_its_ballot_it_is_not_answered(premises: Premises) -> None:
    for page in (premises.visitor.get(f"/q/{CAMPAIGN}"), cast(premises, f"/q/{CAMPAIGN}")):
        assert page.status_code == 403
        assert says(page, "This questionnaire is answered from your message")
    assert premises.desk.answers == []


def test_an_open_one_knows_no_ballots() -> None:
    there = house("open")
    assert there.visitor.get(MINE).status_code == 404
    assert there.visitor.get(f"/q/{CAMPAIGN}").status_code == 200


def test_a_witness_s_copy_answers_for_nobody(premises: Premises) -> None:
    for path in (f"/q/{CAMPAIGN}/{ballot(KEY, 0)}", f"/q/{DRAFT_ID}/{ballot(KEY, ZOE)}"):
        for page in (premises.visitor.get(path), cast(premises, path)):
            assert page.status_code == 200
            assert says(page, "This is a test message")
    assert (premises.desk.answers, premises.desk.spent) == ([], {})


@pytest.mark.parametrize("box", [Box(closed=True), Box()])
def test_closed_while_it_is_filled_in(premises: Premises, box: Box) -> None:
    assert premises.visitor.get(MINE).status_code == 200
    premises.desk.boxes[CAMPAIGN] = box
    page = cast(premises, avis="1", mot="Une idée à garder")
    assert page.status_code == 410
    assert "Une idée à garder" in page.text
    assert says(premises.visitor.get(MINE), "This questionnaire is closed: it takes no more answers.")
    assert premises.desk.answers == []


def test_closed_in_the_very_moment_it_is_sent(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    async def before(_public_id: str) -> Box:
        return Box(key=KEY)

    premises.desk.boxes[CAMPAIGN] = Box(closed=True)
    monkeypatch.setattr(premises.desk, "box", before)
    assert cast(premises).status_code == 410
    assert premises.desk.answers == []


def test_a_named_answer_is_its_member_s() -> None:
    there = house("named")
    path = f"/q/{CAMPAIGN}/{named_ballot(KEYS, CAMPAIGN, ZOE)}"
    assert cast(there, path).status_code == 303
    assert cast(there, path).status_code == 409
    assert list(there.desk.spent.values()) == [ZOE]
    assert there.visitor.get(MINE).status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("mode", ["open", "ballot", "named"])
def test_each_mode_says_what_it_keeps(mode: str, language: str) -> None:
    text = f'mode = "{mode}"\n{ALL}'
    there = Premises(published(questionnaire=text, language=language))
    there.desk.boxes[CAMPAIGN] = Box(key=KEY)
    path = {"named": f"/{named_ballot(KEYS, CAMPAIGN, ZOE)}", "ballot": f"/{ballot(KEY, ZOE)}"}.get(mode, "")
    page = there.visitor.get(f"/q/{CAMPAIGN}{path}")
    assert page.status_code == 200
    told = {
        "open": "Your answers only, each apart from the others: no name, no code, no address of yours or of "
        "your device, no time finer than the day. Nothing keeps a person from answering several times.",
        "ballot": "Apart from them, so that each member answers once: that the ballot in your link was used. "
        "Until the questionnaire closes, {name} can find out whether you have answered, never what. When it "
        "closes, the key of the ballots is destroyed, and nobody can find out any more.",
        "named": "Your answers, with your name: {name} reads who answered what. One answer for each member, "
        "through the link of their message.",
    }
    for one, sentence in told.items():
        assert says(page, sentence, language, name="CGT Exemple") == (one == mode)
    assert "anonym" not in page.text.lower() or mode == "open"


EMAILED = ALL.replace('id = "avis"\n', 'id = "avis"\nemail = true\n', 1)


@pytest.mark.parametrize(
    "query, ticked", [("avis=2", ["2"]), ("avis=9", []), ("motifs=1", []), ("avis=", [])]
)
def test_a_choice_in_the_mail_only_ticks_its_box(query: str, ticked: list[str]) -> None:
    there = Premises(published(questionnaire=f'mode = "ballot"\n{EMAILED}'))
    there.desk.boxes[CAMPAIGN] = Box(key=KEY)
    page = there.visitor.get(f"{MINE}?{query}")
    assert page.status_code == 200
    assert Form(page.text).kept().get("avis", []) == ticked
    assert (there.desk.answers, there.desk.spent) == ([], {})
    review = there.visitor.post(f"{MINE}?{query}", data=GOOD)
    assert (review.status_code, there.desk.answers) == (200, [])


def test_nothing_is_ticked_where_the_mail_asks_nothing() -> None:
    page = Premises(published(questionnaire=ALL)).visitor.get(f"/q/{CAMPAIGN}?avis=2&avis=1")
    assert Form(page.text).kept() == {}
