"""The members' pages in a real browser: they fit, can be read, pressed, heard and typed through."""

from itertools import pairwise
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.chromium import Browser
from tests.browser.contrast import ratio
from tests.browser.mails import SCHEMES, WIDTHS
from tests.browser.pages import PAGES, go_to, leaving, press, send
from tests.browser.test_accessibility import named
from tests.browser.test_inbox import driver
from tests.web.premises import Premises

READABLE = 4.5  # WCAG 1.4.3, whatever the size of the words
TARGET = 44  # px, of what is pressed with a thumb (WCAG 2.5.5)
INLINE = 24  # px, of links inside sentences (WCAG 2.5.8)

# What is pressed or typed into, with the box that takes the press: a field's label, else itself.
TARGETS = """
const pressed = "a[href],button,input:not([type=hidden]),textarea,select";
return [...document.querySelectorAll(pressed)].filter((one) => one.checkVisibility()).map((one) => {
  const ticked = one.matches("[type=radio],[type=checkbox]");
  const box = (ticked ? one.closest("label") : one).getBoundingClientRect();
  const inline = one.localName === "a" && getComputedStyle(one).display === "inline";
  return { what: one.outerHTML.slice(0, 100), width: box.width, height: box.height, inline };
})
"""
# Where the keyboard stands: a name for it, and the colours of the ring around it.
STANDING = """
const one = document.activeElement;
if (!one || one === document.body) return null;
const style = getComputedStyle(one);
return {
  name: one.type === "radio" ? one.name : one.id || one.outerHTML.slice(0, 100),
  ring: style.outlineStyle === "solid" ? parseFloat(style.outlineWidth) : 0,
  colour: style.outlineColor.match(/\\d+/g).map(Number),
  ground: (function behind(box) {
    const found = getComputedStyle(box).backgroundColor.match(/[\\d.]+/g).map(Number);
    return found[3] === 0 ? behind(box.parentElement) : found;
  })(one.parentElement),
};
"""
STOPS = """
const reached = "a[href],button,input:not([type=hidden]),textarea,select";
const all = [...document.querySelectorAll(reached)].filter((one) => one.checkVisibility());
const name = (one) => (one.type === "radio" ? one.name : one.id || one.outerHTML.slice(0, 100));
return [...new Set(all.map(name))];
"""
UNNAMED = """
const fields = [...document.querySelectorAll("input:not([type=hidden]),textarea,select")];
return [
  ...fields.filter((one) => !one.labels.length || !one.labels[0].innerText.trim()),
  ...[...document.querySelectorAll("fieldset")].filter((one) => one.firstElementChild.localName !== "legend"),
].map((one) => one.outerHTML.slice(0, 100));
"""

