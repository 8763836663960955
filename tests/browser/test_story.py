"""The whole story in a real browser: the inbox, the mail, the questionnaire, the way out, the counters.

On a running `mailer demo`, a process of its own; each page is reached by what the page before it shows.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from tests.browser.chromium import Browser
from tests.browser.test_colours import too_faint
from tests.browser.test_inbox import driver, framed, other_tab, visit
from tests.cli.command import Mailer
from tests.cli.section import begin, ended, read_until, wait_until


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the inbox of a demonstration, in French."""
    folder = tmp_path_factory.mktemp("demo")
    process = begin(Mailer(folder=folder), "demo", LANGUAGE="fr", TMPDIR=str(folder))
    try:
        text = read_until(process.stdout, r"(?s).*Ctrl-C")[0]
        yield re.findall(r"http://127\.0\.0\.1:\d+", text)[-2]
        process.terminate()
        assert ended(process, 15).code in (0, 130)
        assert list(folder.iterdir()) == []
    finally:
        process.kill()


@pytest.fixture
def inbox(browser: Browser, demo: str) -> str:
    """The same, on a telephone in the light."""
    browser.show(375)
    return demo


def counters(browser: Browser, inbox: str) -> dict[str, int]:
    """What the inbox says has been counted."""
    visit(browser, inbox)
    rows = driver(browser).find_elements(By.CSS_SELECTOR, ".counters > div")
    found = [row.text.split("\n") for row in rows]
    return {label: int(value) for label, value in found}


def open_mail(browser: Browser, inbox: str, place: int = 0) -> str:
    """Choose a mail of the list, as one would; its address."""
    visit(browser, inbox)
    driver(browser).find_elements(By.CSS_SELECTOR, ".mails a")[place].click()
    return str(driver(browser).current_url)


def follow(chrome: Any, words: str) -> None:
    """Click the link of the mail whose words these are."""
    chrome.find_element(By.PARTIAL_LINK_TEXT, words).click()


def says(chrome: Any, words: str) -> None:
    """Wait for the page that a button leads to: a click may come back before it."""
    wait_until(lambda: words in (chrome.execute_script("return document.body?.textContent") or ""))


def fits(browser: Browser) -> None:
    """The page is whole and can be read where it stands."""
    assert browser.look("overflow") == []
    assert too_faint(browser.look("texts")) == []


def test_the_inbox_shows_twelve_mails(browser: Browser, inbox: str) -> None:
    visit(browser, inbox)
    chrome = driver(browser)
    assert "12 messages" in chrome.find_element(By.TAG_NAME, "h1").text
    assert len(chrome.find_elements(By.CSS_SELECTOR, ".mails li")) == 12
    fits(browser)
    assert set(counters(browser, inbox)) == {"Clics", "Réponses", "Sur la liste"}


def test_from_the_button_of_the_mail_to_a_stored_answer(browser: Browser, inbox: str) -> None:
    before = counters(browser, inbox)
    open_mail(browser, inbox)
    fits(browser)
    with framed(browser) as chrome:
        follow(chrome, "Questionnaire à suivre sur le site")
    with other_tab(browser) as chrome:
        assert re.search(r"/q/[a-z2-7]{10}$", chrome.current_url)
        fits(browser)
        for choice in chrome.find_elements(By.CSS_SELECTOR, "fieldset.question label.choice:first-of-type"):
            choice.click()
        area = chrome.find_element(By.TAG_NAME, "textarea")
        area.send_keys("Des embauches, et du respect.")
        chrome.find_element(By.CSS_SELECTOR, "main form button").click()
        says(chrome, "Rien n’est encore enregistré")
        fits(browser)
        chrome.find_element(By.CSS_SELECTOR, "main form button").click()
        says(chrome, "sont enregistrées")
        fits(browser)
    wait_until(lambda: counters(browser, inbox)["Clics"] == before["Clics"] + 1)
    after = counters(browser, inbox)
    assert (after["Réponses"], after["Sur la liste"]) == (before["Réponses"] + 1, before["Sur la liste"])


def test_a_form_sent_empty_keeps_nothing_and_says_so(browser: Browser, inbox: str) -> None:
    open_mail(browser, inbox, 2)
    before = counters(browser, inbox)["Réponses"]
    open_mail(browser, inbox, 2)
    with framed(browser) as chrome:
        follow(chrome, "Questionnaire à suivre sur le site")
    with other_tab(browser) as chrome:
        chrome.find_element(By.CSS_SELECTOR, "main form button").click()
        says(chrome, "Rien n’est encore enregistré")
        fits(browser)
    assert counters(browser, inbox)["Réponses"] == before


def test_from_the_link_of_the_mail_off_the_list_and_back(browser: Browser, inbox: str) -> None:
    before = counters(browser, inbox)["Sur la liste"]
    open_mail(browser, inbox, 1)
    with framed(browser) as chrome:
        follow(chrome, "désinscrire")
    with other_tab(browser) as chrome:
        assert "/u/" in chrome.current_url
        assert counters_unmoved(browser, chrome)
        fits(browser)
        leave = chrome.find_element(By.CSS_SELECTOR, "main form button[value=list]")
        assert " ".join(leave.text.split()) == "Quitter la liste « Liste d’essai »"
        leave.click()
        says(chrome, "C’est fait")
        fits(browser)
        undo = chrome.find_element(By.CSS_SELECTOR, "main form button[value=undo]")
        undo.click()
        says(chrome, "de nouveau sur la liste")
        fits(browser)
    assert counters(browser, inbox)["Sur la liste"] == before  # undone
    open_mail(browser, inbox, 1)
    with framed(browser) as chrome:
        follow(chrome, "désinscrire")
    with other_tab(browser) as chrome:
        chrome.find_element(By.CSS_SELECTOR, "main form button[value=list]").click()
        says(chrome, "C’est fait")
    assert counters(browser, inbox)["Sur la liste"] == before - 1


def counters_unmoved(browser: Browser, chrome: Any) -> bool:
    """Looking at the page of departures has written nobody out: its button is still offered."""
    chrome.refresh()
    return bool(chrome.find_elements(By.CSS_SELECTOR, "main form button[value=list]"))


def test_the_mailboxs_own_button(browser: Browser, inbox: str) -> None:
    before = counters(browser, inbox)["Sur la liste"]
    open_mail(browser, inbox, 3)
    chrome = driver(browser)
    chrome.find_element(By.CSS_SELECTOR, ".leave button").click()
    says(chrome, "C’est fait\u00a0: le site a répondu 200")
    assert counters(browser, inbox)["Sur la liste"] == before - 1


@pytest.mark.parametrize("words", ["Voir ce message dans le navigateur", "Vos données et vos droits"])
def test_the_other_links_of_the_mail_open(browser: Browser, inbox: str, words: str) -> None:
    open_mail(browser, inbox)
    with framed(browser) as chrome:
        follow(chrome, words.rsplit(" ", maxsplit=1)[-1])
    with other_tab(browser) as chrome:
        assert chrome.find_element(By.TAG_NAME, "h1").text
        assert "404" not in chrome.title
