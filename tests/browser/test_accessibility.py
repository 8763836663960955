"""What a screen reader is told: the accessibility tree that Chromium makes of the mail."""

from typing import Any

import pytest

from tests.browser.mails import NAMES, Opener
from tests.golden.samples import sample


def named(tree: list[dict[str, Any]], role: str) -> list[str]:
    """The names of the nodes of a role, in the tree's order."""
    return [node.get("name", {}).get("value", "") for node in tree if node["role"]["value"] == role]


def with_property(tree: list[dict[str, Any]], role: str, name: str) -> list[Any]:
    """The values of a property of the nodes of a role."""
    return [
        found["value"]["value"]
        for node in tree
        if node["role"]["value"] == role
        for found in node.get("properties", [])
        if found["name"] == name
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_it_is(opened: Opener, name: str) -> None:
    browser = opened(name)
    title = browser.look("page")["title"]
    tree = browser.accessibility_tree()
    assert title
    assert browser.look("page")["language"] == "fr"
    assert named(tree, "RootWebArea") == [title]
    assert named(tree, "article") == [title]
    assert with_property(tree, "article", "roledescription") == ["email"]


def test_tables_of_layout_are_not_tables(opened: Opener) -> None:
    browser = opened("relation-clients")
    roles = {node["role"]["value"] for node in browser.accessibility_tree()}
    assert sample("relation-clients").html.count("<table") > 5
    assert {role for role in roles if "able" in role or role in ("row", "cell", "grid")} == set()


def test_a_table_of_data_is_one_with_its_headers(opened: Opener) -> None:
    tree = opened("every-block").accessibility_tree()
    assert len(named(tree, "table")) == 1
    assert named(tree, "columnheader") == ["Site", "Postes avant", "Postes après"]
    assert named(tree, "cell") == ["Metz", "120", "85", "Nancy & environs", "60", "40"]
    assert named(tree, "LayoutTable") == []


def test_buttons_and_links_have_names(opened: Opener) -> None:
    tree = opened("relation-clients").accessibility_tree()
    links = named(tree, "link")
    assert {"Questionnaire à suivre sur le site", "Se désinscrire"} <= set(links)
    assert "" not in links
    assert len(links) == len(set(links))


@pytest.mark.parametrize("name", NAMES)
def test_headings_keep_their_levels(opened: Opener, name: str) -> None:
    browser = opened(name)
    tree = browser.accessibility_tree()
    seen = browser.look("headings")
    told = zip(with_property(tree, "heading", "level"), named(tree, "heading"), strict=True)
    assert list(told) == [(heading["level"], heading["words"]) for heading in seen]


@pytest.mark.parametrize("images", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_images_are_told(opened: Opener, name: str, images: bool) -> None:
    browser = opened(name, images=images)
    alts = {picture["alt"] for picture in browser.look("pictures")}
    assert "" not in alts
    assert set(named(browser.accessibility_tree(), "image")) == alts


def test_several_tracts_have_a_table_of_contents(opened: Opener) -> None:
    assert len(named(opened("every-block").accessibility_tree(), "navigation")) == 1
    assert named(opened("relation-clients").accessibility_tree(), "navigation") == []
