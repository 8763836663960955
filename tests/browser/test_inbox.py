"""The demonstration's inbox in a real browser: it fits, it can be read, and a hostile mail does nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from tests.browser.chromium import Browser
from tests.browser.test_colours import too_faint
from tests.demo.house import House, served


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Five mails: a real tract, one with an image inside, a hostile one, an endless one, one to leave by."""
    with served() as started:
        yield started


@pytest.fixture(params=["/", "/m/1", "/m/2?show=text", "/m/3?show=header", "/m/4", "/m/9"])
def page(house: House, request: pytest.FixtureRequest) -> str:
    """Each kind of page, by its address."""
    return house.inbox + str(request.param)


@pytest.mark.parametrize("width", [320, 375, 700, 1200])
def test_no_sideways_scrolling(browser: Browser, page: str, width: int) -> None:
    browser.show(width)
    visit(browser, page)
    assert browser.look("overflow") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out(browser: Browser, page: str, scheme: str) -> None:
    browser.show(375, scheme)
    visit(browser, page)
    assert too_faint(browser.look("texts")) == []


def test_the_mail_is_seen_with_its_image(browser: Browser, house: House) -> None:
    visit(browser, f"{house.inbox}/m/2")
    with framed(browser) as chrome:
        (image,) = chrome.find_elements(By.TAG_NAME, "img")
        assert image.get_property("naturalWidth") == 2


def test_a_link_of_the_mail_opens_beside_it(browser: Browser, house: House) -> None:
    browser.show(700)
    visit(browser, f"{house.inbox}/m/5")
    with framed(browser) as chrome:
        chrome.find_element(By.ID, "go").click()
    with other_tab(browser) as chrome:
        assert chrome.current_url == f"{house.site}/l/x/1"
        assert "answered" in chrome.page_source
    assert "GET /l/x/1" in house.asked


def test_the_button_unsubscribes_and_says_so(browser: Browser, house: House) -> None:
    visit(browser, f"{house.inbox}/m/5")
    chrome = driver(browser)
    chrome.find_element(By.CSS_SELECTOR, ".leave button").click()
    assert "answered 200" in chrome.find_element(By.CSS_SELECTOR, "[role=status]").text
    assert house.asked.count("POST /u/token List-Unsubscribe=One-Click") == 1


@pytest.mark.parametrize("address", ["/m/3", "/m/3/html"])
def test_a_hostile_mail_runs_nothing_and_asks_nobody(browser: Browser, house: House, address: str) -> None:
    browser.show(700)
    visit(browser, house.inbox + address)
    chrome = driver(browser)
    title = chrome.title
    frame = framed(browser) if address == "/m/3" else nullcontext(chrome)
    with frame as chrome:
        assert len(chrome.find_elements(By.TAG_NAME, "script")) == 1  # it is there, and does not run
        for name in ("send", "script"):
            chrome.find_element(By.ID, name).click()
    for handle in chrome.window_handles[1:]:
        chrome.switch_to.window(handle)
        chrome.close()
    chrome.switch_to.window(chrome.window_handles[0])
    time.sleep(0.5)  # for what would still come
    assert chrome.title == title != "owned"
    assert house.strayed == []


def test_a_hostile_link_cannot_replace_the_frame(browser: Browser, house: House) -> None:
    visit(browser, f"{house.inbox}/m/3")
    with framed(browser) as chrome:
        chrome.find_element(By.ID, "self").click()
        time.sleep(0.3)
    assert [asked for asked in house.strayed if "self" in asked] == []


def visit(browser: Browser, address: str) -> None:
    """Open a web page."""
    driver(browser).get(address)


def driver(browser: Browser) -> Any:
    """Selenium's own object, for clicks."""
    return browser._driver


@contextmanager
def framed(browser: Browser) -> Iterator[Any]:
    """Inside the mail's frame."""
    chrome = driver(browser)
    chrome.switch_to.frame(chrome.find_element(By.TAG_NAME, "iframe"))
    try:
        yield chrome
    finally:
        chrome.switch_to.default_content()


@contextmanager
def other_tab(browser: Browser) -> Iterator[Any]:
    """In the tab that a click has opened; closed afterwards."""
    chrome = driver(browser)
    first, other = chrome.window_handles
    chrome.switch_to.window(other)
    try:
        yield chrome
    finally:
        chrome.close()
        chrome.switch_to.window(first)
