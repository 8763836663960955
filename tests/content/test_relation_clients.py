"""The sample workspace: the tract's words whole and in order, its images, questionnaire and people."""

import csv
import re
import struct
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

import pytest
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.attrs import attrs_plugin

ROOT = Path(__file__).parents[2]
CAMPAIGN = ROOT / "campaigns/relation-clients.md"
BESIDE = ROOT / "campaigns/relation-clients"
TRACT = Path(__file__).with_name("tract-relation-clients.txt")
MARKER = re.compile(r"\[(?:image|bookmark):[^\]]*\]")
RESERVED = {"example.org", "example.com", "example.net"}  # RFC 2606, 3
LANGUAGES = {"fr", "en"}
KINDS = {"single", "multiple", "scale", "yes-no", "number", "rank", "matrix", "text"}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def parts() -> tuple[dict[str, Any], str]:
    opening, front, body = re.split(r"^\+\+\+\n", CAMPAIGN.read_text(encoding="utf-8"), flags=re.M)
    assert opening == ""
    return tomllib.loads(front), body


@pytest.fixture(scope="module")
def front() -> dict[str, Any]:
    return parts()[0]


@pytest.fixture(scope="module")
def tree() -> SyntaxTreeNode:
    parser = MarkdownIt("commonmark", {"html": False}).use(attrs_plugin)
    return SyntaxTreeNode(parser.parse(parts()[1]))


def readable(node: SyntaxTreeNode) -> Iterator[str]:
    """What a reader sees of a node, images aside."""
    if node.type in {"text", "code_inline"}:
        yield node.content
    elif node.type in {"softbreak", "hardbreak"}:
        yield "\n"
    elif node.type != "image":
        for child in node.children:
            yield from readable(child)


def said(node: SyntaxTreeNode) -> str:
    return "".join(readable(node))


def find(tree: SyntaxTreeNode, kind: str) -> list[SyntaxTreeNode]:
    return [node for node in tree.walk() if node.type == kind]


