"""axe-core over the pages of PAGES, files that are pages, and mails: no violation of the rules it runs."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from mailer.reports.figures import report_of
from mailer.reports.page import page as report_page
from mailer.results.figures import results_of
from mailer.results.page import page as results_page
from mailer.web.pages import STYLE
from tests.ballots.questionnaires import questionnaire
from tests.browser.chromium import Browser
from tests.browser.mails import Opener
from tests.browser.pages import ASKED, PAGES, go_to, premises
from tests.browser.test_inbox import driver
from tests.reports.given import NOON, domain, facts, link
from tests.web.premises import CAMPAIGN, Premises

AXE = (Path(__file__).parent / "axe-core" / "axe.min.js").read_bytes()
AXE_4_14_1 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
RUN = """
const done = arguments[arguments.length - 1];
const said = (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`);
axe.run(document, { ...arguments[0], resultTypes: ["violations"] }).then(
  (found) => done(found.violations.flatMap(said)), (fault) => done([String(fault)]));
"""


# A mail is shown inside a page of the mail program, whose landmarks are its own.
IN_A_PROGRAM = {"rules": {name: {"enabled": False} for name in ("landmark-one-main", "region")}}
COLOURS = {"runOnly": ["color-contrast"]}  # all that a scheme changes
TARGETS = {"rules": {"target-size": {"enabled": True}}}  # WCAG 2.2, 2.5.8: axe leaves it out by itself
MAILS = {"a mail": f"/v/{CAMPAIGN}", "one of the archive": "/a/relation-clients"}


def violations(browser: Browser, options: Mapping[str, object] = MappingProxyType(TARGETS)) -> list[str]:
    """What axe-core finds wrong with the page that is shown: the rule, and the element."""
    chrome = driver(browser)
    chrome.execute_script(AXE.decode("utf-8"))  # not hindered by the page's policy, as an extension is not
    found: list[str] = chrome.execute_async_script(RUN, dict(options))
    return found


def test_it_is_the_published_one() -> None:
    assert hashlib.sha256(AXE).hexdigest() == AXE_4_14_1


def test_it_finds_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "wrong.html"
    file.write_text(
        '<!doctype html><html><title>x</title><main><h1>x</h1><img src="x.png"><input>'
        '<p style="color:#bbb;background:#fff">faint</p>'
        "<style>button{width:9px;height:9px;padding:0;border:0;font-size:8px}</style>"
        "<div><button>a</button><button>b</button></div>",
        encoding="utf-8",
    )
    browser.show(375)
    browser.open(file)
    rules = {one.partition(":")[0] for one in violations(browser)}
    assert rules >= {"html-has-lang", "image-alt", "label", "color-contrast", "target-size"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_site(browser: Browser, house: tuple[Premises, str], name: str) -> None:
    browser.show(375)
    go_to(name, browser, *house)
    assert violations(browser) == []
    browser.show(375, "dark")
    assert violations(browser, COLOURS) == []


@pytest.mark.parametrize("path", MAILS.values(), ids=MAILS)
def test_a_mail_on_the_site(browser: Browser, house: tuple[Premises, str], path: str) -> None:
    browser.show(375)
    browser.visit(house[1] + path)
    assert violations(browser) == []
    browser.show(375, "dark")
    assert violations(browser, COLOURS) == []


@pytest.mark.parametrize("name", ["report", "results"])
def test_a_file_that_is_a_page(browser: Browser, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.html"
    file.write_text(written(name), encoding="utf-8")
    browser.show(1200)
    browser.open(file)
    assert violations(browser) == []
    browser.show(1200, "dark")
    assert violations(browser, COLOURS) == []


def written(name: str) -> str:
    """The page of a report, or of results, as their commands write it."""
    if name == "report":
        domains = (domain("a.example", 40, "refused", "mailbox"),)
        made = report_of(facts(link(1, 20, 12, 3), link(2, 9), domains=domains))
        return report_page(made, "CGT Exemple", "fr", NOON)
    publication = premises().desk.publications[CAMPAIGN]
    found = results_of(questionnaire(ASKED), publication, "fr")
    return results_page(found, "CGT Exemple", "fr", STYLE)


@pytest.mark.parametrize("name", ["every-block", "relation-clients"])
def test_a_mail(opened: Opener, name: str) -> None:
    assert violations(opened(name), IN_A_PROGRAM) == []
    assert violations(opened(name, 375, "dark"), COLOURS) == []
