"""The log: enough to run a site, and nothing of who asked, for what, or who answered."""

import asyncio
import re
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from mailer.web.app import site
from tests.web.premises import CAMPAIGN, KEYS, ZOE, Premises, published, way_out

LINE = re.compile(
    r"(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|\?) "
    r"(/|/l/…|/u/…|/p/…|/v/…|/privacy|/healthz|/readyz|…) [1-5]\d\d \d+ ms"
    r"( gone| [A-Za-z.]+Error( \S+\.py:\d+)?)?"
)
TOKEN = way_out().removeprefix("/u/")
IMAGE = published().edition.images[0]
PREMISES = Premises()
MARK = "zoezoezoe"


@pytest.mark.parametrize(
    "method, path, begins",
    [
        ("GET", "/", "GET / 200 "),
        ("GET", f"/l/{CAMPAIGN}/1", "GET /l/… 302 "),
        ("HEAD", f"/l/{CAMPAIGN}/1", "HEAD /l/… 302 "),
        ("GET", way_out(), "GET /u/… 200 "),
        ("POST", way_out(), "POST /u/… 400 "),
        ("GET", f"/v/{CAMPAIGN}", "GET /v/… 200 "),
        ("GET", "/privacy?who=zoe", "GET /privacy 200 "),
        ("GET", "/healthz?challenge=0123456789abcdef", "GET /healthz 200 "),
        ("GET", "/readyz", "GET /readyz 200 "),
        ("GET", "/wp-login.php", "GET … 404 "),
        ("ZOE", "/privacy", "? /privacy 405 "),
    ],
)
def test_a_line_for_each_request(premises: Premises, method: str, path: str, begins: str) -> None:
    premises.visitor.request(method, path)
    (line,) = premises.log
    assert LINE.fullmatch(line)
    assert line.startswith(begins)


@pytest.mark.parametrize(
    "path",
    [
        f"/q/{CAMPAIGN}",
        f"/q/{CAMPAIGN}?done",
        "/q/x",
        f"/i/{IMAGE.digest}.{IMAGE.suffix}",
        "/i/x",
        "/q/",
        "/i/x/y",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_nothing_of_images_and_answers(premises: Premises, method: str, path: str) -> None:
    body = b"avis=1" if method == "POST" else None
    premises.visitor.request(method, path, content=body, headers={"referer": "https://x.example/zoe"})
    assert premises.log == []


def test_trouble_is_told_by_its_kind_and_place(premises: Premises) -> None:
    premises.desk.broken = True
    for path in (f"/v/{CAMPAIGN}", f"/q/{CAMPAIGN}"):
        premises.visitor.get(path)
    (view, questions) = premises.log
    assert re.fullmatch(r"GET /v/… 503 \d+ ms OSError \S+desk\.py:\d+", view)
    assert re.fullmatch(r"GET … 503 \d+ ms OSError \S+desk\.py:\d+", questions)
    assert "zoe" not in "".join(premises.log)  # which the error itself names


@pytest.mark.parametrize("path, told", [(way_out(), True), (f"/q/{CAMPAIGN}", False)])
def test_a_client_that_goes_before_the_end(premises: Premises, path: str, told: bool) -> None:
    """Its departure is told, but not that somebody was about to answer."""

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        pass

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}

    async def ask() -> None:
        await premises.app(scope, receive, send)

    asyncio.run(ask())
    assert [line.startswith("POST /u/… ") and line.endswith(" gone") for line in premises.log] == [
        True
    ] * told
    assert premises.desk.answers == []
    assert premises.desk.members[ZOE].lists["adherents"]


def test_without_a_log_nothing_is_written(premises: Premises, capfd: pytest.CaptureFixture[str]) -> None:
    quiet = site(premises.desk, premises.settings, KEYS, lambda: premises.now, counter=premises.counter)
    visitor = TestClient(quiet, "https://lettre.example.org", raise_server_exceptions=False)
    premises.desk.broken = True
    assert visitor.get(way_out()).status_code == 200
    assert visitor.post(way_out(), data={"action": "all"}).status_code == 503
    assert capfd.readouterr() == ("", "")


PATHS = st.one_of(
    st.sampled_from(
        [way_out(), f"/l/{CAMPAIGN}/1", f"/v/{CAMPAIGN}", f"/q/{CAMPAIGN}", "/privacy", "/healthz", "/", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: "/" + quote(text)),
    st.sampled_from("luviqpx").map(lambda first: f"/{first}/"),
    st.sampled_from(["//", "/./", "/../", "/%2e%2e/", "/\\", "/;", "/U/", "/%75/", "/u%2f", "/privacy/u/"]),
)


@settings(max_examples=150, deadline=None)
@given(
    PATHS,
    PATHS,
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", f"X{MARK}".upper()]),
    st.booleans(),
)
@example("/u", "/", "GET", False)
@example("//", f"u/{TOKEN}", "GET", True)
def test_no_token_address_query_or_header_whatever_the_request(
    one: str, other: str, method: str, broken: bool
) -> None:
    log = PREMISES.log
    log.clear()
    PREMISES.desk.broken = broken
    headers = dict.fromkeys(
        ("referer", "user-agent", "cookie", "x-forwarded-for", "authorization", "origin"), MARK
    )
    path = f"{one}{other}{MARK}/{TOKEN}/{IMAGE.digest}/203.0.113.7"
    query = f"?{MARK}={TOKEN}&email=zoe@example.org"
    PREMISES.visitor.request(
        method,
        "https://lettre.example.org" + path + query,
        content=MARK.encode() if method == "POST" else None,
        headers=headers,
    )
    assert len(log) <= 1
    for line in log:
        assert LINE.fullmatch(line), line
        said = re.sub(r"\S+\.py:\d+", "", line).lower()
        assert not any(
            secret in said for secret in (MARK, TOKEN.lower(), CAMPAIGN, IMAGE.digest, "203.0", "@", "%")
        )
