"""The report's page in a real browser: it fits, can be read, is heard as tables and pictures, and prints."""

from pathlib import Path
from typing import Any

import pytest

from mailer.reports.figures import report_of
from mailer.reports.page import page
from mailer.reports.tables import tables
from tests.browser.chromium import Browser
from tests.browser.contrast import ratio
from tests.browser.mails import SCHEMES
from tests.browser.test_accessibility import named
from tests.browser.test_inbox import driver
from tests.reports.given import NOON, domain, facts, link

READABLE = 4.5
SEEN = 3.0  # WCAG 1.4.11: a bar beside its ground
LONG = "Évolution de la relation clients : " + "l’avenir des postes, " * 5
BARS = """
const colour = (one) => getComputedStyle(one).fill.match(/\\d+/g).map(Number);
return [...document.querySelectorAll("svg")].map((one) => ({
  bar: colour(one.querySelector(".bar")),
  ground: colour(one.querySelector(".ground")),
  words: colour(one.querySelector("text")),
  page: getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number),
  over: [...one.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect(), all = one.getBoundingClientRect();
    return box.left < all.left - 1 || box.right > all.right + 1;
  }).map((text) => text.textContent),
}));
"""


@pytest.fixture(scope="module")
def report(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A report with everything in it, long names included, opened once."""
    domains = tuple(domain(name, 40, "refused", "mailbox") for name in ("a.example", "x" * 60 + ".example"))
    made = report_of(
        facts(link(1, 20, 12, 3, label=LONG), link(2, 9, label="<b>"), link(3, 30), domains=domains)
    )
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page(made, "CGT Exemple", "fr", NOON), encoding="utf-8")
    assert len(tables(made)) >= 9
    browser.show(375)
    driver(browser).get_log("browser")
    browser.requests()
    browser.open(Path(file))
    return browser


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 375, 600, 768, 1200])
def test_it_fits_and_can_be_read(report: Browser, width: int, scheme: str) -> None:
    report.show(width, scheme)
    assert report.look("overflow") == []
    texts = [one for one in report.look("texts") if "colour" in one]
    faint = [one["words"] for one in texts if ratio(one["colour"], one["ground"]) < READABLE]
    assert faint == []
    charts: list[dict[str, Any]] = driver(report).execute_script(BARS)
    assert len(charts) >= 6
    assert [chart["over"] for chart in charts if chart["over"]] == []
    assert all(ratio(chart["bar"], chart["ground"]) >= SEEN for chart in charts)
    assert all(ratio(chart["words"], chart["page"]) >= READABLE for chart in charts)


@pytest.mark.parametrize("width", [375, 1200])
def test_it_is_heard_as_tables_and_pictures(report: Browser, width: int) -> None:
    report.show(width)
    said = report.look("page")
    assert said["language"] == "fr"
    tree = report.accessibility_tree()
    titles = named(tree, "table")
    assert len(titles) >= 9
    assert "" not in titles
    pictures = [name for name in named(tree, "image") + named(tree, "img") if name]
    assert len(pictures) >= 6
    assert {picture.strip() for picture in pictures} <= {title.strip() for title in titles}
    assert len(named(tree, "columnheader")) >= 20
    assert len(named(tree, "rowheader")) >= 15
    assert len(named(tree, "main")) == 1
    levels = [heading["level"] for heading in report.look("headings")]
    assert levels == [1] + [2] * (len(levels) - 1)


def test_it_asks_nobody_and_obeys_its_own_rules(report: Browser) -> None:
    assert [address for address in report.requests() if not address.startswith("file:")] == []
    chrome = driver(report)
    assert [entry["message"] for entry in chrome.get_log("browser")] == []
    assert chrome.execute_script("return document.querySelectorAll('script,link,img,iframe,a').length") == 0


def test_it_prints_in_black_on_white(report: Browser) -> None:
    report.show(1200, "dark")
    chrome = driver(report)
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        colours = chrome.execute_script(
            "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]"
        )
        assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        assert chrome.execute_script("return getComputedStyle(document.querySelector('thead')).display") == (
            "table-header-group"
        )
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
