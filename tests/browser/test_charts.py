"""Words drawn in SVG: what axe-core leaves undecided, since a shape may lie behind them, measured."""

from typing import Any

import pytest

from tests.browser.chromium import Browser
from tests.browser.contrast import ratio
from tests.browser.mails import SCHEMES
from tests.browser.pages import go_to
from tests.browser.test_inbox import driver
from tests.web.premises import Premises

READABLE, SHAPE = 4.5, 3.0  # WCAG 1.4.3 whatever the size of the words; 1.4.11 of what must be seen

# Each text of a drawing: its colour, and that of all that lies behind any part of it. And the bars, each
# with the colours beside its end.
DRAWN = """
const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
const clear = (colour) => colour === "none" || (rgb(colour)[3] ?? 1) === 0;
const paint = (one) => {
  const style = getComputedStyle(one);
  const fill = one.localName === "rect" ? style.fill : "none";
  const colour = one instanceof SVGElement ? fill : style.backgroundColor;
  return clear(colour) ? null : rgb(colour);
};
function behind(x, y, own) {
  for (const one of document.elementsFromPoint(x, y)) {
    if (one !== own && paint(one)) return paint(one);
  }
  return rgb(getComputedStyle(document.documentElement).backgroundColor);
}
const found = { words: [], bars: [], over: [] };
for (const svg of document.querySelectorAll("svg")) {
  svg.scrollIntoView({ block: "center" });
  const texts = [...svg.querySelectorAll("text")];
  for (const text of texts) {
    const box = text.getBoundingClientRect();
    const grounds = [];
    for (let at = 0; at <= 8; at++) {
      for (const part of [0.1, 0.5, 0.9]) {
        grounds.push(behind(box.left + 0.5 + (box.width - 1) * at / 8, box.top + box.height * part, text));
      }
    }
    const style = getComputedStyle(text);
    const size = parseFloat(style.fontSize);
    found.words.push({ words: text.textContent, colour: rgb(style.fill), grounds, size });
    for (const other of texts) {
      const there = other.getBoundingClientRect();
      const apart = there.left >= box.right - 0.5 || there.right <= box.left + 0.5
        || there.top >= box.bottom - 1 || there.bottom <= box.top + 1;
      if (other !== text && !apart) found.over.push([text.textContent, other.textContent]);
    }
  }
  for (const bar of svg.querySelectorAll("rect.bar")) {
    const box = bar.getBoundingClientRect();
    const page = behind(box.left + 2, box.top - 2, bar);
    found.bars.push({ colour: rgb(getComputedStyle(bar).fill), page });
  }
}
return found;
"""


@pytest.fixture(scope="module", params=[(width, scheme) for width in (320, 1200) for scheme in SCHEMES])
def drawn(browser: Browser, house: tuple[Premises, str], request: pytest.FixtureRequest) -> dict[str, Any]:
    width, scheme = request.param
    browser.show(width, scheme, height=700)
    go_to("results", browser, *house)
    found: dict[str, Any] = driver(browser).execute_script(DRAWN)
    return found


def test_words_in_drawings_are_readable(drawn: dict[str, Any]) -> None:
    assert len(drawn["words"]) > 40
    faint = [
        (one["words"], round(ratio(one["colour"][:3], ground[:3]), 2))
        for one in drawn["words"]
        for ground in one["grounds"]
        if ratio(one["colour"][:3], ground[:3]) < READABLE
    ]
    assert faint == []
    assert min(one["size"] for one in drawn["words"]) >= 14


def test_bars_are_seen(drawn: dict[str, Any]) -> None:
    assert drawn["bars"]
    faint = [one for one in drawn["bars"] if ratio(one["colour"][:3], one["page"][:3]) < SHAPE]
    assert faint == []


def test_no_word_lies_on_another(drawn: dict[str, Any]) -> None:
    assert drawn["over"] == []


def test_words_at_200_percent_lie_on_nothing(browser: Browser, house: tuple[Premises, str]) -> None:
    browser.show(640, height=700)
    go_to("results", browser, *house)
    chrome = driver(browser)
    chrome.execute_script("document.documentElement.style.fontSize = '200%'")
    found = chrome.execute_script(DRAWN)
    assert found["over"] == []
    grounds = {tuple(ground[:3]) for one in found["words"] for ground in one["grounds"]}
    assert len(grounds) == 1  # the page's: neither a bar nor what it stands on


def test_faint_words_over_a_bar_are_seen(browser: Browser, house: tuple[Premises, str]) -> None:
    """The search would find them."""
    browser.show(1200, "light", height=700)
    go_to("results", browser, *house)
    chrome = driver(browser)
    chrome.execute_script(
        "const text = document.querySelector('svg text'); text.style.fill = 'rgb(120, 120, 120)';"
        "text.setAttribute('y', 34)"
    )
    first = chrome.execute_script(DRAWN)["words"][0]
    assert min(ratio(first["colour"], ground[:3]) for ground in first["grounds"]) < READABLE
