"""/u/: RFC 8058 and its table of requests (standards.md, B5 and B6), buttons, undo, tests."""

import re
from datetime import timedelta

import pytest
from httpx import Response

from mailer.tokens.keys import Keys, Purpose
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.signed import mint
from tests.web.desk import Member
from tests.web.premises import KEYS, SETTINGS, ZOE, Premises, says, way_out

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
IN = (("adherents", True), ("contacts", True))
LEFT = (("adherents", False), ("contacts", True))
OUT = (("adherents", False), ("contacts", False))


def state(premises: Premises) -> tuple[tuple[tuple[str, bool], ...], bool]:
    return premises.desk.members[ZOE].state()


def undo_in(page: Response) -> str:
    found = re.search(r'name="undo" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


# --- one click --------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b"List-Unsubscribe=One-Click"},  # without Content-Type
        {"content": b"List-Unsubscribe=One-Click\r\n", "headers": {"content-type": "text/plain"}},
        {
            "content": b"List-Unsubscribe=One-Click",
            "headers": {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"},
        },
        {"data": {**ONE_CLICK, "x": "y"}, "headers": {"cookie": "a=b", "origin": "https://mail.example"}},
    ],
    ids=["urlencoded", "multipart", "untyped", "with a line end", "with a charset", "with more"],
)
def test_one_click_leaves_the_list(premises: Premises, request_: dict[str, object]) -> None:
    for _twice in range(2):
        answer = premises.visitor.post(way_out(), **request_)
        assert answer.status_code == 200
        assert answer.text == "OK\n"
        assert not {"location", "set-cookie"} & answer.headers.keys()
        assert state(premises) == (LEFT, False)


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"content": b""},
        {"data": {"List-Unsubscribe": "Two-Clicks"}},
        {"data": {"List-Unsubscribe": ""}},
        {"data": {"action": "everything"}},
        {"data": {"action": ""}},
        {"json": ONE_CLICK},
        {"content": b"\xff\x00" * 100},
        {"content": b"x" * 300_000},
        {"content": b"&".join(b"a=b" for _ in range(10_000))},
        {"files": {"List-Unsubscribe": ("a.txt", "One-Click")}},
        {"content": b"List-Unsubscribe=One-Click", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {
            "content": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
            "headers": {"content-type": "multipart/form-data; boundary=x; charset=punycode"},
        },
    ],
)
def test_any_other_post_changes_nothing_and_shows_the_buttons(
    premises: Premises, request_: dict[str, object]
) -> None:
    answer = premises.visitor.post(way_out(), **request_)
    assert answer.status_code == 400
    assert 'name="action" value="list"' in answer.text
    assert state(premises) == (IN, False)


# --- looking changes nothing ----------------------------------------------------------


def test_a_thousand_looks_change_nothing(premises: Premises) -> None:
    path = way_out()
    for _ in range(1000):
        assert premises.visitor.get(path).status_code == 200
    assert state(premises) == (IN, False)


@pytest.mark.parametrize("headers", [{}, {"sec-purpose": "prefetch;prerender"}, {"x-moz": "prefetch"}])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_look_changes_anything(premises: Premises, method: str, headers: dict[str, str]) -> None:
    query = "?List-Unsubscribe=One-Click&action=all"
    answer = premises.visitor.request(method, way_out() + query, headers=headers)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert state(premises) == (IN, False)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(premises: Premises, method: str) -> None:
    answer = premises.visitor.request(method, way_out())
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]
    assert state(premises) == (IN, False)


# --- strangers ----------------------------------------------------------------------------


OTHERS = Keys.new(lambda count: bytes(range(1, count + 1)))
GOOD = unsubscribe_token(KEYS, ZOE, "adherents")


