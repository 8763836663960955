"""An edition: what the set-up and the front matter make of the same campaign."""

import copy
import re

import pytest

from mailer.compose.edition import preview_mjml
from mailer.compose.frame import content_id
from mailer.compose.materials import Materials
from mailer.findings import has_errors
from tests.compose.campaigns import (
    FILES,
    HOUSE,
    LOGO,
    MATERIALS,
    PUBLIC_ID,
    SITE,
    asset,
    campaign,
    edition,
    lay_out,
    message,
    page,
    read,
    source,
    text,
    tract_template,
)
from tests.compose.pages import body, hrefs, parsed

LINKS = "# T\n\n[Un](https://example.org/a) [Deux](https://example.org/b) [Encore](https://example.org/a)\n"
QUESTION = "# T\n\n[Répondre](questionnaire:){.button}\n"
FILE_FRONT = 'questionnaire = "questionnaire.toml"\n'
AWAY_FRONT = 'questionnaire = "https://q.example.org/1?a=b&c"\n'
PICTURES = "# T\n\n![vu](a.png)\n\nMot ![autre](b.png){width=50} ![encore](a.png)\n"


def images(html: str) -> list[dict[str, str]]:
    return [image.attributes for image in parsed(html).all("img")]


def footer(html: str) -> str:
    return body(html).seen().rpartition(HOUSE.name)[2]


# --- images --------------------------------------------------------------------


def test_images_are_hosted_where_there_is_a_site() -> None:
    one = edition(PICTURES)
    a, b = FILES["a.png"], FILES["b.png"]
    assert [image["src"] for image in images(page(one))] == [
        f"{SITE}/i/{found.digest}.png" for found in (LOGO, a, b, a)
    ]
    assert {found.name for found in one.images} == {"logo.png", "a.png", "b.png"}
    assert b"image/png" not in message(one).as_bytes()


@pytest.mark.parametrize("front, site", [('images = "cid"\n', SITE), ("", ""), ('images = "cid"\n', "")])
def test_images_travel_where_there_is_none_or_when_asked(front: str, site: str) -> None:
    one = edition(PICTURES, front, site=site)
    sources = [image["src"] for image in images(page(one))]
    a, b = FILES["a.png"], FILES["b.png"]
    assert sources == [f"cid:{content_id(found)}" for found in (LOGO, a, b, a)]
    whole = message(one).as_bytes()
    assert whole.count(b"Content-Type: image/png") == 3
    for address in sources:
        assert f"Content-ID: <{address.removeprefix('cid:')}>".encode() in whole


def test_images_are_as_wide_as_asked_and_never_wider_than_the_sheet() -> None:
    files = {**FILES, "a.png": asset("a.png", width=300)}
    one = lay_out(
        campaign(
            "# T\n\n![vu](a.png)\n\n![petit](a.png){width=50}\n\n![grand](a.png){width=500}\n\n![x](b.png)\n"
        ),
        materials=Materials(files=files),
    )
    assert [int(image["width"]) for image in images(page(one))] == [300, 50, 300, 600]


def test_without_a_logo_the_name_stands_in_its_place() -> None:
    one = lay_out(campaign("# T\n\na\n"), materials=Materials())
    assert images(page(one)) == []
    assert body(page(one)).seen().index(HOUSE.name) < body(page(one)).seen().index("T")
    assert one.images == ()


# --- links ---------------------------------------------------------------------


def test_links_are_counted_together_by_default() -> None:
    one = edition(LINKS)
    first, second = (f"{SITE}/l/{PUBLIC_ID}/{number}" for number in (1, 2))
    assert hrefs(page(one))[:3] == [first, second, first]
    assert [(link.number, link.destination, link.label) for link in one.links] == [
        (1, "https://example.org/a", "Un"),
        (2, "https://example.org/b", "Deux"),
    ]
    assert "Un [1] Deux [2] Encore [1]" in text(one)
    assert f"[1] {first}\n[2] {second}\n" in text(one)
    for said in (footer(page(one)), text(one)):
        assert "Les clics sont comptés" in said


def test_untracked_links_are_direct() -> None:
    one = edition(LINKS, 'tracking = "none"\n')
    assert hrefs(page(one))[:3] == [f"https://example.org/{name}" for name in "aba"]
    assert one.links == ()
    assert "[1] https://example.org/a\n[2] https://example.org/b\n" in text(one)
    for said in (footer(page(one)), text(one)):
        assert "Les clics sont comptés" not in said
        assert "Nous ne savons pas" in said


