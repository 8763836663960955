"""What a screen reader, a small screen or tired eyes ask of the compiled page (WCAG 2.2, standards.md H)."""

import re
from collections import defaultdict
from itertools import pairwise

import pytest

from tests.compose.campaigns import edition, page, tract_template
from tests.compose.pages import UNSEEN, Element, body, last_value, parsed
from tests.golden.samples import CAMPAIGNS, sample

EVERYTHING = """# Un titre

Bonjour{{ ' ' + first_name if first_name }} : **gras**, *italique*, ~~barré~~, `code`, [lien](https://example.org/a).

## Listes

- a
    1. b

      c

> Citation

::: cadre
### Encadré

[Écrire](mailto:contact@example.org){.button}

> - ![vu](a.png){width=50} dedans
:::

| Site | Postes |
|------|-------:|
| Metz |    120 |

    du code

- [Répondre](https://example.org/b){.button}

![Une image](a.png)
"""
PAGES = {
    **{name: name for name in CAMPAIGNS},
    "everything": EVERYTHING,
    "several": EVERYTHING + "\n# Un autre\n\n## Dessous\n\n### Plus bas\n\na\n",
    "no site": EVERYTHING,
}


def html_of(name: str) -> str:
    if name in CAMPAIGNS:
        return sample(name).html
    front = 'preheader = "La première ligne"\n'
    return page(edition(PAGES[name], front, site="" if name == "no site" else "https://lettre.example.org"))


FOOTER = tract_template().theme["light"]["on_strip"]  # the colour of its words and of the first line's
every_page = pytest.mark.parametrize("name", list(PAGES))


def texts(element: Element) -> list[tuple[str, Element]]:
    """Every piece of text that is seen, with what holds it."""
    found = []
    for child in element.inside:
        if isinstance(child, str):
            found += [(child, element)] if child.strip() else []
        elif child.tag not in UNSEEN:
            found += texts(child)
    return found


def pixels(element: Element, name: str, otherwise: float) -> float:
    """A length in px; MJML and our macros write no other unit for it."""
    value = last_value(element.style, name)
    return float(value.removesuffix("px")) if value else otherwise


def line_height(element: Element) -> float:
    """As a ratio of the font's size."""
    value = last_value(element.style, "line-height")
    return (
        float(value.removesuffix("px")) / pixels(element, "font-size", 16) if "px" in value else float(value)
    )


@every_page
def test_the_language_and_the_title_are_said(name: str) -> None:
    root = parsed(html_of(name))
    (html,) = root.all("html")
    assert html.attributes["lang"] == "fr"
    assert html.attributes["dir"] in {"auto", "ltr"}
    (title,) = root.all("title")
    assert "".join(map(str, title.inside)).strip()
    # Some clients keep only what is inside the body (standards.md, H1).
    (article,) = [found for found in root.all("div") if found.attributes.get("role") == "article"]
    assert article.attributes["lang"] == "fr"
    assert article.attributes["aria-label"].strip()


@every_page
def test_one_title_and_no_jump(name: str) -> None:
    levels = [int(found.tag[1]) for found in body(html_of(name)).all(*(f"h{level}" for level in range(1, 7)))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@every_page
def test_headings_and_links_say_something(name: str) -> None:
    for found in body(html_of(name)).all("h1", "h2", "h3", "h4", "a", "th", "li", "p"):
        assert found.seen().strip() or found.tag == "p", found


@every_page
def test_layout_tables_say_they_are_not_data(name: str) -> None:
    html = html_of(name)
    tables = body(html).all("table")
    data = [table for table in tables if table.all("th") and not table.all("table")]
    for table in tables:
        assert table.attributes.get("role") == (None if table in data else "presentation")
        if table not in data:
            assert {table.attributes[side] for side in ("border", "cellpadding", "cellspacing")} == {"0"}
    # And those that only Word-Outlook reads, in its conditional comments.
    assert len(re.findall(r"<table\b(?![^>]*role=\"presentation\")", html)) == len(data)


@every_page
def test_data_tables_name_their_columns(name: str) -> None:
    for table in body(html_of(name)).all("table"):
        if table.attributes.get("role") is None:
            assert [cell.attributes.get("scope") for cell in table.all("th")] == ["col"] * len(
                table.all("th")
            )
            assert {len(row.all("th", "td")) for row in table.all("tr")} == {len(table.all("th"))}


@every_page
def test_every_image_has_its_words_and_its_width(name: str) -> None:
    for image in parsed(html_of(name)).all("img"):
        assert image.attributes["alt"].strip()
        assert 1 <= int(image.attributes["width"]) <= 600
        assert "max-width" in image.attributes["style"]


@every_page
def test_no_two_links_of_the_same_words_lead_to_two_places(name: str) -> None:
    places = defaultdict(set)
    for link in body(html_of(name)).all("a"):
        if "href" in link.attributes:
            places[" ".join(link.seen().casefold().split())].add(link.attributes["href"])
    assert {words: found for words, found in places.items() if len(found) > 1} == {}


@every_page
def test_links_are_told_apart_by_more_than_colour(name: str) -> None:
    for paragraph in body(html_of(name)).all("p", "li", "td"):
        around = [child for child in paragraph.inside if isinstance(child, str) and child.strip()]
        for link in paragraph.inside:
            if around and isinstance(link, Element) and link.tag == "a" and "href" in link.attributes:
                assert last_value(link.style, "text-decoration") == "underline"


@every_page
def test_no_word_is_smaller_than_14_px(name: str) -> None:
    for words, holder in texts(body(html_of(name))):
        if words.strip("\u200a\u00a0 \n"):  # a spacer is a hair space
            assert pixels(holder, "font-size", 16) >= 14, words


@every_page
def test_the_tracts_own_words_are_16_px_or_more(name: str) -> None:
    page = body(html_of(name))
    for found in page.all("p", "li", "h1", "h2", "h3", "h4"):
        if last_value(found.style, "color") == FOOTER:
            continue
        for words, holder in texts(found):
            small = holder.tag in {"code", "pre"} or re.fullmatch(r"\d+ / \d+", words.strip())
            assert small or pixels(holder, "font-size", 16) >= 16, words


@every_page
def test_lines_are_apart(name: str) -> None:
    for words, holder in texts(body(html_of(name))):
        if not words.strip("\u200a\u00a0 \n"):
            continue
        heading = re.fullmatch("h[1-6]", holder.tag) or pixels(holder, "font-size", 16) >= 20
        assert line_height(holder) >= (1.15 if heading else 1.5), words


@every_page
def test_nothing_is_hidden(name: str) -> None:
    for found in body(html_of(name)).all():
        style = found.attributes.get("style", "").replace(" ", "")
        for hiding in ("display:none", "visibility:hidden", "opacity:0", "max-height:0", "mso-hide"):
            assert hiding not in style
        assert "hidden" not in found.attributes
        assert "aria-hidden" not in found.attributes


@every_page
def test_no_script_no_form_no_stranger(name: str) -> None:
    root = parsed(html_of(name))
    assert root.all("script", "form", "iframe", "object", "embed", "video", "audio", "svg", "base") == []
    assert root.all("link") == []
    assert "@import" not in html_of(name)
    assert "url(" not in html_of(name)
    for found in root.all():
        assert not [attribute for attribute in found.attributes if attribute.startswith("on")]
