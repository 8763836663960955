"""The shell: strict headers on every answer, whatever it is, and never a cookie."""

import base64
import hashlib
import re

import pytest
from httpx import Response

from mailer.model import DRAFT_ID
from tests.web.premises import CAMPAIGN, SETTINGS, Premises, published, way_out

IMAGE = published().edition.images[0]
GONE = "vieuxvieux"

# method, path, body, status: every route, and every status the site answers with
ANSWERS = (
    ("GET", "/", None, 200),
    ("GET", "/privacy", None, 200),
    ("GET", "/healthz", None, 200),
    ("GET", "/healthz?challenge=x", None, 400),
    ("GET", "/readyz", None, 200),
    ("GET", f"/l/{CAMPAIGN}/1", None, 302),
    ("GET", f"/l/{DRAFT_ID}/1", None, 200),
    ("GET", f"/v/{CAMPAIGN}", None, 200),
    ("GET", f"/v/{GONE}", None, 410),
    ("GET", f"/q/{CAMPAIGN}", None, 200),
    ("HEAD", f"/q/{CAMPAIGN}", None, 200),
    ("POST", f"/q/{CAMPAIGN}", b"ton=1&mots=x", 422),
    ("POST", f"/q/{CAMPAIGN}", b"x" * 300_000, 413),
    ("GET", f"/q/{CAMPAIGN}?done", None, 200),
    ("GET", f"/i/{IMAGE.digest}.{IMAGE.suffix}", None, 200),
    ("GET", "/i/x.png", None, 404),
    ("GET", way_out(), None, 200),
    ("POST", way_out(), b"action=x", 400),
    ("POST", way_out(), b"List-Unsubscribe=One-Click", 200),
    ("POST", way_out(), b"action=undo", 410),
    ("GET", "/u/x", None, 404),
    ("GET", "/nothing", None, 404),
    ("GET", "/privacy/", None, 404),
    ("POST", "/", b"", 405),
    ("DELETE", f"/l/{CAMPAIGN}/1", None, 405),
    ("PROPFIND", "/privacy", None, 405),
)


@pytest.fixture
def premises() -> Premises:
    return Premises(published(), published(public_id=GONE, launched_at=published().launched_at.replace(2020)))


def ask(premises: Premises, method: str, path: str, body: bytes | None) -> Response:
    """The site's answer to a browser that brings a cookie it was never given."""
    answer: Response = premises.visitor.request(method, path, content=body, headers={"cookie": "a=b"})
    return answer


def guarded(answer: Response, path: str) -> None:
    """What each answer must say, image files apart."""
    headers = answer.headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["strict-transport-security"] == "max-age=31536000"
    is_file = path.startswith("/i/") and answer.status_code == 200
    assert headers["cache-control"] == ("public, max-age=31536000, immutable" if is_file else "no-store")
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "*" not in policy
    assert len(headers.get_list("content-security-policy")) == 1
    assert not {"set-cookie", "server", "x-powered-by", "access-control-allow-origin"} & headers.keys()


@pytest.mark.parametrize("method, path, body, status", ANSWERS)
def test_every_answer_is_guarded(
    premises: Premises, method: str, path: str, body: bytes | None, status: int
) -> None:
    answer = ask(premises, method, path, body)
    assert answer.status_code == status
    guarded(answer, path)


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("GET", f"/l/{CAMPAIGN}/1", None),
        ("GET", f"/v/{CAMPAIGN}", None),
        ("GET", f"/q/{CAMPAIGN}", None),
        ("GET", f"/i/{IMAGE.digest}.{IMAGE.suffix}", None),
        ("POST", way_out(), b"action=all"),
        ("GET", "/readyz", None),
    ],
)
def test_so_is_an_answer_in_trouble(premises: Premises, method: str, path: str, body: bytes | None) -> None:
    premises.desk.broken = True
    answer = ask(premises, method, path, body)
    assert answer.status_code == 503
    guarded(answer, path)
    assert "zoe" not in answer.text
    assert "Traceback" not in answer.text


def test_pages_may_show_their_own_style_and_nothing_else(premises: Premises) -> None:
    for path in ("/", "/privacy", f"/q/{CAMPAIGN}", way_out(), "/nothing"):
        page = premises.visitor.get(path)
        (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert page.headers["content-security-policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        body = page.text.replace(style, "")
        assert not re.search(r"\sstyle=|\son\w+=|<script|<link|<img|<iframe|javascript:|url\(", body)
        assert not re.search(r'(?:src|action|href)="(?!/privacy"|mailto:|#)', body)


def test_https_is_promised_only_over_https() -> None:
    text = SETTINGS.replace("https://lettre.example.org", "http://127.0.0.1:8000")
    premises = Premises(text=text, base="http://127.0.0.1:8000")
    assert "strict-transport-security" not in premises.visitor.get("/").headers


def test_405_says_what_is_allowed(premises: Premises) -> None:
    allowed = {
        path: set(premises.visitor.put(path).headers["allow"].replace(" ", "").split(","))
        for path in ("/", way_out(), f"/q/{CAMPAIGN}", f"/l/{CAMPAIGN}/1")
    }
    assert list(allowed.values()) == [
        {"GET", "HEAD"},
        {"GET", "HEAD", "POST"},
        {"GET", "HEAD", "POST"},
        {"GET", "HEAD"},
    ]


@pytest.mark.parametrize("path", ["/lettre/privacy", "/privacy", "/lettre/"])
def test_a_site_under_a_path_answers_with_it_and_without(path: str) -> None:
    text = SETTINGS.replace("https://lettre.example.org", "https://example.org/lettre")
    premises = Premises(text=text, base="https://example.org")
    assert premises.visitor.get(path).status_code == 200
    assert premises.visitor.get("/lettrexprivacy").status_code == 404
    assert premises.visitor.get("/lettre" + way_out()).status_code == 200
    assert "/u/" not in "".join(premises.log).replace("/u/…", "")
