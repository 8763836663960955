"""/p/ from a mail: lists to leave and a link to ask for, and not a byte about whoever the mail was for."""

import re
from datetime import timedelta
from time import perf_counter

import pytest
from httpx import Response
from starlette.testclient import TestClient

from mailer.listen.own import LINK_FOR, Strength, mint
from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.signed import mint as mint_any
from mailer.web.app import site
from tests.web.counter import Papers
from tests.web.desk import Member
from tests.web.premises import KEYS, NOW, SETTINGS, ZOE, Premises, says

ANA, GONE, NOBODY = 8, 9, 4242


@pytest.fixture
def house(premises: Premises) -> Premises:
    """Zoé is on two lists, Ana on none of them, somebody asked for nothing more."""
    premises.counter.papers = {
        ZOE: Papers("zoe@example.org", {"first_name": "Zoé", "last_name": "Lebrun"}),
        ANA: Papers("ana@example.org"),
        GONE: Papers("gone@example.org"),
    }
    premises.desk.members[ANA] = Member({"adherents": True})
    premises.desk.members[GONE] = Member({"adherents": False}, objected=True)
    return premises


def page(who: int = ZOE, slug: str = "adherents") -> str:
    return f"/p/{unsubscribe_token(KEYS, who, slug)}"


def bare(answer: Response) -> tuple[int, str, dict[str, str]]:
    """An answer without its undo token, whose length stays."""
    text = re.sub(r'(name="undo" value=")([^"]*)"', lambda found: f'{found[1]}{len(found[2])}"', answer.text)
    return answer.status_code, text, {**answer.headers, "content-length": ""}


def state(house: Premises) -> dict[int, object]:
    return dict(house.desk.state())


# --- the same for everybody ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"action": "link"},
        {"action": "leave", "list": "contacts"},
        {"action": "leave", "list": ["adherents", "contacts"]},
        {"action": "undo", "undo": "x"},
        {"action": "leave"},
        {},
    ],
    ids=["look", "link", "leave one", "leave two", "a bad undo", "leave none", "nothing"],
)
def test_nothing_tells_who_the_mail_was_for(house: Premises, data: dict[str, object] | None) -> None:
    """Somebody on the lists, somebody on some, somebody gone, nobody at all: the same bytes."""
    said = [
        bare(house.visitor.get(page(who)) if data is None else house.visitor.post(page(who), data=data))
        for who in (ZOE, ANA, GONE, NOBODY)
    ]
    assert [one == said[0] for one in said] == [True] * 4
    text = said[0][1]
    assert "Zo" not in text
    assert "Lebrun" not in text
    assert "@example.org" not in text.replace("contact@example.org", "")


def test_every_list_is_offered_whoever_asks(house: Premises) -> None:
    for who in (ZOE, NOBODY):
        boxes = re.findall(r'name="list" value="(\w+)">', house.visitor.get(page(who)).text)
        assert boxes == ["adherents", "contacts", "news", "travail"]


# --- leaving --------------------------------------------------------------------------------------


def test_leaving_lists_and_taking_it_back(house: Premises) -> None:
    before = state(house)
    done = house.visitor.post(page(), data={"action": "leave", "list": ["contacts", "news", "no-such"]})
    assert says(done, "From now on you are not on:")
    assert re.findall("<li>(.*)</li>", done.text) == ["Contacts &amp; amis", "English news"]
    assert house.desk.members[ZOE].lists == {"adherents": True, "contacts": False}
    undo = re.search(r'name="undo" value="([^"]+)"', done.text)
    assert undo is not None
    back = house.visitor.post(page(), data={"action": "undo", "undo": undo[1]})
    assert says(back, "What you had just stopped has been restored.")
    assert state(house) == before


def test_an_undo_that_gives_nothing_back_does_not_tell(house: Premises) -> None:
    """On the list or not, left again since or not: else whoever holds the mail learns which."""
    shown = []
    for firm in (False, True):
        done = house.visitor.post(page(), data={"action": "leave", "list": "contacts"})
        found = re.search(r'name="undo" value="([^"]+)"', done.text)
        assert found is not None
        house.desk.firm |= {ZOE} if firm else set()
        back = house.visitor.post(page(), data={"action": "undo", "undo": found[1]})
        shown.append((back.status_code, back.text))
    assert shown[0] == shown[1]
    assert house.desk.members[ZOE].lists["contacts"] is False


@pytest.mark.parametrize(
    "data", [{"action": "leave", "list": "contacts"}, {"action": "link"}], ids=["leave", "link"]
)
def test_no_time_tells_what_was_done(house: Premises, data: dict[str, str]) -> None:
    """Only for who is on the list, or known, a disk is waited for: all answers take as long."""
    site_ = site(house.desk, house.settings, KEYS, lambda: house.now, counter=house.counter, floor=0.05)
    visitor = TestClient(site_, "https://lettre.example.org")
    for who in (ZOE, NOBODY):
        began = perf_counter()
        visitor.post(page(who), data=data)
        assert perf_counter() - began >= 0.05
    began = perf_counter()
    assert visitor.get(page()).status_code == 200
    assert perf_counter() - began < 0.05  # a look does nothing that could tell


