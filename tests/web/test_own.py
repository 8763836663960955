"""/p/ from the mailed link: opened once, for half an hour, and then all that is stored of one person."""

import json
import re
from datetime import timedelta

import pytest
from httpx import Response
from markupsafe import escape

from mailer.listen.own import LINK_FOR, Strength, mint
from mailer.tokens.links import unsubscribe_token
from mailer.web.telling import told
from tests.web.counter import Papers
from tests.web.desk import Member
from tests.web.premises import KEYS, NOW, SETTINGS, ZOE, Premises, says

ANA = 8
OPEN = {"action": "open"}
ACTIVE = "<script>alert(1)</script>"
SAID = (
    "zoe@example.org",
    "Zoé",
    "Lebrun",
    "Agence de Lyon",
    "Adhérents",
    "Contacts &amp; amis",
    "relation-clients",
    "un fichier que nous avons importé\u00a0: liste.csv",
    "1er mars 2026",
)


@pytest.fixture
def house(premises: Premises) -> Premises:
    premises.counter.papers = {
        ZOE: Papers(
            "zoe@example.org", {"first_name": "Zoé", "last_name": "Lebrun", "site": "Agence de Lyon"}
        ),
        ANA: Papers("ana@example.org"),
    }
    premises.desk.members[ANA] = Member({"adherents": True})
    return premises


def link(house: Premises, who: int = ZOE) -> str:
    """The address in the mail that one is sent when one asks for it."""
    house.visitor.post(f"/p/{unsubscribe_token(KEYS, who, 'adherents')}", data={"action": "link"})
    number, token, _ = house.counter.mailed[-1]
    assert number == who
    return f"/p/{token}"


def key_in(page: Response) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def opened(house: Premises, who: int = ZOE) -> tuple[str, str]:
    """The address and the key of a page that was opened."""
    address = link(house, who)
    return address, key_in(house.visitor.post(address, data=OPEN))


def post(house: Premises, address: str, key: str, action: str, **fields: object) -> Response:
    answer: Response = house.visitor.post(address, data={"key": key, "action": action, **fields})
    return answer


# --- opened once ----------------------------------------------------------------------------------


def test_looks_open_nothing_and_a_press_opens_once(house: Premises) -> None:
    address = link(house)
    for _ in range(20):  # filters of mails look at every address
        look = house.visitor.get(address)
        assert look.status_code == 200
        assert "zoe" not in look.text.lower()
        assert house.visitor.head(address).status_code == 200
    first = house.visitor.post(address, data=OPEN)
    assert "zoe@example.org" in first.text
    again = house.visitor.post(address, data=OPEN)
    assert again.status_code == 410
    assert says(again, "This link no longer works")
    assert "zoe" not in again.text.lower()


