"""/v/: a mail in the browser, with nobody in it."""

from dataclasses import replace
from datetime import timedelta
from html import escape

import pytest

from mailer.compose.frame import content_id
from mailer.words import Text
from tests.web.premises import CAMPAIGN, NOW, SETTINGS, Premises, published


def test_the_mail_is_the_same_for_everybody(premises: Premises) -> None:
    page = premises.visitor.get(f"/v/{CAMPAIGN}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-language"] == "fr"
    assert "Évolution de la relation clients" in page.text
    assert "{{" not in page.text
    assert 'href="https://lettre.example.org/privacy#leave"' in page.text
    assert "/u/" not in page.text
    reason = Text("{organisation} sends this message to the people on its lists.", organisation="CGT Exemple")
    assert escape(reason.say("fr")) in page.text
    assert premises.visitor.get(f"/v/{CAMPAIGN}").text == page.text
    assert premises.desk.asked == 1


def test_it_may_show_its_styles_and_images_and_nothing_else(premises: Premises) -> None:
    headers = premises.visitor.get(f"/v/{CAMPAIGN}").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https://lettre.example.org; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-robots-tag"] == "noindex"
    assert headers["cache-control"] == "no-store"


def test_images_inside_the_mails_are_on_the_site() -> None:
    campaign = published()
    image = campaign.edition.images[0]
    html = tuple(piece.replace(image.digest, "x") for piece in campaign.edition.html)
    html = (html[0] + f'<img src="cid:{content_id(image)}" alt="…">', *html[1:])
    premises = Premises(replace(campaign, edition=replace(campaign.edition, html=html)))
    page = premises.visitor.get(f"/v/{CAMPAIGN}").text
    assert "cid:" not in page
    assert f'src="https://lettre.example.org/i/{image.digest}.{image.suffix}"' in page


def test_a_questionnaire_that_knows_people_is_reached_as_nobody() -> None:
    campaign = published()
    own = ("https://enquete.example.org/1?token=", "{{ token }}", "&lang=fr")
    first, *rest = campaign.edition.html
    html = ('<a href="', "{{ questionnaire_url }}", f'">Donner son avis</a>{first}', *rest)
    edition = replace(campaign.edition, html=html, questionnaire=own)
    page = Premises(replace(campaign, edition=edition)).visitor.get(f"/v/{CAMPAIGN}").text
    assert '<a href="https://enquete.example.org/1?token=&amp;lang=fr">Donner son avis</a>' in page


def test_a_hostile_name_of_the_organisation_is_escaped() -> None:
    premises = Premises(text=SETTINGS.replace('"CGT Exemple"', "'<script>\"&{{ 7*7 }}'"))
    page = premises.visitor.get(f"/v/{CAMPAIGN}").text
    assert "<script" not in page
    assert "{{ 7*7 }}" in page


@pytest.mark.parametrize("days, status", [(89, 200), (90, 410), (4000, 410)])
def test_it_expires(premises: Premises, days: int, status: int) -> None:
    premises.visitor.get(f"/v/{CAMPAIGN}")
    premises.now = NOW + timedelta(days=days - 2)  # launched two days ago
    assert premises.visitor.get(f"/v/{CAMPAIGN}").status_code == status


def test_it_may_stay_for_ever() -> None:
    premises = Premises(text=SETTINGS.replace("[lists.adherents]", "view_days = 0\n[lists.adherents]"))
    premises.now = NOW + timedelta(days=40_000)
    assert premises.visitor.get(f"/v/{CAMPAIGN}").status_code == 200


@pytest.mark.parametrize("name", ["aaaaaaaaaa", "%00", "x" * 3000])
def test_no_other_mail(premises: Premises, name: str) -> None:
    assert premises.visitor.get(f"/v/{name}").status_code == 404


def test_it_is_all_that_its_page_is_about(premises: Premises) -> None:
    page = premises.visitor.get(f"/v/{CAMPAIGN}").text
    assert page.count('role="main"') == 1
    assert 'role="article"' not in page