@pytest.mark.parametrize(
    "front, destination",
    [(FILE_FRONT, f"{SITE}/q/{PUBLIC_ID}"), (AWAY_FRONT, "https://q.example.org/1?a=b&c")],
)
def test_the_questionnaire_is_here_or_elsewhere(front: str, destination: str) -> None:
    one = edition(QUESTION, front)
    assert hrefs(page(one))[0] == f"{SITE}/l/{PUBLIC_ID}/1"
    assert [(link.destination, link.label) for link in one.links] == [(destination, "Répondre")]
    untracked = edition(QUESTION, front + 'tracking = "none"\n')
    assert hrefs(page(untracked))[0] == destination
    assert f">> Répondre\n{destination}\n" in text(untracked)


def test_without_a_site_nothing_needs_one() -> None:
    one = edition(QUESTION + "\n[Un](https://example.org/a)\n", AWAY_FRONT, site="")
    html, plain = page(one), text(one)
    assert hrefs(html)[:2] == ["https://q.example.org/1?a=b&c", "https://example.org/a"]
    assert one.links == ()
    for said in (html, plain):
        assert "lettre.example.org" not in said
        assert "/v/" not in said
        assert "navigateur" not in said
    assert all(href.startswith(("https://q.", "https://example.org/", "mailto:")) for href in hrefs(html))


def test_links_are_the_same_for_all_but_the_way_out() -> None:
    one = edition(
        LINKS + "\n{{ first_name }} [Le tract](tract.pdf)\n" + QUESTION.replace("T", "U"), FILE_FRONT
    )
    first, second = (page(one, first_name=name) for name in ("Zoé", "Ali"))
    assert [href for href in hrefs(first) if not re.search("/[up]/", href)] == [
        href for href in hrefs(second) if not re.search("/[up]/", href)
    ]
    assert images(first) == images(second)


def test_a_linked_file_is_named_by_its_bytes() -> None:
    one = edition("# T\n\n[Le tract](tract.pdf)\n")
    assert hrefs(page(one))[0] == f"{SITE}/i/{FILES['tract.pdf'].digest}.pdf"
    assert one.links == ()


def test_a_linked_file_is_in_the_edition() -> None:
    one = edition("# T\n\n[Le tract](tract.pdf)\n")
    assert one.files == (FILES["tract.pdf"],)


def test_the_label_of_a_link_shows_no_mark() -> None:
    one = edition("# T\n\n[Lire, {{ first_name }}](https://example.org)\n")
    assert re.search(r"z(\w)\d{4}\1z", one.links[0].label) is None


# --- hurried hands -------------------------------------------------------------


def test_an_empty_frame_is_left_out_or_said() -> None:
    one, findings = read(source("# T\n\n::: frame\n:::\n\na\n"))
    assert one is not None
    assert has_errors(findings) or "a" in text(lay_out(one))


# --- pure ----------------------------------------------------------------------

WHOLE = LINKS + "\n{{ first_name }} ![vu](a.png)\n\n" + QUESTION.replace("# T", "# U")


def test_twice_gives_the_same_and_changes_nothing() -> None:
    one = campaign(WHOLE, FILE_FRONT, subject="{{ first_name }}, l'heure")
    before = copy.deepcopy(one)
    first, second = lay_out(one), lay_out(one)
    assert first == second
    assert one == before
    again = lay_out(campaign(WHOLE, FILE_FRONT, subject="{{ first_name }}, l'heure"))
    assert again == first


def test_no_mark_is_left_anywhere() -> None:
    one = edition(WHOLE, FILE_FRONT, subject="{{ first_name }}")
    for slotted in (one.html, one.text, one.subject, one.frame.html, one.frame.text):
        assert not any(re.search(r"z[a-z]\d{4,}[a-z]z", piece) for piece in slotted[::2])
        assert all(re.fullmatch(r"\{\{ .* \}\}|\{% .* %\}", tag) for tag in slotted[1::2])


def test_the_mjml_can_be_looked_at() -> None:
    source = preview_mjml(campaign(WHOLE, FILE_FRONT), tract_template(), HOUSE, MATERIALS, PUBLIC_ID)
    assert source.lstrip().startswith("<mjml ")
    assert "<mj-include" not in source