@pytest.mark.parametrize(
    "token",
    [
        GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B"),
        GOOD[:-1],
        GOOD + "A",
        "b" + GOOD[1:],
        GOOD[:12] + unsubscribe_token(KEYS, 8, "contacts")[12:],
        unsubscribe_token(OTHERS, ZOE, "adherents"),
        mint(KEYS, Purpose.FORM, bytes(12)),
        mint(KEYS, Purpose.PREFERENCES, ZOE.to_bytes(8) + b"abcd"),
        "x",
        "%00",
        "%0d%0aSet-Cookie:a=b",
        "é",
        "a" * 5000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_opens_nothing_and_says_nothing(
    premises: Premises, token: str, method: str
) -> None:
    answer = premises.visitor.request(method, f"/u/{token}", data=ONE_CLICK if method == "POST" else None)
    nothing = premises.visitor.get("/nothing-here")
    assert answer.status_code == 404
    assert answer.text == nothing.text
    assert answer.headers == nothing.headers
    assert "contact@example.org" in answer.text
    assert state(premises) == (IN, False)


def test_an_unknown_person_looks_like_any_other(premises: Premises) -> None:
    """Who is imported again one day must be able to leave before it; and a page tells nobody who is known."""
    unknown = premises.visitor.get(way_out(99))
    assert unknown.status_code == 200
    assert unknown.text == premises.visitor.get(way_out()).text
    assert premises.visitor.post(way_out(99), data=ONE_CLICK).status_code == 200


# --- buttons ------------------------------------------------------------------------------


def test_leaving_the_list_and_coming_back(premises: Premises) -> None:
    done = premises.visitor.post(way_out(), data={"action": "list"})
    assert done.status_code == 200
    assert state(premises) == (LEFT, False)
    assert says(done, "You are no longer on the list “{list}”.", list="Adhérents")
    assert says(done, "You remain a member.")
    assert says(done, "Your employer is not told.")
    back = premises.visitor.post(way_out(), data={"action": "undo", "undo": undo_in(done)})
    assert back.status_code == 200
    assert says(back, "You are on the list “{list}” again.", list="Adhérents")
    assert state(premises) == (IN, False)


def test_leaving_everything_and_coming_back(premises: Premises) -> None:
    done = premises.visitor.post(way_out(), data={"action": "all"})
    assert says(done, "{organisation} sends you nothing more.", organisation="CGT Exemple")
    assert state(premises) == (OUT, True)
    assert premises.visitor.post(way_out(), data={"action": "undo", "undo": undo_in(done)}).status_code == 200
    assert state(premises) == (IN, False)


def test_an_undo_gives_back_only_what_its_own_request_took(premises: Premises) -> None:
    premises.visitor.post(way_out(), data=ONE_CLICK)
    done = premises.visitor.post(way_out(), data={"action": "all"})
    premises.visitor.post(way_out(), data={"action": "undo", "undo": undo_in(done)})
    assert state(premises) == (LEFT, False)


def test_who_changes_nothing_gets_no_undo(premises: Premises) -> None:
    premises.visitor.post(way_out(), data={"action": "list"})
    again = premises.visitor.post(way_out(), data={"action": "list"})
    assert says(again, "You are no longer on the list “{list}”.", list="Adhérents")
    assert 'value="undo"' not in again.text


def test_an_undo_of_what_was_asked_for_again_since_changes_nothing(premises: Premises) -> None:
    done = premises.visitor.post(way_out(), data={"action": "list"})
    premises.desk.firm.add(ZOE)
    assert premises.visitor.post(way_out(), data={"action": "undo", "undo": undo_in(done)}).status_code == 410
    assert state(premises) == (LEFT, False)


def test_a_late_forged_or_foreign_undo_does_nothing(premises: Premises) -> None:
    premises.desk.members[8] = Member({"adherents": True})
    theirs = undo_in(premises.visitor.post(way_out(8), data={"action": "list"}))
    ours = undo_in(premises.visitor.post(way_out(), data={"action": "list"}))
    for token in (theirs, ours[:-1], "", GOOD):
        answer = premises.visitor.post(way_out(), data={"action": "undo", "undo": token})
        assert answer.status_code == 410
    premises.now += timedelta(minutes=30)
    assert premises.visitor.post(way_out(), data={"action": "undo", "undo": ours}).status_code == 410
    assert state(premises) == (LEFT, False)


def test_the_page_of_a_list_already_left_offers_the_rest(premises: Premises) -> None:
    premises.visitor.post(way_out(), data=ONE_CLICK)
    page = premises.visitor.get(way_out())
    assert 'value="list"' not in page.text
    assert 'value="all"' in page.text


def test_a_list_removed_since_leaves_everything(premises: Premises) -> None:
    page = premises.visitor.get(way_out(ZOE, "removed"))
    assert page.status_code == 200
    assert 'value="list"' not in page.text
    assert premises.visitor.post(way_out(ZOE, "removed"), data=ONE_CLICK).status_code == 200
    assert state(premises) == (OUT, True)


@pytest.mark.parametrize("list_slug, member", [("adherents", True), ("contacts", False), ("travail", False)])
def test_only_members_remain_members(premises: Premises, list_slug: str, member: bool) -> None:
    premises.desk.members[ZOE].lists[list_slug] = True
    for page in (
        premises.visitor.get(way_out(ZOE, list_slug)),
        premises.visitor.post(way_out(ZOE, list_slug), data={"action": "list"}),
    ):
        assert says(page, "You remain a member.") is member
        assert says(page, "Your employer is not told.")


def test_the_page_speaks_the_list_s_language(premises: Premises) -> None:
    premises.desk.members[ZOE].lists["news"] = True
    english = premises.visitor.get(way_out(ZOE, "news"), headers={"accept-language": "fr"})
    assert '<html lang="en">' in english.text
    assert "Leave the list “English news”" in english.text
    french = premises.visitor.get(way_out(), headers={"accept-language": "en"})
    assert '<html lang="fr">' in french.text
    assert "Se désinscrire" in french.text


# --- tests and trouble ----------------------------------------------------------------------


def test_a_test_message_acts_on_nobody(premises: Premises) -> None:
    premises.desk.members[0] = Member({"adherents": True})
    before = premises.desk.state()
    page = premises.visitor.get(way_out(0))
    assert says(page, "This is a test")
    assert 'value="list"' in page.text
    for data in (ONE_CLICK, {"action": "list"}, {"action": "all"}):
        answer = premises.visitor.post(way_out(0), data=data)
        assert answer.status_code == 200
        assert 'value="undo"' not in answer.text
    assert premises.desk.state() == before


def test_the_buttons_are_there_even_when_the_store_is_not(premises: Premises) -> None:
    premises.desk.broken = True
    page = premises.visitor.get(way_out())
    assert page.status_code == 200
    assert says(page, "Leave the list “{list}”", list="Adhérents")
    for data in (ONE_CLICK, {"action": "list"}):
        assert premises.visitor.post(way_out(), data=data).status_code == 503


def test_titles_are_escaped() -> None:
    text = SETTINGS.replace('"Adhérents"', "'<script>alert(1)</script>\"&'")
    premises = Premises(text=text)
    for page in (premises.visitor.get(way_out()), premises.visitor.post(way_out(), data={"action": "list"})):
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text


# --- why, if they like ------------------------------------------------------------------------


def why(undo: str, reason: str = "often") -> dict[str, str]:
    return {"action": "why", "undo": undo, "reason": reason}


def test_who_has_left_may_say_why_once_and_still_take_it_back(premises: Premises) -> None:
    done = premises.visitor.post(way_out(), data={"action": "list"})
    assert says(done, "There are too many messages")
    for _twice in range(2):  # reloaded, it is not counted again
        thanks = premises.visitor.post(way_out(), data=why(undo_in(done)))
        assert says(thanks, "Thank you: your reason is counted.")
        assert says(thanks, "You are no longer on the list “{list}”.", list="Adhérents")
        assert 'name="reason"' not in thanks.text
    assert premises.desk.reasons == [("adherents", "often")]
    back = premises.visitor.post(way_out(), data={"action": "undo", "undo": undo_in(thanks)})
    assert back.status_code == 200
    assert state(premises) == (IN, False)


def test_a_reason_for_leaving_everything(premises: Premises) -> None:
    done = premises.visitor.post(way_out(), data={"action": "all"})
    thanks = premises.visitor.post(way_out(), data=why(undo_in(done), "gone"))
    assert says(thanks, "{organisation} sends you nothing more.", organisation="CGT Exemple")
    assert premises.desk.reasons == [("adherents", "gone")]
    assert state(premises) == (OUT, True)


@pytest.mark.parametrize("reason", ["", "<script>alert(1)</script>", "often\x00", "x" * 10_000])
def test_what_is_no_reason_of_ours_is_not_counted_nor_shown(premises: Premises, reason: str) -> None:
    undo = undo_in(premises.visitor.post(way_out(), data={"action": "list"}))
    again = premises.visitor.post(way_out(), data=why(undo, reason))
    assert again.status_code == 200
    assert "<script" not in again.text
    assert 'name="reason"' in again.text
    assert premises.desk.reasons == []


def test_only_who_has_just_left_says_why(premises: Premises) -> None:
    premises.desk.members[8] = Member({"adherents": True})
    theirs = undo_in(premises.visitor.post(way_out(8), data={"action": "list"}))
    ours = undo_in(premises.visitor.post(way_out(), data={"action": "list"}))
    for token in (theirs, "", GOOD):
        assert premises.visitor.post(way_out(), data=why(token)).status_code == 410
    premises.visitor.get(way_out(), params=why(ours))
    premises.now += timedelta(minutes=30)
    assert premises.visitor.post(way_out(), data=why(ours)).status_code == 410
    assert premises.desk.reasons == []


def test_who_changes_nothing_is_not_asked_why(premises: Premises) -> None:
    premises.visitor.post(way_out(), data=ONE_CLICK)
    assert 'name="reason"' not in premises.visitor.post(way_out(), data={"action": "list"}).text
    assert 'name="reason"' not in premises.visitor.post(way_out(0), data={"action": "list"}).text