# A reader's own spacing (WCAG 1.4.12), brought in by the one way that the page's policy leaves open.
SPACED = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { letter-spacing: .12em !important; word-spacing: .16em !important;
  line-height: 1.5 !important } p { margin-bottom: 2em !important }`);
document.adoptedStyleSheets = [sheet];
"""


@pytest.fixture(scope="module", params=PAGES)
def page(browser: Browser, house: tuple[Premises, str], request: pytest.FixtureRequest) -> Browser:
    """The browser on one of the pages, on a telephone: opened once, and left as it was by each test."""
    browser.show(375)
    driver(browser).get_log("browser")
    browser.requests()
    go_to(request.param, browser, *house)
    return browser


def small(targets: list[dict[str, Any]]) -> list[tuple[str, float, float]]:
    """The targets that a thumb would miss, with their sizes."""
    return [
        (one["what"], one["width"], one["height"])
        for one in targets
        if one["height"] < (INLINE if one["inline"] else TARGET) - 0.01 or one["width"] < INLINE
    ]


def test_it_fits_and_can_be_read_and_pressed(page: Browser) -> None:
    faults: dict[tuple[int, str], Any] = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.show(width, scheme)
            texts = page.look("texts")
            assert len(texts) > 4
            faint = [one["words"] for one in texts if ratio(one["colour"], one["ground"]) < READABLE]
            faults[width, scheme] = (
                page.look("overflow") + faint + small(driver(page).execute_script(TARGETS))
            )
    page.show(320)
    driver(page).execute_script(SPACED)
    faults[320, "spaced out"] = page.look("overflow")
    driver(page).execute_script("document.adoptedStyleSheets = []")
    # Words at 200 % on half a desk's screen (WCAG 1.4.4), beside the 320 px of a page at 400 % (1.4.10).
    page.show(640)
    driver(page).execute_script("document.documentElement.style.fontSize = '200%'")
    faults[640, "words at 200 %"] = page.look("overflow")
    driver(page).execute_script("document.documentElement.style.fontSize = ''")
    page.show(375)
    assert {where: found for where, found in faults.items() if found} == {}


def test_it_says_what_it_is(page: Browser) -> None:
    said = page.look("page")
    assert said["language"] in {"fr", driver(page).execute_script("return navigator.language.slice(0, 2)")}
    assert said["title"].endswith(" · CGT Exemple")
    levels = [heading["level"] for heading in page.look("headings")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert driver(page).execute_script(UNNAMED) == []
    tree = page.accessibility_tree()
    assert len(named(tree, "main")) == len(named(tree, "banner")) == len(named(tree, "contentinfo")) == 1
    for role in ("link", "button", "textbox", "radio", "checkbox", "radiogroup", "combobox"):
        assert "" not in named(tree, role)


def test_a_keyboard_reaches_everything_and_is_seen(page: Browser) -> None:
    chrome = driver(page)
    chrome.execute_script("document.activeElement?.blur(); getSelection().collapse(document.body, 0)")
    expected = chrome.execute_script(STOPS)
    stops = []
    for _ in expected:
        ActionChains(chrome).send_keys(Keys.TAB).perform()
        stops.append(chrome.execute_script(STANDING))
    assert [stop and stop["name"] for stop in stops] == expected
    assert [stop["name"] for stop in stops if stop["ring"] < 2] == []
    assert [stop["name"] for stop in stops if ratio(stop["colour"], stop["ground"][:3]) < 3] == []


def test_it_asks_nobody_and_breaks_none_of_its_own_rules(page: Browser, house: tuple[Premises, str]) -> None:
    asked = page.requests()
    assert asked
    assert [address for address in asked if not address.startswith(house[1] + "/")] == []
    chrome = driver(page)
    told = [entry["message"] for entry in chrome.get_log("browser")]
    # Chromium says in red that a page was answered 404, 410 or 422; that is all it may say.
    assert [one for one in told if "Failed to load resource: the server responded with" not in one] == []
    assert chrome.get_cookies() == []
    fetched = "script,link:not([rel=alternate]),img,iframe"  # a feed is for who asks for it
    assert chrome.execute_script("return document.querySelectorAll(arguments[0]).length", fetched) == 0


def test_a_form_sent_back_begins_with_what_is_wrong(browser: Browser, house: tuple[Premises, str]) -> None:
    go_to("faults", browser, *house)
    chrome = driver(browser)
    summary = chrome.switch_to.active_element
    assert summary.get_attribute("role") == "alert"
    (first, *_others) = links = summary.find_elements(By.TAG_NAME, "a")
    assert len(links) == 4
    first.send_keys(Keys.ENTER)
    assert chrome.switch_to.active_element.get_attribute("id") == "motifs-1"
    assert chrome.find_element(By.NAME, "mot").get_property("value") == "Courage"


def test_arrows_go_through_the_answers_of_a_question(browser: Browser, house: tuple[Premises, str]) -> None:
    go_to("questions", browser, *house)
    chrome = driver(browser)
    chrome.find_element(By.ID, "avis-1").send_keys(Keys.SPACE)
    chosen = []
    for _ in range(4):
        (ticked,) = chrome.find_elements(By.CSS_SELECTOR, "[name=avis]:checked")
        chosen.append(ticked.get_attribute("value"))
        chrome.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert chosen == ["1", "2", "3", ""]


def shown(browser: Browser, place: str) -> bool:
    return bool(driver(browser).find_element(By.ID, place).is_displayed())


def test_a_question_is_shown_when_its_conditions_hold(browser: Browser, house: tuple[Premises, str]) -> None:
    go_to("questions", browser, *house)
    chrome = driver(browser)
    seen = [shown(browser, "distance-words")]
    for box in ("sur-site-2", "charge-3", "sur-site-1"):
        chrome.find_element(By.ID, box).click()
        seen.append(shown(browser, "distance-words"))
    assert seen == [False, False, True, False]


def test_a_browser_without_has_shows_every_question(browser: Browser, house: tuple[Premises, str]) -> None:
    """The rules all stand in one @supports, which such a browser passes over; here it is taken away."""
    go_to("questions", browser, *house)
    chrome = driver(browser)
    own = "document.styleSheets[1]"
    assert chrome.execute_script(f"return [...{own}.cssRules].map((one) => one.conditionText)") == [
        "selector(:has(*))"
    ]
    chrome.execute_script(f"{own}.deleteRule(0)")
    assert shown(browser, "distance-words")
    assert (
        "Seulement si vous avez répondu" in chrome.find_element(By.CSS_SELECTOR, "[for=distance-words]").text
    )
    assert browser.look("overflow") == []


def test_on_paper_every_question_stands(browser: Browser, house: tuple[Premises, str]) -> None:
    go_to("questions", browser, *house)
    chrome = driver(browser)
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert shown(browser, "distance-words")
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_from_the_form_through_the_review_to_what_is_stored(
    browser: Browser, house: tuple[Premises, str]
) -> None:
    house[0].desk.answers.clear()
    go_to("review", browser, *house)
    chrome = driver(browser)
    assert chrome.switch_to.active_element.get_attribute("role") == "status"
    assert house[0].desk.answers == []
    said = chrome.find_element(By.TAG_NAME, "main").text
    for words in ("les bureaux → mal", "1. horaires", "améliorer + Oui", "Un écran.\nUne chaise."):
        assert words in said
    press(browser, "button[value=change]")
    assert chrome.find_element(By.ID, "lieux.1-3").is_selected()
    send(browser)
    press(browser, "button[value=send]")
    ((_campaign, rows),) = house[0].desk.answers
    assert ("ordre.1", "horaires") in rows
    assert ("avis×sur-site", '["améliorer", "yes"]') in rows
    assert "distance" not in {name for name, _value in rows}


def tab_to(browser: Browser, selector: str) -> None:
    """Go on by the keyboard alone until something of `selector` has it."""
    chrome = driver(browser)
    for _ in range(80):
        ActionChains(chrome).send_keys(Keys.TAB).perform()
        if chrome.execute_script("return document.activeElement.matches(arguments[0])", selector):
            return
    raise AssertionError(f"no way to {selector}")


def type_in(browser: Browser, keys: str) -> None:
    ActionChains(driver(browser)).send_keys(keys).perform()


def test_from_the_first_question_to_the_thanks_by_the_keyboard_alone(
    browser: Browser, house: tuple[Premises, str]
) -> None:
    house[0].desk.answers.clear()
    go_to("questions of a member", browser, *house)
    tab_to(browser, "[type=radio]")
    type_in(browser, Keys.SPACE)
    tab_to(browser, "textarea")
    type_in(browser, "Sans souris")
    tab_to(browser, "main form button")
    with leaving(browser):
        type_in(browser, Keys.ENTER)
    assert house[0].desk.answers == []
    tab_to(browser, "button[value=send]")
    with leaving(browser):
        type_in(browser, Keys.ENTER)
    ((_campaign, rows),) = house[0].desk.answers
    assert "Sans souris" in {value for _name, value in rows}


def test_what_breaks_the_rules_is_seen(browser: Browser, house: tuple[Premises, str]) -> None:
    """The measures above, on a page that has been spoilt."""
    chrome = driver(browser)
    browser.visit(house[1] + "/")
    browser.requests()
    chrome.get_log("browser")
    before = chrome.execute_script("return document.body.offsetHeight")
    chrome.execute_script(SPACED)
    assert chrome.execute_script("return document.body.offsetHeight") > before
    chrome.execute_script("""
        const link = document.querySelector("a");
        link.setAttribute("style", "display:block");
        link.style.outline = "none";
        link.style.padding = "0";
        fetch("http://127.0.0.1:9/").catch(() => {});
        link.focus();
    """)
    assert len(small(chrome.execute_script(TARGETS))) == 1
    assert chrome.execute_script(STANDING)["ring"] == 0
    told = "".join(entry["message"] for entry in chrome.get_log("browser"))
    assert "style" in told
    assert "connect" in told