def test_an_undo_is_one_person_s_and_does_not_last(house: Premises) -> None:
    done = house.visitor.post(page(), data={"action": "leave", "list": "contacts"})
    found = re.search(r'name="undo" value="([^"]+)"', done.text)
    assert found is not None
    assert house.visitor.post(page(ANA), data={"action": "undo", "undo": found[1]}).status_code == 410
    house.now += LINK_FOR
    assert house.visitor.post(page(), data={"action": "undo", "undo": found[1]}).status_code == 410
    assert house.desk.members[ZOE].lists["contacts"] is False


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", [{}, {"sec-purpose": "prefetch;prerender"}])
def test_no_look_changes_anything(house: Premises, method: str, headers: dict[str, str]) -> None:
    before = state(house)
    for query in ("", "?action=leave&list=contacts", "?action=link"):
        assert house.visitor.request(method, page() + query, headers=headers).status_code == 200
    assert state(house) == before
    assert house.counter.mailed == []


@pytest.mark.parametrize("content", [b"\xff" * 100, b"x" * 300_000, b"&".join([b"list=a"] * 5000)])
def test_a_body_that_cannot_be_read_changes_nothing(house: Premises, content: bytes) -> None:
    before = state(house)
    answer = house.visitor.post(page(), content=content)
    assert answer.status_code == 400
    assert 'value="leave"' in answer.text
    assert state(house) == before


def test_a_test_message_acts_on_nobody(house: Premises) -> None:
    before = state(house)
    assert says(house.visitor.get(page(0)), "This is a test")
    for data in ({"action": "leave", "list": "adherents"}, {"action": "link"}):
        assert house.visitor.post(page(0), data=data).status_code == 200
    assert state(house) == before
    assert house.counter.mailed == []


def test_the_page_is_there_even_when_the_store_is_not(house: Premises) -> None:
    house.desk.broken = house.counter.broken = True
    assert house.visitor.get(page()).status_code == 200
    assert house.visitor.post(page(), data={"action": "leave", "list": "contacts"}).status_code == 503
    assert not any("zoe" in line for line in house.log)


# --- strangers ------------------------------------------------------------------------------------

OTHERS = Keys.new(lambda count: bytes(range(1, count + 1)))


@pytest.mark.parametrize(
    "token",
    [
        unsubscribe_token(OTHERS, ZOE, "adherents"),
        unsubscribe_token(KEYS, ZOE, "adherents")[:-1],
        mint(KEYS, Strength.KEY, ZOE, NOW, LINK_FOR),
        mint(OTHERS, Strength.ADDRESS, ZOE, NOW, LINK_FOR),
        mint(OTHERS, Strength.LINK, ZOE, NOW, LINK_FOR),
        mint_any(KEYS, Purpose.FORM, b"l" + ZOE.to_bytes(8) + (2**40).to_bytes(8)),
        mint_any(KEYS, Purpose.PREFERENCES, b"l" + ZOE.to_bytes(8)),
        mint_any(KEYS, Purpose.PREFERENCES, ZOE.to_bytes(8) + b"abcd"),
        "x",
        "%0d%0aSet-Cookie:a=b",
        "//evil.example",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_opens_nothing_and_says_nothing(
    house: Premises, token: str, method: str
) -> None:
    data = {"action": "link"} if method == "POST" else None
    answer = house.visitor.request(method, f"/p/{token}", data=data)
    assert answer.status_code == 404
    assert answer.text == house.visitor.get("/nothing-here").text
    assert "location" not in answer.headers
    assert house.counter.mailed == []


def test_titles_are_escaped() -> None:
    premises = Premises(text=SETTINGS.replace('"Adhérents"', "'<script>alert(1)</script>\"&'"))
    for answer in (
        premises.visitor.get(page()),
        premises.visitor.post(page(), data={"action": "leave", "list": "adherents"}),
    ):
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text


# --- the link that is mailed ----------------------------------------------------------------------


def test_one_link_an_hour_and_none_where_nothing_is_sent(house: Premises) -> None:
    for who in (ZOE, ZOE, GONE, NOBODY):
        house.visitor.post(page(who), data={"action": "link"})
    assert [(who, language) for who, _, language in house.counter.mailed] == [(ZOE, "fr")]
    house.now += timedelta(minutes=59)
    house.visitor.post(page(), data={"action": "link"})
    assert len(house.counter.mailed) == 1
    house.now += timedelta(minutes=1)
    house.visitor.post(page(), data={"action": "link"})
    assert len({token for _, token, _ in house.counter.mailed}) == 2


def test_the_page_speaks_the_list_s_language(house: Premises) -> None:
    english = house.visitor.get(page(ZOE, "news"), headers={"accept-language": "fr"})
    assert '<html lang="en">' in english.text
    house.visitor.post(page(ZOE, "news"), data={"action": "link"})
    assert house.counter.mailed[0][2] == "en"
