"""The report in its forms: the same figures, whatever an author or a domain is called."""

import csv
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO

import pytest

from mailer.charts import bars
from mailer.people import write_table
from mailer.reports.cells import Bar, Share, number, shown
from mailer.reports.document import as_json
from mailer.reports.figures import Report, report_of, share
from mailer.reports.page import bar_rows, page
from mailer.reports.sheet import COLUMNS, as_rows
from mailer.reports.tables import tables
from tests.reports.given import NOON, domain, facts, link

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example")',
    "{{ 7 * 7 }} {0.__class__}",
    "\x00\x1b[31m\u202eabc;\r\n",
    "é" * 200,
]


def report(label: str = "Notre site", *, closed: bool = False) -> Report:
    return report_of(facts(link(1, 20, 12, 3, label=label), link(2, 9, label=label), closed=closed))


def sheet(one: Report) -> list[list[str]]:
    text = "".join(write_table(COLUMNS, as_rows(one)))
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def written(one: Report, language: str = "fr") -> str:
    return page(one, "CGT Exemple", language, NOON)


def test_what_is_hidden_is_null_and_has_a_reason() -> None:
    said = as_json(report())
    assert said["clicks"] == {
        "people": None,
        "requests": None,
        "machines": None,
        "people_at_least": 35,
        "links_hidden": 1,
        "reason": "hidden_link",
    }
    links = said["links"]
    assert isinstance(links, list)
    assert [(one["people"], one["requests"], one["reason"]) for one in links] == [
        (35, 38, None),
        (None, None, "few_clicks"),
    ]
    assert links[1]["periods"] == []


def test_rates() -> None:
    rates = report().own.rates
    assert (rates.sent, rates.refused, rates.unsubscribed) == (round(80 / 94, 4), round(10 / 94, 4), 0.05)
    assert (rates.clicks, rates.answers) == (0.4375, 0.0375)
    assert share(3, 0) is None
    assert report_of(facts(link(1, 9))).own.rates.clicks is None


def test_in_words_few_are_fewer_than_ten() -> None:
    [clicks] = [one for one in tables(report()) if one.title.msgid == "Clicks by link"]
    said = [[shown(cell, "en") for cell in row] for row in clicks.rows]
    assert said[0] == ["1. Notre site", "35", "38", "3", "43.8%"]
    assert said[1] == ["2. Notre site", "fewer than 10", "–", "–", "–"]
    assert said[2] == ["links shown", "35", "38", "3", "43.8%"]


def test_numbers_and_shares_are_written_as_one_reads_them() -> None:
    assert (number(1234567, "fr"), number(1234567, "en")) == ("1\u00a0234\u00a0567", "1,234,567")
    assert (shown(Share(0.125), "fr"), shown(Share(0.125), "en")) == ("12,5\u00a0%", "12.5%")
    assert shown(Share(None), "fr") == "–"


def test_closed_it_tells_what_is_kept() -> None:
    one = report(closed=True)
    assert as_json(one)["domains"] is None
    assert "24/05/2027" in written(one)
    assert not [row for row in sheet(one) if row[0] == "domains"]


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_words_wherever_it_stands(label: str) -> None:
    one = report(label)
    html = written(one)
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(html)
    assert not set(tags) & {"script", "img", "a", "link", "iframe"}
    assert "49" not in html.partition("{{ 7 * 7 }}")[0] or "{{ 7 * 7 }}" not in label
    for row in sheet(one):
        assert len(row) == len(COLUMNS)
        assert not any(re.match(r"[=+\-@\t\r\n]", cell) for cell in row)


def test_a_domain_is_words_too() -> None:
    names = ("=cmd|' /C calc'!A0", "<b>x</b>.example", "xn--bcher-kva.example")
    one = report_of(facts(domains=tuple(domain(name, 9, "refused", "mailbox") for name in names)))
    html = written(one)
    assert "<b>" not in html
    assert "xn--bcher-kva.example" in html
    assert f"'{names[0]}" in {row[1] for row in sheet(one)}


def test_the_page_holds_all_it_needs() -> None:
    html = written(report())
    assert "<script" not in html
    assert not re.findall(r"\b(?:src|href)\s*=|url\(|@import", html)
    assert [one for one in re.findall(r"https?://[^\s\"'<]+", html) if "w3.org" not in one] == []
    assert 'lang="fr"' in html
    assert "membre" not in html


def test_a_chart_says_what_it_shows() -> None:
    found = [Bar(label=label, length=at, value=at) for at, label in enumerate(HOSTILE)]
    svg = bars("t1", 'Titre "<&', "Ce qu’on voit; <b>", bar_rows(found, "fr"))
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert [root.attrib["aria-labelledby"], root.attrib["aria-describedby"]] == ids
    widths = [float(one.attrib["width"][:-1]) for one in root.iter() if one.attrib.get("class") == "bar"]
    assert widths == sorted(widths)
    assert (widths[0], widths[-1]) == (0, 100)
    assert {element.tag.partition("}")[2] for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "text",
        "rect",
    }


def test_each_bar_stands_in_its_table() -> None:
    for table in tables(report()):
        cells = {shown(cell, "fr") for row in table.rows for cell in row}
        assert {shown(bar.value, "fr") for bar in table.bars} <= cells
        named = {shown(bar.label, "fr").casefold() for bar in table.bars}
        assert all(any(name in cell.casefold() for cell in cells) for name in named)
        assert all(len(row) == len(table.heads) for row in table.rows)


@pytest.mark.parametrize(("followers", "said"), [(0, "0 people"), (1, "1 person"), (7, "7 people")])
def test_whose_clicks_are_known_is_told_as_a_number(followers: int, said: str) -> None:
    for known in (None, followers):
        one = report_of(replace(facts(), followers=known))
        assert as_json(one)["followers"] == known
        notes = [note.say("en") for table in tables(one) for note in table.notes]
        found = [note for note in notes if "agreed" in note]
        assert len(found) == (known is not None)
        assert all(note.endswith(f"the site: {said} followed a link.") for note in found)
