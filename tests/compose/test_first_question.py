"""The first question in the mail: a button for each choice, above the one that leads to the page."""

from dataclasses import replace
from functools import partial

from mailer.ballots.casting import ballot
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.first_question import FirstQuestion
from mailer.compose.message import MessageWriter
from mailer.model import Edition
from tests.compose.campaigns import KEYS, MATERIALS, PUBLIC_ID, SITE, campaign, lay_out, page, person, text

KEY = bytes(range(32))
FIRST = FirstQuestion(id="avis", text="Ce projet va ?", choices=(("1", "améliorer"), ("2", "dégrader <b>")))
BODY = "# Titre\n\n[Je réponds](questionnaire:){.button}\n\nOu [ici, en ligne](questionnaire:).\n"
PAGE = f"{SITE}/q/{PUBLIC_ID}"


def edition(front: str = "", *, ballots: bool = False) -> Edition:
    one = campaign(BODY, f'questionnaire = "questionnaire.toml"\n{front}')
    return lay_out(one, materials=replace(MATERIALS, first=FIRST, ballots=ballots))


def test_a_button_for_each_choice_above_the_author_s() -> None:
    made = edition()
    html, plain = page(made), text(made)
    for part, words in ((html, "dégrader &lt;b&gt;"), (plain, "dégrader <b>")):
        places = [part.index(one) for one in ("Ce projet va", "améliorer", words, "avant", "Je réponds")]
        assert places == sorted(places)
    assert [(link.destination, link.label) for link in made.links] == [
        (f"{PAGE}?avis=1", "améliorer"),
        (f"{PAGE}?avis=2", "dégrader <b>"),
        (PAGE, "Je réponds"),
    ]
    assert f"{SITE}/l/{PUBLIC_ID}/1" in html


def test_uncounted_it_leads_straight_there() -> None:
    html = page(edition('tracking = "none"\n'))
    for address in (f"{PAGE}?avis=1", f"{PAGE}?avis=2"):
        assert address in html


def test_with_ballots_each_has_their_own() -> None:
    made = edition(ballots=True)
    writer = MessageWriter(made, KEYS, ballot=partial(ballot, KEY))
    values = writer.values(person())
    own = f"{PAGE}/{ballot(KEY, 42)}"
    for part in (fill_page(made.html, values), fill_text(made.text, values)):
        assert f"{own}?avis=1" in part
        assert f"{own}?avis=2" in part
        assert f"{SITE}/l/" not in part
    assert [link.destination for link in made.links] == [PAGE]


def test_without_it_nothing_is_added() -> None:
    made = lay_out(campaign(BODY, 'questionnaire = "questionnaire.toml"\n'), materials=MATERIALS)
    assert "?avis" not in page(made)
    assert [link.destination for link in made.links] == [PAGE]
