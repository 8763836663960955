"""The links of a test message: a plain page that says so, and nothing done."""

import pytest

from mailer.model import DRAFT_ID
from mailer.web.shelf import is_public_id
from tests.golden.samples import sample
from tests.web.premises import SETTINGS, Premises, says

PATHS = (f"/l/{DRAFT_ID}/1", f"/l/{DRAFT_ID}/999", f"/q/{DRAFT_ID}", f"/v/{DRAFT_ID}")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_they_say_so_in_the_reader_s_language(premises: Premises, path: str, language: str) -> None:
    page = premises.visitor.get(path, headers={"accept-language": language})
    assert page.status_code == 200
    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.text
    assert says(page, "This is a test message", language)
    assert says(page, "Its links lead nowhere yet, and nothing is counted or stored.", language)
    assert says(page, "In the message that will be sent, this link opens its page.", language)
    assert not {"location", "set-cookie"} & page.headers.keys()
    assert page.headers["cache-control"] == "no-store"  # the same address may lead somewhere another day


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_nothing_is_counted_or_stored(premises: Premises, method: str) -> None:
    before = premises.desk.state()
    for path in PATHS:
        data = {"avis": "1"} if method == "POST" else None
        answer = premises.visitor.request(method, path, data=data)
        assert answer.status_code == (405 if method == "POST" and not path.startswith("/q/") else 200)
    assert (premises.desk.clicks, premises.desk.answers, premises.desk.asked) == ({}, [], 0)
    assert premises.desk.state() == before


def test_a_prefetch_still_gets_nothing(premises: Premises) -> None:
    answer = premises.visitor.get(PATHS[0], headers={"sec-purpose": "prefetch"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_they_need_no_store(premises: Premises) -> None:
    premises.desk.broken = True
    assert [premises.visitor.get(path).status_code for path in PATHS] == [200] * len(PATHS)


def test_the_log_takes_them_for_any_link(premises: Premises) -> None:
    for path in PATHS:
        premises.visitor.get(path)
    assert [line.split()[:3] for line in premises.log] == [
        ["GET", "/l/…", "200"],
        ["GET", "/l/…", "200"],
        ["GET", "/v/…", "200"],
    ]


@pytest.mark.parametrize(
    "path",
    [f"/l/{DRAFT_ID.upper()}/1", f"/l/{DRAFT_ID}/", f"/q/{DRAFT_ID}x", "/v/draft0000", f"/i/{DRAFT_ID}"],
)
def test_its_neighbours_are_no_pages(premises: Premises, path: str) -> None:
    assert premises.visitor.get(path).status_code == 404


def test_every_address_of_a_test_message_on_the_site_answers() -> None:
    """What the compiler prints for a draft, and what the site knows, are one thing."""
    text = SETTINGS.replace("https://lettre.example.org", "http://127.0.0.1:8000")
    premises = Premises(text=text, base="http://127.0.0.1:8000")
    edition = sample("relation-clients").edition
    assert edition.public_id == DRAFT_ID
    assert is_public_id(DRAFT_ID)
    for link in edition.links:
        assert says(premises.visitor.get(f"/l/{DRAFT_ID}/{link.number}"), "This is a test message")
        if link.destination.startswith(edition.site):
            path = link.destination.removeprefix(edition.site)
            assert says(premises.visitor.get(path), "This is a test message")
