"""/l/: counted redirects, to where the launched edition says and nowhere else (standards.md, I1 to I5)."""

import pytest

from mailer.model import DRAFT_ID
from mailer.tokens.links import link_token
from mailer.tokens.undoing import read_undo_token
from mailer.web.shelf import location
from tests.web.premises import CAMPAIGN, KEYS, ZOE, Premises, published

LINKS = (
    "https://example.org/a",
    "https://example.org/a?b=c&d=é#f?g",
    "https://example.org/%C3%A9|{}'\"<>^`\\",
    "https://exemple-é.example.org/",
    "https://example.org/a\r\nSet-Cookie: x=y",
)


@pytest.fixture
def premises() -> Premises:
    return Premises(published(links=LINKS))


@pytest.mark.parametrize(
    "number, destination",
    [
        (1, "https://example.org/a"),
        (2, "https://example.org/a?b=c&d=%C3%A9#f?g"),
        (3, "https://example.org/%C3%A9|{}'\"<>^`\\"),
        (4, "https://exemple-%C3%A9.example.org/"),
        (5, "https://example.org/a%0D%0ASet-Cookie:%20x=y"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_link_leads_where_it_was_stored(
    premises: Premises, method: str, number: int, destination: str
) -> None:
    first = premises.visitor.request(method, f"/l/{CAMPAIGN}/{number}")
    answer = premises.visitor.request(method, f"/l/{CAMPAIGN}/{number}")  # at hand: before the routes
    assert (first.status_code, first.headers) == (302, answer.headers)
    assert answer.status_code == 302
    assert answer.headers["location"] == destination
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in answer.headers
    assert premises.desk.clicks == ({(CAMPAIGN, number): 2} if method == "GET" else {})
    assert premises.desk.machines == ({(CAMPAIGN, number): 2} if method == "HEAD" else {})


@pytest.mark.parametrize(
    "path",
    [
        f"/l/{CAMPAIGN}/6",
        f"/l/{CAMPAIGN}/0",
        f"/l/{CAMPAIGN}/01",
        f"/l/{CAMPAIGN}/-1",
        f"/l/{CAMPAIGN}/+1",
        f"/l/{CAMPAIGN}/1.0",
        f"/l/{CAMPAIGN}/１",
        f"/l/{CAMPAIGN}/" + "9" * 5000,
        f"/l/{CAMPAIGN}/",
        f"/l/{CAMPAIGN}",
        f"/l/{CAMPAIGN}/1/",
        f"/l/{CAMPAIGN}/1/https://evil.example",
        f"/l/{CAMPAIGN}/9/x",
        f"/l/{CAMPAIGN.upper()}/1",
        "/l/aaaaaaaaaa/1",
        "/l/..%2f/1",
        "/l/%00/1",
        f"/l/{CAMPAIGN}%0d%0aLocation:%20https:%2f%2fevil.example/1",
        "/l//1",
        "//evil.example/l/x/1",
    ],
)
def test_an_unknown_link_leads_nowhere(premises: Premises, path: str) -> None:
    answer = premises.visitor.get("https://lettre.example.org" + path)
    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert "evil" not in str(answer.headers)
    assert premises.desk.clicks == {}


@pytest.mark.parametrize(
    "query", ["?url=https://evil.example", "?next=//evil.example", "?%0d%0aLocation:x", "?"]
)
def test_nothing_in_a_request_says_where_to(premises: Premises, query: str) -> None:
    headers = {"referer": "https://evil.example", "x-forwarded-host": "evil.example", "host": "evil.example"}
    answer = premises.visitor.get(f"/l/{CAMPAIGN}/1{query}", headers=headers)
    assert answer.headers["location"] == "https://example.org/a"


@pytest.mark.parametrize("name, value", [("sec-purpose", "prefetch;prerender"), ("x-purpose", "preview")])
def test_what_is_asked_ahead_gets_nothing_and_is_no_click(premises: Premises, name: str, value: str) -> None:
    for path in (f"/l/{CAMPAIGN}/1", f"/l/{CAMPAIGN}/6", f"/l/{DRAFT_ID}/1"):
        answer = premises.visitor.get(path, headers={name: value})
        assert answer.status_code == 204
        assert answer.content == b""
        assert answer.headers["cache-control"] == "no-store"
    assert premises.desk.clicks == {}
    assert premises.desk.machines == {(CAMPAIGN, 1): 1}  # of links that exist alone


def test_a_scanner_is_led_like_anybody_and_counted_apart(premises: Premises) -> None:
    scanner = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    answer = premises.visitor.get(f"/l/{CAMPAIGN}/1", headers=scanner)
    assert (answer.status_code, answer.headers["location"]) == (302, LINKS[0])
    assert (premises.desk.clicks, premises.desk.machines) == ({}, {(CAMPAIGN, 1): 1})


def test_a_burst_from_one_network_is_people_s(premises: Premises) -> None:
    """Two hundred colleagues behind one door, at the break: nothing of where they come from counts."""
    for _ in range(200):
        premises.visitor.get(f"/l/{CAMPAIGN}/1", headers={"user-agent": "Mozilla/5.0 Firefox/145.0"})
    assert (premises.desk.clicks, premises.desk.machines) == ({(CAMPAIGN, 1): 200}, {})


def test_only_get_and_head(premises: Premises) -> None:
    assert premises.visitor.post(f"/l/{CAMPAIGN}/1").status_code == 405
    assert premises.desk.clicks == {}


def test_a_campaign_is_read_once(premises: Premises) -> None:
    for number in (1, 2, 1, 2):
        premises.visitor.get(f"/l/{CAMPAIGN}/{number}")
    assert premises.desk.asked == 1
    assert premises.desk.clicks == {(CAMPAIGN, 1): 2, (CAMPAIGN, 2): 2}


def test_unknown_campaigns_do_not_push_out_known_ones(premises: Premises) -> None:
    premises.visitor.get(f"/l/{CAMPAIGN}/1")
    for number in range(1100):
        premises.visitor.get(f"/l/a{number}/1")
    asked = premises.desk.asked
    premises.visitor.get(f"/l/{CAMPAIGN}/1")
    assert premises.desk.asked == asked


def test_a_location_is_always_one_ascii_line() -> None:
    every = "".join(map(chr, range(0x250))) + "\u2028\ud800😀"
    said = location(every)
    assert said.isascii()
    assert said.isprintable()
    assert " " not in said


def test_a_link_of_who_agreed_counts_for_them_and_leads_on_for_anybody(premises: Premises) -> None:
    token = link_token(KEYS, CAMPAIGN, ZOE)
    own, foreign = f"/l/{CAMPAIGN}/1/{token}", link_token(KEYS, "aaaaaaaaaa", ZOE)
    for path in (own, own[:-1], f"/l/{CAMPAIGN}/1/{foreign}", f"/l/{CAMPAIGN}/1/x"):
        answer = premises.visitor.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, LINKS[0])
        assert answer.headers["cache-control"] == "no-store"
    assert premises.desk.own == [(CAMPAIGN, 1, ZOE)]
    assert premises.desk.clicks == {}
    premises.visitor.head(own)
    premises.visitor.get(own, headers={"Sec-Purpose": "prefetch"})
    premises.visitor.get(own, headers={"User-Agent": "Barracuda Sentinel (EE)"})
    assert len(premises.desk.own) == 1
    assert not any(token in line for line in premises.log)
    assert premises.visitor.get(f"/l/{CAMPAIGN}/9/{token}").status_code == 404


def test_a_token_opens_nothing_else(premises: Premises) -> None:
    token = link_token(KEYS, CAMPAIGN, ZOE)
    assert premises.visitor.get(f"/u/{token}").status_code == 404
    assert premises.visitor.get(f"/q/{CAMPAIGN}/{token}").status_code in (200, 404)
    assert read_undo_token(KEYS, token, ["adherents"]) is None
