"""/a: public campaigns by name and as a feed; everything else stays private."""

import html
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from mailer.listen.desk import Archived
from mailer.web.feed import feed
from tests.web.premises import CAMPAIGN, NOW, Premises, published

ATOM = "{http://www.w3.org/2005/Atom}"
OTHER = "aaaaaaaaaa"
SITE = "https://lettre.example.org"
HOSTILE = 'https://www.example.org/?a=1&b="><script>x</script>'


@pytest.fixture
def premises() -> Premises:
    private = replace(published(public_id=OTHER), slug="entre-nous")
    return Premises(published(public=True, launched_at=NOW - timedelta(days=200)), private)


def test_public_ones_are_listed_under_their_year_and_no_others(premises: Premises) -> None:
    page = premises.visitor.get("/a", headers={"accept-language": "fr"})
    assert page.status_code == 200
    assert page.headers["x-robots-tag"] == "all"
    assert page.text.count("/a/relation-clients") == 1
    assert "Évolution &lt;de&gt; la relation &amp; clients" in page.text
    assert "<h2>2026</h2>" in page.text
    assert '<time class="soft" datetime="2026-05-08">8 mai 2026</time>' in page.text
    assert "entre-nous" not in page.text
    assert OTHER not in page.text
    assert CAMPAIGN not in page.text
    assert "set-cookie" not in page.headers


def test_one_is_shown_as_everybody_may_read_it_however_old(premises: Premises) -> None:
    assert premises.visitor.get(f"/v/{CAMPAIGN}").status_code == 410
    page = premises.visitor.get("/a/relation-clients")
    assert page.status_code == 200
    assert "Évolution de la relation clients" in page.text
    assert "/u/" not in page.text
    assert 'href="https://lettre.example.org/privacy#leave"' in page.text
    assert page.headers["x-robots-tag"] == "all"
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_who_reads_the_archive_is_no_click() -> None:
    """Strangers and search engines are not among those it was sent to (P14's figures are of these)."""
    there = published(public=True)
    [link] = there.edition.links
    pieces = [
        piece.replace("http://127.0.0.1:8000/l/draft00000/", f"{SITE}/l/{CAMPAIGN}/")
        for piece in there.edition.html
    ]
    edition = replace(there.edition, html=tuple(pieces), links=(replace(link, destination=HOSTILE),))
    premises = Premises(replace(there, edition=edition))
    page = premises.visitor.get("/a/relation-clients").text
    assert "/l/" not in page
    assert f'href="{html.escape(HOSTILE)}"' in page
    assert HOSTILE not in page
    counted = Premises(replace(there, edition=edition, launched_at=NOW))
    assert f"/l/{CAMPAIGN}/1" in counted.visitor.get(f"/v/{CAMPAIGN}").text  # for who was


@pytest.mark.parametrize(
    "name", ["entre-nous", CAMPAIGN, OTHER, "none", "..%2f", "%00", "relation-clients%20", "feed.atom/x"]
)
def test_whatever_is_not_public_is_not_there(premises: Premises, name: str) -> None:
    page = premises.visitor.get(f"/a/{name}")
    assert page.status_code == 404
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.text == premises.visitor.get("/a/anything").text


def test_nothing_is_there_yet() -> None:
    premises = Premises(published())
    page = premises.visitor.get("/a", headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "Nothing is published here yet." in page.text
    root = ET.fromstring(premises.visitor.get("/a/feed.atom").content)
    assert root.findall(f"{ATOM}entry") == []
    assert root.findtext(f"{ATOM}updated") == "2026-11-24T09:00:00Z"


def test_the_feed_has_what_rfc_4287_asks_for(premises: Premises) -> None:
    answer = premises.visitor.get("/a/feed.atom")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    [entry] = root.findall(f"{ATOM}entry")
    for element in (root, entry):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
            assert element.findtext(f"{ATOM}{name}")
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "CGT Exemple"
    links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "https://lettre.example.org/a/feed.atom"
    [link] = entry.findall(f"{ATOM}link")
    assert link.attrib["href"] == "https://lettre.example.org/a/relation-clients"
    assert entry.findtext(f"{ATOM}title") == "Évolution <de> la relation & clients"
    assert premises.visitor.get("/a/feed.atom").content == answer.content


def entry(number: int, title: str = "x") -> Archived:
    at = NOW - timedelta(days=number)
    return Archived(
        public_id=f"{number:010}", slug=f"s{number}", title=title, language="en", began_at=at, updated_at=at
    )


def written(*found: Archived, site: str = "https://x.example") -> ET.Element:
    return ET.fromstring(feed(found, title="t", author="a", language="fr", site=site, now=NOW))


def test_ids_stay_when_the_site_moves_and_are_each_its_own() -> None:
    here, there = (
        written(entry(1), entry(2), site=site) for site in ("https://x.example", "https://y.example")
    )
    ids = [element.text for element in here.iter(f"{ATOM}id")]
    assert ids == [element.text for element in there.iter(f"{ATOM}id")]
    assert len({*ids}) == 3
    assert all(one and one.startswith("urn:uuid:") for one in ids)


def test_a_feed_is_bounded_and_bears_hostile_titles() -> None:
    root = written(*(entry(number, 'a\x00\x0b]]>&<script>"') for number in range(60)))
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 50
    assert entries[0].findtext(f"{ATOM}title") == 'a]]>&<script>"'
    assert root.findtext(f"{ATOM}updated") == "2026-11-24T09:00:00Z"
