"""What stands around the tracts: titles, contents, first line, footer; who speaks and in which language."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.compose.campaigns import (
    FACES,
    FILES,
    HOUSE,
    MATERIALS,
    PUBLIC_ID,
    SITE,
    campaign,
    edition,
    lay_out,
    message,
    page,
    text,
)
from tests.compose.pages import body, hrefs, named, parsed

# --- headings ------------------------------------------------------------------


def test_one_tract_gives_the_mail_its_title() -> None:
    html = page(edition("# Le titre *fort*\n\n## Dessous\n\na\n", subject="L'objet !"))
    assert named(html, "h1", "h2") == ["Le titre fort", "Dessous"]
    assert named(html, "ol") == []
    (title,) = parsed(html).all("title")
    assert title.inside == ["L’objet\u00a0!"]


def test_of_several_the_subject_is_the_title() -> None:
    one = edition("# Un\n\n## Dessous\n\na\n\n# Deux `c`\n\nb\n\n# Trois\n\nc\n", subject="L'objet")
    html = page(one)
    assert named(html, "h1", "h2", "h3") == ["L’objet", "Un", "Dessous", "Deux c", "Trois"]
    assert named(html, "li") == ["Un", "Deux c", "Trois"]
    anchors = [link.attributes["id"] for link in body(html).all("a") if "id" in link.attributes]
    assert hrefs(html)[:3] == [f"#{anchor}" for anchor in anchors]
    assert "1 / 3" in body(html).seen()
    plain = text(one)
    assert plain.startswith("L’objet\n=======\n\nDans ce message\n1. Un\n2. Deux c\n3. Trois\n")
    assert "2 / 3\nDeux c\n------\n" in plain


# --- what surrounds -------------------------------------------------------------


def test_the_subject_has_its_prefix_and_its_typography() -> None:
    house = replace(HOUSE, subject_prefix="[CGT]")
    one = lay_out(
        campaign("# A\n\na\n\n# B\n\nb\n", subject="C'est l'heure : {{ first_name }} !"), house=house
    )
    assert one.subject == ("[CGT] C’est l’heure\u00a0: ", "{{ first_name }}", "\u00a0!")
    assert named(page(one, first_name="Zoé"), "h1") == ["[CGT] C’est l’heure\u00a0: Zoé\u00a0!"]


def test_the_preheader_is_there_to_be_read() -> None:
    one = edition("# T\n\na\n", 'preheader = "Ce qu\'on prépare : {{ first_name }}"\n')
    html = page(one, first_name="Zoé")
    assert body(html).seen().strip().startswith("Ce qu’on prépare\u00a0: Zoé")
    assert text(one, first_name="Zoé").startswith("Ce qu’on prépare\u00a0: Zoé\n\n")
    for hiding in ("display:none", "visibility:hidden", "opacity:0", "max-height:0", "font-size:0;"):
        assert hiding not in html.partition("<body")[2].replace(" ", "")


def test_no_preheader_leaves_nothing() -> None:
    one = edition("# Titre\n\na\n")
    assert text(one).startswith("Titre\n=====\n")


def test_the_footer_says_who_why_and_how_to_leave() -> None:
    one = edition("# T\n\na\n")
    for said in (body(page(one)).seen(), text(one)):
        for word in (HOUSE.name, HOUSE.address, HOUSE.contact, FACES[0].reason):
            assert word in said
    (leave,) = [href for href in hrefs(page(one)) if "/u/" in href]
    assert leave in text(one)
    choose = leave.replace("/u/", "/p/")  # one token: it costs no further signature
    assert choose in hrefs(page(one))
    assert choose in text(one)
    assert f"{SITE}/v/{PUBLIC_ID}" in hrefs(page(one))
    assert f"{SITE}/privacy" in hrefs(page(one))


def test_one_forwards_the_page_and_never_this_mail() -> None:
    (forward,) = [
        href for href in hrefs(page(edition("# T\n\na\n", subject="A & b ?"))) if "?subject=" in href
    ]
    assert forward == f"mailto:?subject=A%20%26%20b%C2%A0%3F&body=https%3A//lettre.example.org/v/{PUBLIC_ID}"


@pytest.mark.parametrize("language, leave", [("fr", "Se désinscrire"), ("en", "Unsubscribe")])
def test_the_language_is_the_campaigns(language: str, leave: str) -> None:
    one = edition("# T\n\nl'an !\n", f'language = "{language}"\n')
    (root,) = parsed(page(one)).all("html")
    assert root.attributes["lang"] == language
    assert leave in body(page(one)).seen()
    assert leave in text(one)
    assert ("l’an\u00a0!" if language == "fr" else "l’an !") in text(one)
    assert f"Content-Language: {language}\r\n".encode() in message(one).as_bytes()


def test_the_house_speaks_as_it_is() -> None:
    house = replace(HOUSE, name="A & <b>", address='"1" > 2', contact="o'neil&co@example.org")
    one = lay_out(campaign("# T\n\na\n"), house=house)
    for said in (body(page(one)).seen(), text(one)):
        assert all(word in said for word in (house.name, house.address, house.contact))


def test_an_edition_keeps_what_sends_need() -> None:
    one = lay_out(
        campaign("# T\n\n{{ prenom }} {% if nom %}a{% endif %}\n", 'expires = "72h"\n'),
        materials=replace(MATERIALS, attachments=(FILES["tract.pdf"],)),
    )
    assert one.fields == {"first_name", "last_name"}
    assert (one.public_id, one.site, one.language) == (PUBLIC_ID, SITE, "fr")
    assert one.expires == timedelta(hours=72)
    assert one.lists == FACES
    assert one.attachments == (FILES["tract.pdf"],)
    assert b'filename="tract.pdf"' in message(one).as_bytes()
    assert len(one.digest) == 64
