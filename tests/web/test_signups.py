"""/s/ and /c/: the same answer for every address, limits, strangers' forms, and only a POST that confirms."""

import re
from datetime import timedelta

import pytest
from httpx import Response

from mailer.listen.signups import Signup, confirmation_token, digest_of, terms
from mailer.tokens.keys import Keys
from mailer.web import signups
from tests.web.premises import KEYS, SETTINGS, Premises, says

ID = "0123456789abcdef" * 2
CLOSED = ("adherents", "travail", "nothing", "%00", "..%2f")
LINK = f"/c/{confirmation_token(KEYS, ID)}"
ZOE = "zoe@example.org"
HOSTILE = '"><script>alert(1)</script>@example.org'


def form_of(page: Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def sign_up(premises: Premises, email: str = ZOE, slug: str = "contacts", **more: str) -> Response:
    """As a person does: the form first."""
    form = form_of(premises.visitor.get(f"/s/{slug}"))
    answer: Response = premises.visitor.post(f"/s/{slug}", data={"email": email, "form": form, **more})
    return answer


def shown(page: Response) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def waiting(premises: Premises) -> Premises:
    premises.desk.signups[ID] = Signup(id=ID, list="contacts", language="fr", confirmed=False)
    return premises


# --- asking ---------------------------------------------------------------------------


def test_an_address_alone_is_asked_for(premises: Premises) -> None:
    page = premises.visitor.get("/s/contacts")
    assert page.status_code == 200
    assert re.findall(r'<input type="(\w+)"[^>]* name="(\w+)"', page.text) == [
        ("email", "email"),
        ("text", "website"),
        ("hidden", "form"),
    ]
    assert "set-cookie" not in page.headers
    assert says(page, "Your employer is not told.")
    assert premises.desk.signed_up == []


def test_it_is_answered_in_the_reader_s_language_else_in_the_list_s(premises: Premises) -> None:
    assert premises.visitor.get("/s/news").headers["content-language"] == "en"
    french = premises.visitor.get("/s/news", headers={"accept-language": "fr"})
    assert french.headers["content-language"] == "fr"


def test_the_address_is_handed_on_and_nothing_of_it_is_answered(premises: Premises) -> None:
    page = sign_up(premises, " Zoe@Exämple.org ")
    assert page.status_code == 200
    assert premises.desk.signed_up == [("Zoe@xn--exmple-cua.org", "contacts", "fr")]
    assert "xample" not in page.text.replace("CGT Exemple", "").replace("contact@example.org", "")


def test_every_address_gets_the_same_bytes(premises: Premises) -> None:
    """The page is told nothing by the desk: whatever stands in the store, it cannot show it."""
    answers = [sign_up(premises, email) for email in ("zoe@example.org", "nobody@example.org", "x@y.example")]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert {tuple(answer.headers.items()) for answer in answers} == {tuple(answers[0].headers.items())}


def test_lists_that_are_not_open_answer_as_if_they_were_not_there(premises: Premises) -> None:
    pages = [
        premises.visitor.get(f"/s/{slug}") for slug in ("adherents", "travail", "nothing", "%00", "..%2f")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    form = form_of(premises.visitor.get("/s/contacts"))
    refused = premises.visitor.post("/s/adherents", data={"email": "zoe@example.org", "form": form})
    assert refused.content == pages[0].content
    assert premises.desk.signed_up == []


@pytest.mark.parametrize("email", ["", "zoe", "zoe@", f"{ZOE}\r\nBcc: x@example.org", HOSTILE, "é@x.fr"])
def test_what_is_no_address_is_said_beside_its_field(premises: Premises, email: str) -> None:
    page = sign_up(premises, email)
    assert page.status_code == 400
    assert 'aria-invalid="true"' in page.text
    assert "<script" not in page.text
    assert premises.desk.signed_up == []


@pytest.mark.parametrize("form", ["", "x", "a" * 50, confirmation_token(KEYS, ID)])
def test_a_form_of_another_site_is_asked_to_press_once_more(premises: Premises, form: str) -> None:
    """The snippet of the guide posts an address alone; nobody can sign somebody up without a page of ours."""
    headers = {"origin": "https://section.example", "referer": "https://section.example/"}
    data = {"email": "zoe@example.org", "form": form}
    page = premises.visitor.post("/s/contacts", data=data, headers=headers)
    assert page.status_code == 200
    assert 'value="zoe@example.org"' in page.text
    assert says(page, "One more press of the button: this page makes sure that it is you.")
    assert premises.desk.signed_up == []
    premises.visitor.post("/s/contacts", data={"email": "zoe@example.org", "form": form_of(page)})
    assert len(premises.desk.signed_up) == 1


def test_a_form_of_another_list_or_of_this_morning_is_pressed_once_more(premises: Premises) -> None:
    form = form_of(premises.visitor.get("/s/contacts"))
    data = {"email": "zoe@example.org", "form": form}
    premises.visitor.post("/s/news", data=data)
    premises.now += timedelta(hours=2)
    premises.visitor.post("/s/contacts", data=data)
    assert premises.desk.signed_up == []


def test_a_machine_that_fills_every_field_is_thanked_and_nothing_is_done(premises: Premises) -> None:
    caught = sign_up(premises, website="https://example.org/")
    assert caught.content == sign_up(premises).content
    assert len(premises.desk.signed_up) == 1


@pytest.mark.parametrize("content", [b"\xff\x00" * 50, b"x" * 300_000, b"email=" + b"a" * 100_000])
def test_bodies_that_are_no_form_change_nothing(premises: Premises, content: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert premises.visitor.post("/s/contacts", content=content, headers=headers).status_code == 400
    assert premises.desk.signed_up == []


def test_a_workplace_signs_up_in_one_break_and_a_flood_is_stopped_the_same_for_all(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(premises.visitor.get("/s/contacts"))
    assert signups.BURST >= 2000
    assert signups.BURST_OF_ALL >= 2 * 2000
    monkeypatch.setattr(signups, "BURST", 3)
    small = Premises()
    for at in range(4):
        data = {"email": f"m{at}@example.org", "form": form}
        answer = small.visitor.post("/s/contacts", data=data)
        assert answer.status_code == (200 if at < 3 else 429)
    assert len(small.desk.signed_up) == 3


def test_a_store_that_is_locked_is_said_for_every_address_alike(premises: Premises) -> None:
    form = form_of(premises.visitor.get("/s/contacts"))
    premises.desk.broken = True
    answers = [
        premises.visitor.post("/s/contacts", data={"email": email, "form": form})
        for email in ("zoe@example.org", "ana@example.org")
    ]
    assert {answer.status_code for answer in answers} == {503}
    assert answers[0].content == answers[1].content
    assert not any("@" in line for line in premises.log)


def test_the_log_names_neither_list_nor_token(premises: Premises) -> None:
    sign_up(waiting(premises))
    premises.visitor.get(LINK)
    assert {line.split(" ")[1] for line in premises.log} == {"/s/…", "/c/…"}


# --- confirming -----------------------------------------------------------------------


def test_a_thousand_looks_confirm_nothing(premises: Premises) -> None:
    for method in ("GET", "HEAD"):
        for _ in range(500):
            assert waiting(premises).visitor.request(method, f"{LINK}?shown=x").status_code == 200
    assert premises.desk.confirmed == []


def test_the_button_confirms_the_words_that_were_shown(premises: Premises) -> None:
    page = waiting(premises).visitor.get(LINK)
    said = terms(premises.settings.lists["contacts"], premises.settings.organisation, "fr")
    assert shown(page) == digest_of(said)
    assert all(one.replace("&", "&amp;").replace("’", "’") in page.text for one in said)
    done = premises.visitor.post(LINK, data={"shown": shown(page)})
    assert done.status_code == 200
    [(signup, text, proof)] = premises.desk.confirmed
    assert (signup, text) == (ID, "\n".join(said))
    assert LINK.removeprefix("/c/") not in proof
    again = premises.visitor.post(LINK, data={"shown": shown(page)})
    assert again.content == done.content == premises.visitor.get(LINK).content
    assert len(premises.desk.confirmed) == 1


@pytest.mark.parametrize("data", [{}, {"shown": ""}, {"shown": "0" * 64}, {"shown": "é"}])
def test_who_has_not_seen_the_words_is_shown_them(premises: Premises, data: dict[str, str]) -> None:
    """A machine that posts blindly confirms nothing; nor does a page of before the words were changed."""
    page = waiting(premises).visitor.post(LINK, data=data)
    assert page.status_code == 200
    assert shown(page)
    assert premises.desk.confirmed == []


def test_one_mail_confirms_what_was_asked_for_since_each_by_its_own_button(premises: Premises) -> None:
    """Nobody agrees to two lists by one press, and the second is not lost because one mail a day is sent."""
    other = Signup(id="f" * 32, list="news", language="fr", confirmed=False)
    waiting(premises).desk.signups[other.id] = other
    page = premises.visitor.get(LINK)
    both = re.findall(r'name="shown" value="([^"]+)"', page.text)
    assert len(set(both)) == 2
    assert premises.desk.confirmed == []
    first = premises.visitor.post(LINK, data={"shown": both[0]})
    assert [one[0] for one in premises.desk.confirmed] == [ID]
    assert says(first, "You asked for this too:")
    assert shown(first) == both[1]
    again = premises.visitor.post(
        LINK, data={"shown": both[0]}
    )  # pressed twice: it is not the other’s button
    assert again.content == first.content
    second = premises.visitor.post(LINK, data={"shown": both[1]})
    assert [one[0] for one in premises.desk.confirmed] == [ID, other.id]
    assert 'name="shown"' not in second.text


def test_an_objection_since_is_stronger(premises: Premises) -> None:
    page = waiting(premises).visitor.get(LINK)
    premises.desk.objecting = True
    answer = premises.visitor.post(LINK, data={"shown": shown(page)})
    assert answer.status_code == 409
    assert says(answer, "You asked to receive nothing more from us, and that stands.")


def test_a_link_that_has_expired_or_whose_list_is_gone(premises: Premises) -> None:
    assert premises.visitor.get(LINK).status_code == 410
    premises.desk.signups[ID] = Signup(id=ID, list="gone", language="fr", confirmed=False)
    gone = premises.visitor.post(LINK, data={"shown": "x"})
    assert gone.status_code == 410
    assert premises.desk.confirmed == []


OTHERS = Keys.new(lambda count: bytes(range(1, count + 1)))


GOOD = LINK[3:]


@pytest.mark.parametrize(
    "token", ["x", "a" * 50, confirmation_token(OTHERS, ID), GOOD + "A", GOOD.swapcase()]
)
def test_a_guessed_token_is_nobody_s(premises: Premises, token: str) -> None:
    for method in ("GET", "POST"):
        answer = waiting(premises).visitor.request(method, f"/c/{token}")
        assert answer.status_code == 404
        assert answer.content == premises.visitor.get("/nothing").content


@pytest.mark.parametrize("path", ["/s/contacts", LINK])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(premises: Premises, path: str, method: str) -> None:
    assert premises.visitor.request(method, path).status_code == 405


def test_under_a_path_of_its_own_the_form_leads_back_to_it() -> None:
    text = SETTINGS.replace("https://lettre.example.org", "https://www.example.org/lettre")
    there = Premises(text=text, base="https://www.example.org/lettre")
    assert 'action="/lettre/s/contacts"' in there.visitor.get("/s/contacts").text