def test_what_is_shown_stays_nowhere(house: Premises) -> None:
    address = link(house)
    for answer in (house.visitor.get(address), house.visitor.post(address, data=OPEN)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text
        assert address.removeprefix("/p/") not in answer.text  # in the address alone
    assert all(address not in line and "zoe" not in line for line in house.log)
    assert "POST /p/… 200" in house.log[-1]


def test_half_an_hour_to_open_it_and_half_an_hour_then(house: Premises) -> None:
    address = link(house)
    house.now += LINK_FOR - timedelta(seconds=1)
    key = key_in(house.visitor.post(address, data=OPEN))
    house.now += LINK_FOR - timedelta(seconds=1)
    assert post(house, address, key, "json").status_code == 200
    house.now += timedelta(seconds=1)
    for data in (OPEN, {"key": key, "action": "json"}, {"key": key, "action": "all"}):
        assert house.visitor.post(address, data=data).status_code == 410
    assert house.desk.members[ZOE].lists["adherents"]


def test_too_late_is_too_late(house: Premises) -> None:
    address = link(house)
    house.now += LINK_FOR
    assert house.visitor.get(address).status_code == 410
    assert house.visitor.post(address, data=OPEN).status_code == 410


def test_only_the_last_link_opens(house: Premises) -> None:
    older = link(house)
    house.now += timedelta(hours=1)
    house.visitor.post(f"/p/{unsubscribe_token(KEYS, ZOE, 'adherents')}", data={"action": "link"})
    assert house.visitor.post(older, data=OPEN).status_code == 410


def test_a_link_that_was_never_mailed_opens_nothing(house: Premises) -> None:
    forged = mint(KEYS, Strength.LINK, ZOE, NOW, LINK_FOR)
    assert house.visitor.post(f"/p/{forged}", data=OPEN).status_code == 410


# --- keys of others -------------------------------------------------------------------------------


def test_no_other_token_passes_for_the_key(house: Premises) -> None:
    address, key = opened(house)
    others, theirs = opened(house, ANA)
    weak = unsubscribe_token(KEYS, ZOE, "adherents")
    confirms = mint(KEYS, Strength.ADDRESS, ZOE, NOW, LINK_FOR)
    for held in (theirs, weak, address.removeprefix("/p/"), confirms, key[:-1], ""):
        for action in ("json", "names", "leave", "all", "undo"):
            answer = post(house, address, held, action, list="contacts", first_name="x")
            assert answer.status_code == 410
            assert "zoe" not in answer.text.lower()
    assert post(house, others, key, "json").status_code == 410
    assert house.desk.members[ZOE].lists == {"adherents": True, "contacts": True}
    assert house.counter.papers[ZOE].fields["first_name"] == "Zoé"


def test_the_weak_link_does_nothing_that_the_strong_one_does(house: Premises) -> None:
    _, key = opened(house)
    weak = f"/p/{unsubscribe_token(KEYS, ZOE, 'adherents')}"
    for action in ("open", "json", "names", "all"):
        answer = post(house, weak, key, action, first_name="x")
        assert answer.status_code == 400
        assert "zoe" not in answer.text.lower()
    assert house.counter.papers[ZOE].fields["first_name"] == "Zoé"


# --- one's data -----------------------------------------------------------------------------------


def test_all_that_is_stored_is_told_and_can_be_taken_along(house: Premises) -> None:
    address, key = opened(house)
    page = post(house, address, key, "names", first_name="Zoé", last_name="Lebrun")
    for said in SAID:
        assert said in page.text
    for place in (
        "take",
        "correct",
        "address",
        "lists",
        "erase",
    ):  # what one may do is not below all that is told
        assert f'href="#{place}"' in page.text
        assert f'id="{place}"' in page.text
    taken = post(house, address, key, "json")
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert taken.headers["cache-control"] == "no-store"
    record = json.loads(taken.text)
    assert record["email"] == "zoe@example.org"
    assert {one["list"] for one in record["memberships"]} == {"adherents", "contacts"}


@pytest.mark.parametrize(
    "first, kept",
    [
        ("  Zoe\u200b  Anne ", "Zoe Anne"),
        (ACTIVE, ACTIVE),
        ("", ""),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_names_are_corrected_and_are_data(house: Premises, first: str, kept: str) -> None:
    address, key = opened(house)
    page = post(house, address, key, "names", first_name=first, last_name='"><img src=x>', language="en")
    assert page.status_code == 200
    assert house.counter.papers[ZOE].fields["first_name"].replace("  ", " ") == kept
    assert house.counter.papers[ZOE].fields["language"] == "en"
    assert '<html lang="en">' in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text


@pytest.mark.parametrize(
    "names",
    [
        {"first_name": "x" * 101},
        {"first_name": "a\nb"},
        {"last_name": "a\x00b"},
        {"last_name": "a\x1b[31m"},
        {"first_name": "\ufdd0"},
        {"language": "xx"},
        {"language": "../../etc"},
    ],
)
def test_what_is_no_name_is_refused_whole(house: Premises, names: dict[str, str]) -> None:
    address, key = opened(house)
    before = dict(house.counter.papers[ZOE].fields)
    answer = post(house, address, key, "names", **{"first_name": "A", "last_name": "B", **names})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert house.counter.papers[ZOE].fields == before


def test_leaving_from_the_page_and_taking_it_back(house: Premises) -> None:
    address, key = opened(house)
    done = post(house, address, key, "leave", list=["contacts", "news"])
    assert re.findall("<li>(.*)</li>", done.text) == ["Contacts &amp; amis"]  # of those they are on
    assert house.desk.members[ZOE].lists == {"adherents": True, "contacts": False}
    found = re.search(r'name="undo" value="([^"]+)"', done.text)
    assert found is not None
    back = post(house, address, key_in(done), "undo", undo=found[1])
    assert says(back, "What you had just stopped has been restored.")
    assert house.desk.members[ZOE].lists == {"adherents": True, "contacts": True}


def test_leaving_everything_from_the_page(house: Premises) -> None:
    address, key = opened(house)
    done = post(house, address, key, "all")
    assert says(done, "{organisation} sends you nothing more.", organisation="CGT Exemple")
    assert house.desk.members[ZOE].objected
    page = post(house, address, key, "names")
    assert 'value="all"' not in page.text


@pytest.mark.parametrize("action", ["leave", "", "erase-everything", "<script>"])
def test_what_is_no_button_changes_nothing(house: Premises, action: str) -> None:
    address, key = opened(house)
    before = house.desk.state()
    assert post(house, address, key, action).status_code == 400
    assert house.desk.state() == before


def test_who_is_no_more_finds_a_plain_page(house: Premises) -> None:
    address, key = opened(house)
    del house.counter.papers[ZOE]
    assert post(house, address, key, "json").status_code == 410


# --- another address ------------------------------------------------------------------------------


def moving(house: Premises, email: str = "zoe@example.net") -> str:
    """The address of the page in the mail that goes to the new one."""
    address, key = opened(house)
    asked = post(house, address, key, "address", email=email)
    assert says(asked, CONFIRM)
    assert email not in asked.text  # what may be a stranger's is not repeated
    return f"/p/{house.counter.moving[ZOE][1]}"


CONFIRM = (
    "Nothing is changed yet. If this address can be yours, a link is on its way to it: open it within 24 "
    "hours. One is sent an hour at most."
)


def test_an_address_changes_when_its_mailbox_says_yes(house: Premises) -> None:
    page = moving(house)
    for _ in range(5):  # filters of mails look
        look = house.visitor.get(page)
        assert look.status_code == 200
        assert "zoe" not in look.text.lower()
    assert house.counter.papers[ZOE].email == "zoe@example.org"
    done = house.visitor.post(page, data={"action": "confirm"})
    assert says(done, "From now on our messages come to this mailbox. The old one was told.")
    assert house.counter.papers[ZOE].email == "zoe@example.net"
    assert house.visitor.post(page, data={"action": "confirm"}).status_code == 410


def test_a_new_address_is_confirmed_within_a_day(house: Premises) -> None:
    page = moving(house)
    house.now += timedelta(hours=24)
    for answer in (house.visitor.get(page), house.visitor.post(page, data={"action": "confirm"})):
        assert answer.status_code == 410
    assert house.counter.papers[ZOE].email == "zoe@example.org"


def test_who_has_an_address_already_is_not_told(house: Premises) -> None:
    address, key = opened(house)
    free = post(house, address, key, "address", email="free@example.net")
    taken = post(house, address, key, "address", email="ana@example.org")
    assert free.text == taken.text
    assert house.counter.moving[ZOE][0] == "free@example.net"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "zoe",
        "-x@example.org",
        "a@b.org\r\nBcc: c@d.org",
        "a@b.org, c@d.org",
        '"><script>@b.org',
        "=?utf-8?q?a?=@b.org",
        "x" * 300 + "@b.org",
    ],
)
def test_what_is_no_address_is_refused(house: Premises, email: str) -> None:
    address, key = opened(house)
    answer = post(house, address, key, "address", email=email)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<script" not in answer.text
    assert house.counter.moving == {}


def test_a_forged_confirmation_changes_nothing(house: Premises) -> None:
    moving(house)
    forged = mint(KEYS, Strength.ADDRESS, ZOE, NOW - timedelta(minutes=1), LINK_FOR)
    assert house.visitor.post(f"/p/{forged}", data={"action": "confirm"}).status_code == 410
    assert house.counter.papers[ZOE].email == "zoe@example.org"


# --- erased ---------------------------------------------------------------------------------------


def test_one_is_erased_by_a_second_press_and_for_good(house: Premises) -> None:
    address, key = opened(house)
    asked = post(house, address, key, "erase")
    assert says(asked, "This cannot be undone.")
    assert ZOE in house.counter.papers
    done = post(house, address, key_in(asked), "erase-now")
    assert says(done, "You are erased")
    assert ZOE not in house.counter.papers
    assert ANA in house.counter.papers
    for action in ("json", "erase-now", "names"):
        assert post(house, address, key, action).status_code == 410


@pytest.mark.parametrize("action", ["erase", "erase-now"])
def test_nobody_is_erased_with_anything_but_the_key(house: Premises, action: str) -> None:
    address, _ = opened(house)
    _, theirs = opened(house, ANA)
    weak = f"/p/{unsubscribe_token(KEYS, ZOE, 'adherents')}"
    for path, key in ((address, theirs), (address, ""), (weak, theirs), (weak, "")):
        assert post(house, path, key, action).status_code in (400, 410)
    house.visitor.get(address, params={"action": action})
    assert set(house.counter.papers) == {ZOE, ANA}


# --- clicks ---------------------------------------------------------------------------------------

ASKING = SETTINGS.replace("[site]\n", "[site]\ntracking_consent = true\n")


def test_who_is_not_to_be_asked_about_clicks_is_not(house: Premises) -> None:
    address, key = opened(house)
    page = post(house, address, key, "names")
    assert 'value="agree"' not in page.text
    assert post(house, address, key, "agree").status_code == 400
    assert house.counter.agreed == {}


def test_one_agrees_to_the_words_that_were_shown_and_ends_it_as_easily() -> None:
    house = Premises(text=ASKING)
    house.counter.papers = {ZOE: Papers("zoe@example.org")}
    address, key = opened(house)
    page = post(house, address, key, "names")
    agreed = post(house, address, key, "agree")
    words = house.counter.agreed[ZOE]
    assert str(escape(words)) in page.text
    assert 'value="disagree"' in agreed.text
    weak = f"/p/{unsubscribe_token(KEYS, ZOE, 'adherents')}"
    assert post(house, weak, key, "disagree").status_code == 400
    ended = post(house, address, key, "disagree")
    assert house.counter.agreed == {}
    assert 'value="agree"' in ended.text


def test_a_consent_can_be_ended_where_nobody_is_asked_any_more(house: Premises) -> None:
    house.counter.agreed = {ZOE: "words"}
    address, key = opened(house)
    assert 'value="disagree"' in post(house, address, key, "names").text
    post(house, address, key, "disagree")
    assert house.counter.agreed == {}


def test_what_is_kept_of_nobody_is_a_list_and_each_word_is_a_person_s() -> None:
    record = {
        "consents": [{"purpose": "subscription", "channel": "page"}],
        "not_kept": ["clicks", "openings"],
    }
    agreed, kept = told(record, "fr", {}, str)[1:]
    assert [value for _, value in agreed.entries[0]] == ["recevoir des messages", "ce site"]
    assert agreed.plain == []
    assert kept.plain == ["quels liens vous suivez", "si vous ouvrez un mail"]
