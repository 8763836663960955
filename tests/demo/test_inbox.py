"""The inbox's pages: what they show, what they refuse, and what they say to browsers."""

import re
from collections.abc import Sequence
from html import escape

import pytest
from starlette.testclient import TestClient

from mailer.demo.catcher import Catcher
from mailer.demo.inbox import ON_ONE_PAGE, inbox
from mailer.words import Text
from tests.demo.letters import EVIL, PIXEL, SITE, caught, leaving, letter, part, with_image


async def counters() -> Sequence[tuple[Text, str]]:
    """As the demonstration gives them."""
    return [(Text("{count} <clicks>", count=2), "<7>")]


def opened(*letters: bytes, language: str = "en", site: str = SITE) -> TestClient:
    """A browser before an inbox that holds these letters."""
    catcher = Catcher(kept=300)
    catcher.messages.extend(caught(raw, number) for number, raw in enumerate(letters, 1))
    catcher.counts["a@example.org"] = len(letters)
    app = inbox(catcher, language=language, counters=counters, site=site)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def test_the_list_shows_the_newest_first() -> None:
    page = opened(letter(subject="Premier"), letter(subject="Second")).get("/").text
    assert "2 mails" in page
    assert page.index("Second") < page.index("Premier")
    assert 'href="/m/2"' in page
    assert "a@example.org" in page
    assert escape("<7>") in page
    assert f'href="{SITE}"' in page


def test_an_empty_inbox_says_so() -> None:
    assert "Nothing has come yet" in opened().get("/").text


def test_a_long_list_is_turned_in_pages() -> None:
    browser = opened(*[letter()] * (ON_ONE_PAGE + 1))
    first = browser.get("/").text
    assert (first.count('href="/m/'), 'href="/?before=2"' in first) == (ON_ONE_PAGE, True)
    assert re.findall(r'href="/m/(\d+)"', browser.get("/?before=2").text) == ["1"]
    for nonsense in ("-1", "x", "9" * 5_000, "²", ""):
        assert browser.get("/", params={"before": nonsense}).status_code == 200


def test_the_faces_of_a_message() -> None:
    browser = opened(letter(text="Voir http://127.0.0.1:8000/l/x/1. Et <b>"))
    assert 'src="/m/1/html" sandbox="allow-popups' in browser.get("/m/1").text
    text = browser.get("/m/1?show=text").text
    assert '<a href="http://127.0.0.1:8000/l/x/1" target="_blank" rel="noopener noreferrer">' in text
    assert "Et &lt;b&gt;" in text
    assert "multipart/mixed" in browser.get("/m/1?show=header").text
    assert browser.get("/m/1?show=../../etc").status_code == 200
    raw = browser.get("/m/1/raw")
    assert raw.content == letter(text="Voir http://127.0.0.1:8000/l/x/1. Et <b>")
    assert raw.headers["content-disposition"] == "attachment; filename*=utf-8''mail-1.eml"


def test_a_mail_without_html_opens_on_its_text() -> None:
    browser = opened(b"Subject: x\r\n\r\nRien que du texte")
    assert "Rien que du texte" in browser.get("/m/1").text
    assert browser.get("/m/1/html").status_code == 404


def test_images_inside_and_attachments() -> None:
    page = letter(extra=part(b"<script>", "Content-Type: text/html\r\nContent-Disposition: attachment\r\n"))
    browser = opened(with_image(), page)
    image = browser.get("/m/1/part/3")
    assert (image.content, image.headers["content-type"]) == (PIXEL, "image/png")
    attached = browser.get("/m/2/part/3")
    assert attached.headers["content-type"] == "application/octet-stream"
    assert attached.headers["content-disposition"].startswith("attachment;")
    assert 'href="/m/2/part/3"' in browser.get("/m/2").text


STRAYS = ["/m/2", "/m/0", "/m/-1", "/m/" + "9" * 5_000, "/m/²", "/x", "/m/1/x", "/m/..%2f..%2fetc/raw"]
PARTS = [
    "/m/1/part/1",
    "/m/1/part/9",
    "/m/1/part/x",
    "/m/1/part/..%2f..%2fetc%2fpasswd",
    "/m/..%2f..%2fetc/raw",
]


@pytest.mark.parametrize("path", [*STRAYS, *PARTS])
def test_what_is_not_there_is_not_found(path: str) -> None:
    answer = opened(letter()).get(path)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


HOSTILE = letter(
    EVIL,
    text=EVIL + ' http://x/"onmouseover=alert(1) javascript:alert(1)',
    subject=EVIL + '"><img src=x onerror=alert(1)>',
    fields=f"X-Evil: {EVIL}\r\n{EVIL}: x\r\n" + leaving(f"{SITE}/u/{EVIL}"),
    extra=part(
        b"x", f'Content-Type: image/svg+xml\r\nContent-Disposition: attachment; filename="{EVIL}"\r\n'
    ),
)


@pytest.mark.parametrize("path", ["/", "/m/1", "/m/1?show=text", "/m/1?show=header"])
def test_nothing_of_a_mail_becomes_our_page(path: str) -> None:
    page = opened(HOSTILE).get(path)
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert 'href="javascript' not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_mail_itself_is_shut_in() -> None:
    answer = opened(HOSTILE).get("/m/1/html")
    assert EVIL in answer.text  # shown as it came: the browser is told to run nothing
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: " + SITE + ";"
    )
    assert "; sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_stranger_s_name_for_this_machine_reads_nothing() -> None:
    assert opened(letter()).get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}])
def test_another_page_cannot_press_the_button(headers: dict[str, str]) -> None:
    answer = opened(letter(fields=leaving(SITE + "/u/x"))).post("/m/1/unsubscribe", headers=headers)
    assert answer.status_code == 403
    assert "This is refused" in answer.text


@pytest.mark.parametrize("url", ["http://example.org/u/x", "http://127.0.0.1:8001/u/x", "file:///etc/passwd"])
def test_the_button_is_not_there_for_others_sites(url: str) -> None:
    browser = opened(letter(fields=leaving(url)))
    assert "<button" not in browser.get("/m/1").text
    assert browser.post("/m/1/unsubscribe").status_code == 403
    assert browser.get("/m/1/unsubscribe").status_code == 405


def test_a_site_that_does_not_answer() -> None:
    site = "http://127.0.0.1:9"  # the discard port: nobody listens
    browser = opened(letter(fields=leaving(site + "/u/x")), site=site)
    assert "<button>" in browser.get("/m/1").text
    answer = browser.post("/m/1/unsubscribe", headers={"origin": "http://127.0.0.1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/m/1")
    assert "The site does not answer." in browser.get("/m/1").text


def test_french() -> None:
    page = opened(letter(fields=leaving(SITE + "/u/x")), language="fr").get("/m/1").text
    assert '<html lang="fr">' in page
    assert "<button>Se désinscrire</button>" in page


def test_a_mail_that_is_no_longer_kept() -> None:
    catcher = Catcher(kept=1)
    browser = TestClient(inbox(catcher, language="en", site=""), base_url="http://127.0.0.1")
    catcher.messages.append(caught(letter(subject="un"), 1))
    assert "un</h1>" in browser.get("/m/1").text
    catcher.messages.append(caught(letter(subject="deux"), 2))
    assert browser.get("/m/1").status_code == 404
    assert "deux</h1>" in browser.get("/m/2").text