def size_of_png(path: Path) -> tuple[int, int]:
    """Width and height in pixels, from the IHDR chunk (PNG specification, 11.2.1)."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


# --- the words ---------------------------------------------------------------


def test_every_word_of_the_tract_in_order(tree: SyntaxTreeNode) -> None:
    expected = words(MARKER.sub("", TRACT.read_text(encoding="utf-8")))
    blocks = [said(block) for block in find(tree, "inline")]
    assert len(expected) == 558
    assert words("\n".join(blocks)) == expected


def test_punctuation_stays_the_authors(tree: SyntaxTreeNode) -> None:
    """Sign by sign, spaces and the typed bullets aside."""

    def signs(text: str) -> str:
        return re.sub(r"[\s·]+", "", text)

    source = MARKER.sub("", TRACT.read_text(encoding="utf-8"))
    assert signs("".join(said(block) for block in find(tree, "inline"))) == signs(source)


def test_three_headings(tree: SyntaxTreeNode) -> None:
    assert [(node.tag, said(node)) for node in find(tree, "heading")] == [
        ("h1", "Évolution de la relation clients"),
        ("h2", "Projet d'adaptation de nos services clients en 2020"),
        ("h2", "Le projet concrètement"),
    ]


def test_three_lists(tree: SyntaxTreeNode) -> None:
    lists = find(tree, "bullet_list")
    assert [len(node.children) for node in lists] == [3, 2, 3]
    assert not find(tree, "ordered_list")
    firsts = [[words(said(item))[0] for item in node.children] for node in lists]
    assert firsts == [
        ["Baisse", "Augmentation", "Baisse"],
        ["Baisse", "Augmenter"],
        ["Mutualisation", "Arrêt", "Développer"],
    ]


def test_the_one_link_is_a_button_alone_in_its_paragraph(tree: SyntaxTreeNode) -> None:
    (link,) = find(tree, "link")
    assert (link.attrs["href"], link.attrs["class"]) == ("questionnaire:", "button")
    assert said(link) == "Questionnaire à suivre sur le site"
    inline = link.parent
    assert inline is not None
    assert inline.children == [link]


def test_no_placeholder_and_no_leftover_of_the_word_processor() -> None:
    body = parts()[1]
    assert not re.search(r"\{\{|\{%|\[image|\[bookmark|^\s*·|<\w", body, re.M)
    assert is_normalized("NFC", body)


# --- the front matter --------------------------------------------------------


def test_front_matter(front: dict[str, Any], tree: SyntaxTreeNode) -> None:
    assert front["subject"] == said(find(tree, "heading")[0])
    assert 35 <= len(front["preheader"]) <= 110  # what inboxes show beside a subject
    assert front["sample"] is True
    assert (front["tracking"], front["language"]) == ("aggregate", "fr")
    assert (ROOT / "templates" / front["template"]).is_dir()
    settings = tomllib.loads((ROOT / "mailer.toml").read_text(encoding="utf-8"))
    assert set(front["lists"]) <= set(settings["lists"])


# --- the images --------------------------------------------------------------


def test_two_images_of_ours_with_words_for_those_who_do_not_see_them(tree: SyntaxTreeNode) -> None:
    images = find(tree, "image")
    sources = [str(image.attrs["src"]) for image in images]
    assert len(sources) == 2
    assert set(sources) == {path.name for path in BESIDE.glob("*.png")}
    for image in images:
        assert 20 <= len(image.content) <= 160
        assert not re.search(r"[\\/]|\.(png|jpg)|^(image|logo)\b", image.content, re.I)


def test_images_are_twice_as_large_as_shown_and_light(tree: SyntaxTreeNode) -> None:
    for image in find(tree, "image"):
        path = BESIDE / str(image.attrs["src"])
        assert size_of_png(path)[0] == 2 * int(str(image.attrs["width"]))
        assert path.stat().st_size <= 60_000


def test_logo() -> None:
    logo = ROOT / "templates/tract/logo.png"
    assert size_of_png(logo) == (400, 112)
    assert logo.stat().st_size <= 15_000
    assert b"tRNS" in logo.read_bytes()  # a palette with transparency: no box on a dark page


# --- the questionnaire -------------------------------------------------------


@pytest.fixture(scope="module")
def questionnaire(front: dict[str, Any]) -> dict[str, Any]:
    return tomllib.loads((BESIDE / front["questionnaire"]).read_text(encoding="utf-8"))


def test_questionnaire(questionnaire: dict[str, Any]) -> None:
    assert questionnaire["mode"] == "open"
    assert questionnaire["closes"] == date(2027, 3, 31)
    assert questionnaire["k"] == 5
    assert questionnaire["title"]
    assert questionnaire["intro"]


def test_questions(questionnaire: dict[str, Any]) -> None:
    questions = questionnaire["question"]
    names = [question["id"] for question in questions]
    assert len(set(names)) == len(names) == 5
    assert {question["kind"] for question in questions} == {"single", "multiple", "scale", "text"} <= KINDS
    for question in questions:
        assert question["text"].strip()
        if question["kind"] in {"single", "multiple"}:
            options = question["options"]
            assert len(set(options)) == len(options) >= 2


# --- the people --------------------------------------------------------------


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    with (ROOT / "subscribers/sample.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        assert reader.fieldnames == ["email", "first_name", "last_name", "language"]
        return list(reader)


def test_twelve_people_who_cannot_exist(people: list[dict[str, str]]) -> None:
    addresses = [person["email"].casefold() for person in people]
    assert len(set(addresses)) == len(addresses) == 12
    assert {address.partition("@")[2] for address in addresses} == RESERVED
    assert {person["language"] for person in people} == LANGUAGES


def test_the_sample_holds_the_hard_cases(people: list[dict[str, str]]) -> None:
    firsts = {person["first_name"] for person in people}
    lasts = {person["last_name"] for person in people}
    assert "" in firsts
    assert "" in lasts
    assert max(map(len, firsts | lasts)) >= 30
    assert {"Zoé", "Maël", "Łukasz"} <= firsts
    assert any("'" in name for name in lasts)
    assert any("’" in name for name in lasts)
    assert is_normalized("NFC", "".join(firsts | lasts))


def test_nothing_else_under_subscribers_is_shared() -> None:
    rules = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    held = [rule for rule in rules if "/subscribers/" in rule]
    assert held == ["/subscribers/*", "!/subscribers/README.md", "!/subscribers/sample.csv"]
