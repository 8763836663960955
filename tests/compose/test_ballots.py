"""A mail with a ballot: its reader's own link to the questionnaire, and not a byte more that differs."""

from dataclasses import replace
from functools import partial

import pytest

from mailer.ballots.casting import ballot
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.message import MessageWriter
from mailer.model import Edition
from tests.compose.campaigns import DATE, KEYS, MATERIALS, PUBLIC_ID, SITE, campaign, lay_out, person

KEY = bytes(range(32))
FRONT = 'questionnaire = "questionnaire.toml"\n'
BODY = (
    "# Titre\n\n[Je réponds](questionnaire:){.button}\n\n"
    "Voir [notre site](https://example.org/a), puis [répondre](questionnaire:).\n"
)
PAGE = f"{SITE}/q/{PUBLIC_ID}"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return lay_out(campaign(BODY, FRONT), materials=replace(MATERIALS, ballots=True))


def parts(edition: Edition, subscriber: int) -> tuple[str, str]:
    writer = MessageWriter(edition, KEYS, ballot=partial(ballot, KEY))
    values = writer.values(replace(person(), subscriber=subscriber))
    return fill_page(edition.html, values), fill_text(edition.text, values)


def test_each_has_their_own_link_in_both_parts(edition: Edition) -> None:
    for subscriber in (7, 42):
        for part in parts(edition, subscriber):
            assert part.count(f"{PAGE}/{ballot(KEY, subscriber)}") >= 1
            assert part.count(f"{PAGE}/") == part.count(f"{PAGE}/{ballot(KEY, subscriber)}")


def test_it_is_counted_under_its_number_and_never_through_it(edition: Edition) -> None:
    numbers = {link.destination: link.number for link in edition.links}
    assert set(numbers) == {PAGE, "https://example.org/a"}
    for part in parts(edition, 42):
        assert f"{SITE}/l/{PUBLIC_ID}/{numbers[PAGE]}" not in part
        assert f"{SITE}/l/{PUBLIC_ID}/{numbers['https://example.org/a']}" in part


def test_nothing_else_differs(edition: Edition) -> None:
    """G12: but for the way out, what two people get is the same."""
    writer = MessageWriter(edition, KEYS, ballot=partial(ballot, KEY))
    same = []
    for subscriber in (7, 42):
        one = replace(person(), subscriber=subscriber)
        out = writer.values(one)["unsubscribe_url"].rpartition("/")[2]
        own = ballot(KEY, subscriber)
        same.append([part.replace(own, "").replace(out, "") for part in parts(edition, subscriber)])
    assert same[0] == same[1]


def test_each_time_the_same(edition: Edition) -> None:
    writer = MessageWriter(edition, KEYS, ballot=partial(ballot, KEY))
    again = MessageWriter(edition, KEYS, ballot=partial(ballot, KEY))
    assert writer.write(person(), DATE) == again.write(person(), DATE)


def test_closed_it_leads_to_the_page_that_says_so(edition: Edition) -> None:
    values = MessageWriter(edition, KEYS).values(person())
    for part in (fill_page(edition.html, values), fill_text(edition.text, values)):
        assert PAGE in part
        assert f"{PAGE}/" not in part


def test_no_field_passes_for_it() -> None:
    body = BODY + "\nBonjour {{ first_name }}.\n"
    one = lay_out(campaign(body, FRONT), materials=replace(MATERIALS, ballots=True))
    evil = replace(person(), fields={"questionnaire_url": "https://evil.example", "first_name": "Zoé"})
    values = MessageWriter(one, KEYS, ballot=partial(ballot, KEY)).values(evil)
    assert values["questionnaire_url"] == f"{PAGE}/{ballot(KEY, 42)}"
