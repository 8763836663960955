"""The questionnaire's form as a screen reader is told it, and read at 200 and 400 %."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.chromium import Browser
from tests.browser.pages import go_to
from tests.browser.test_accessibility import named
from tests.browser.test_inbox import driver
from tests.browser.test_pages import TARGETS, small
from tests.web.premises import Premises

House = tuple[Premises, str]
Node = dict[str, Any]


def kept(tree: list[Node], *roles: str) -> list[Node]:
    return [node for node in tree if not node["ignored"] and node["role"]["value"] in roles]


def name_of(node: Node) -> str:
    return _plain(node.get("name", {}))


def described(node: Node) -> str:
    return _plain(node.get("description", {}))


def _plain(value: dict[str, Any]) -> str:
    return str(value.get("value", "")).replace("\u00a0", " ")


def told(node: Node, name: str) -> Any:
    """A property of a node, as it is told; None when it is not."""
    found = [one["value"].get("value") for one in node.get("properties", []) if one["name"] == name]
    return found[0] if found else None


def within(tree: list[Node], top: Node) -> Iterator[Node]:
    """The nodes below another."""
    nodes = {node["nodeId"]: node for node in tree}
    for child in top.get("childIds", []):
        if child in nodes:
            yield nodes[child]
            yield from within(tree, nodes[child])


def group(tree: list[Node], words: str) -> Node:
    """The one question whose name holds these words."""
    [found] = [node for node in kept(tree, "group", "radiogroup") if words in name_of(node)]
    return found


@pytest.fixture(scope="module")
def form(browser: Browser, house: House) -> list[Node]:
    browser.show(375)
    go_to("questions", browser, *house)
    return browser.accessibility_tree(whole=True)


@pytest.fixture(scope="module")
def sent_back(browser: Browser, house: House) -> list[Node]:
    browser.show(375)
    go_to("faults", browser, *house)
    return browser.accessibility_tree(whole=True)


def test_each_question_is_a_group_with_its_number_and_its_words(form: list[Node]) -> None:
    questions = [
        node for node in kept(form, "group", "radiogroup", "textbox") if name_of(node).startswith("Question ")
    ]
    assert sorted(int(name_of(node).split()[1]) for node in questions) == list(range(1, 12))
    assert all(" sur 12 " in name_of(node) for node in questions)
    roles = {int(name_of(node).split()[1]): node["role"]["value"] for node in questions}
    assert [number for number, role in sorted(roles.items()) if role == "group"] == [2, 10, 11]
    assert [number for number, role in sorted(roles.items()) if role == "textbox"] == [4, 9]
    assert 12 not in roles  # it is asked of some: who does not see it does not hear it


def test_answers_are_heard_within_their_question(form: list[Node]) -> None:
    several = list(within(form, group(form, "Pourquoi ?")))
    assert named(several, "checkbox") == ["salaires", "horaires", "santé", "Une autre réponse, avec vos mots"]
    assert list(map(name_of, kept(several, "textbox"))) == ["Si c’est une autre réponse, laquelle ?"]
    assert "salaires" not in named(list(within(form, group(form, "Ce projet va…"))), "radio")
    rank = list(within(form, group(form, "Par quoi commencer ?")))
    assert named(rank, "combobox") == ["salaires", "horaires", "santé"]
    rows = kept(list(within(form, group(form, "Comment trouvez-vous…"))), "radiogroup")
    assert list(map(name_of, rows)) == ["les bureaux", "la cantine"]
    for row in rows:
        answers = named(list(within(form, row)), "radio")
        assert answers == ["bien", "passable", "mal", "Je ne souhaite pas répondre"]


def test_what_helps_is_heard_with_the_question(form: list[Node]) -> None:
    assert described(group(form, "Pourquoi ?")) == "Réponses au plus : 2"
    assert described(group(form, "Votre charge")) == "0 = légère 10 = intenable"
    assert "20 caractères au plus" in [described(node) for node in kept(form, "textbox")]
    assert "les rangs vont jusqu’à 3" in described(group(form, "Par quoi commencer ?"))


def test_what_must_be_answered_is_told(form: list[Node]) -> None:
    needed = [node for node in kept(form, "radiogroup", "textbox") if told(node, "required")]
    assert [name_of(node)[:28] for node in needed] == ["Question 5 sur 12 · obligato"]
    left = [name_of(node) for node in kept(form, "radio") if "ne souhaite pas répondre" in name_of(node)]
    assert len(left) == 7  # each that may be left says so: questions 1, 3, 6, 7, 8, and two rows


def test_nothing_is_wrong_before_it_was_sent(form: list[Node]) -> None:
    assert {told(node, "invalid") for node in form} <= {None, "false"}


def test_what_is_wrong_is_heard_where_it_is(sent_back: list[Node]) -> None:
    [summary] = kept(sent_back, "alert")
    assert told(summary, "focused") is True
    links = named(list(within(sent_back, summary)), "link")
    assert [link.split()[1] for link in links] == ["2", "5", "9", "10"]
    wrong = [node for node in sent_back if told(node, "invalid") == "true"]
    by_role = sorted((node["role"]["value"], name_of(node)[:17]) for node in wrong)
    assert by_role == [
        *[("checkbox", name) for name in ("Une autre réponse", "horaires", "salaires", "santé")],
        *[("combobox", name) for name in ("horaires", "salaires", "santé")],
        ("radiogroup", "Question 5 sur 12"),
        ("textbox", "Question 9 sur 12"),
        *[("textbox", "Si c’est une autr")] * 2,
    ]
    for words, said in (
        ("Pourquoi ?", "Vous avez choisi une autre réponse"),
        ("pour ou contre ?", "Cette question attend une réponse."),
        ("Par quoi commencer ?", "Aucune réponse n’a le rang 1"),
    ):
        assert said in described(group(sent_back, words))
    typed = [node for node in wrong if node["role"]["value"] == "textbox"]
    assert all(described(node) for node in typed)
    assert [told(node, "checked") for node in kept(sent_back, "checkbox")] == ["true"] * 4  # what was chosen


@pytest.mark.parametrize("name", ["questions", "faults", "review", "results"])
@pytest.mark.parametrize("zoom", [2, 4])
def test_it_is_read_enlarged(browser: Browser, house: House, name: str, zoom: int) -> None:
    """A window of 1280 by 800 whose owner enlarges all of it to 200 or 400 % (WCAG 1.4.4, 1.4.10)."""
    browser.show(1280 // zoom, height=800 // zoom, density=zoom)
    go_to(name, browser, *house)
    chrome = driver(browser)
    assert chrome.execute_script("return devicePixelRatio") == zoom
    assert browser.look("overflow") == []
    assert small(chrome.execute_script(TARGETS)) == []
    assert len(browser.look("texts")) > 4
