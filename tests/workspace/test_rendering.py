"""A draft for the eyes: whose message it is, what is written, and when nothing is."""

import re
import shutil
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from mailer.errors import FaultsError, UsageError
from mailer.workspace.rendering import render
from tests.workspace.author import NOW, Author, body

ZOE, BO = "zoe.lefevre@example.org", "bo@example.com"


@pytest.fixture
def tract(author: Author) -> Author:
    author.campaign("Bonjour {{ prenom or 'à toi' }} {{ nom }}")
    return author


def test_the_date_is_the_one_given(tract: Author) -> None:
    assert parsedate_to_datetime(tract.letter(ZOE)["Date"]) == NOW


def test_the_same_person_and_date_give_the_same_bytes(tract: Author) -> None:
    first = [path.read_bytes() for path in tract.render(ZOE).files]
    assert [path.read_bytes() for path in tract.render(ZOE).files] == first
    assert [path.suffix for path in tract.render(ZOE).files] == [".html", ".txt", ".eml"]


def test_a_message_id_is_of_a_person_and_a_workspace(tract: Author) -> None:
    of_zoe = str(tract.letter(ZOE)["Message-ID"])
    assert str(tract.letter(BO)["Message-ID"]) != of_zoe
    assert re.fullmatch(r"<[0-9a-f]{32}@lettre\.example\.org>", of_zoe)
    shutil.rmtree(tract.root / "subscribers/keys")
    assert str(tract.letter(ZOE)["Message-ID"]) != of_zoe


@pytest.mark.parametrize(
    "email, words",
    [
        (ZOE, "Bonjour Zoé Lefèvre"),
        ("accueil.technique@example.com", "Bonjour à toi Martin"),
        ("sean.oconnor@example.net", "Bonjour Sean O'Connor"),
        ("nguyen.thi.ha@example.org", "Bonjour Thị Hà Nguyễn"),
        ("ines.da-silva+tracts@example.com", "Bonjour Inês da Silva Araújo"),
        ("absent@example.org", "Bonjour à toi"),
        (None, "Bonjour Camille Exemple"),
    ],
)
def test_each_gets_their_own_words(tract: Author, email: str | None, words: str) -> None:
    message = tract.letter(email)
    assert words in body(message, "plain")
    assert words.replace("'", "&#x27;") in body(message, "html")
    assert message["To"] == (email or "camille.exemple@example.org")


def test_a_field_of_the_lists_own_shows_its_name_when_nobody_is_named(author: Author) -> None:
    author.write("subscribers/sample.csv", "email,service\nbo@example.com,Paie\n")
    author.campaign("Au service {{ service }}")
    assert "Au service [service]" in body(author.letter(), "plain")
    assert "Au service Paie" in body(author.letter(BO), "plain")


def test_the_list_through_which_a_person_belongs(author: Author) -> None:
    author.edit("mailer.toml", "[lists.sample]", '[lists.section-2]\ntitle = "Deux"\n\n[lists.sample]')
    author.write("subscribers/section-2.csv", "email\nbo@example.com\nann@example.org\n")
    author.campaign()
    author.edit("campaigns/tract.md", '["sample"]', '["sample", "section-2"]')
    of_bo, of_ann = author.letter(BO), author.letter("ann@example.org")
    assert of_bo["List-Id"] == "<sample.lettre.example.org>"
    assert of_ann["List-Id"] == '"Deux" <section-2.lettre.example.org>'
    assert "Deux" in body(of_ann, "plain")


@pytest.mark.parametrize("email", ["bad", "", "a b@example.org", "é@example.org", "a@b\0.org", "a@-b.org"])
def test_an_address_that_is_none(tract: Author, email: str) -> None:
    with pytest.raises(UsageError):
        tract.render(email)
    assert not (tract.root / "out").exists()


def test_faults_stop_it_before_anything_is_written(tract: Author) -> None:
    tract.campaign("Bonjour {{ prenon }}")
    with pytest.raises(FaultsError) as raised:
        tract.render()
    assert [finding.code for finding in raised.value.findings] == ["unknown-field"]
    assert not (tract.root / "out").exists()


def test_the_page_needs_nothing_but_what_lies_beside_it(author: Author) -> None:
    author.render(slug="relation-clients")
    page = (author.root / "out/relation-clients.html").read_text(encoding="utf-8")
    sources = re.findall(r'<(?:img|link|script|iframe)[^>]* (?:src|href)="([^"]*)"', page)
    assert len(sources) == 3
    for source in sources:
        assert (author.root / "out" / source).is_file()
    assert not re.search(r"url\(|@import|srcset|background=", page)


@pytest.mark.parametrize("taken", ["out", "out/images", "out/tract.txt"])
def test_where_it_cannot_be_written(tract: Author, taken: str) -> None:
    if taken == "out/tract.txt":
        (tract.root / taken).mkdir(parents=True)
    else:
        tract.write(taken, "a file")
    with pytest.raises(UsageError, match="cannot be written"):
        tract.render()


def test_a_campaign_from_anywhere_in_the_workspace(tract: Author, tmp_path: Path) -> None:
    aside = tract.write("brouillons/idee.md", (tract.root / "campaigns/tract.md").read_bytes())
    rendered = render(tract.workspace, str(aside), None, tmp_path / "out", NOW)
    assert [path.name for path in rendered.files] == ["idee.html", "idee.txt", "idee.eml"]
