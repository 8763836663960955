"""The shelf: what was read of launched campaigns, kept at hand and never without end."""

import asyncio
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mailer.model import TrackedLink
from mailer.web.shelf import Recent, Shelf, is_public_id
from tests.web.desk import TwinDesk
from tests.web.premises import CAMPAIGN, Premises, published, settings


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans())), st.integers(1, 4))
def test_the_last_used_are_kept(steps: list[tuple[str, bool]], most: int) -> None:
    recent: Recent[str] = Recent(most)
    used: list[str] = []  # the oldest first
    for name, keep in steps:
        known = name in used
        assert recent.get(name) == (name.upper() if known else None)
        if keep or known:
            used = [one for one in used if one != name] + [name]
        if keep:
            assert recent.keep(name, name.upper()) == name.upper()
        used = used[-most:]


def test_campaigns_are_kept_up_to_a_number() -> None:
    """Thirty views where twenty have room, asked for by whoever has an old mail."""
    desk = TwinDesk(settings(), [published(public_id=f"a{number}") for number in range(30)])
    shelf = Shelf(desk)

    async def view(public_id: str) -> None:
        assert await shelf.view(public_id, lambda found: found.public_id) is not None

    for _twice in range(2):
        for number in range(30):
            asyncio.run(view(f"a{number}"))
    assert desk.asked == 60  # the first twenty have made room when they are asked for again
    for _ in range(5):
        asyncio.run(view("a29"))
    assert desk.asked == 60


def test_unknown_links_of_a_known_campaign_ask_the_store_again() -> None:
    """A campaign amended since may have got them."""
    premises = Premises(published(links=["https://example.org/a"]))
    assert premises.visitor.get(f"/l/{CAMPAIGN}/2").status_code == 404
    premises.desk.campaigns[CAMPAIGN] = published(links=["https://example.org/a", "https://example.org/b"])
    assert premises.visitor.get(f"/l/{CAMPAIGN}/2").headers["location"] == "https://example.org/b"
    asked = premises.desk.asked
    premises.visitor.get(f"/l/{CAMPAIGN}/1")
    assert premises.desk.asked == asked


def test_links_of_the_editions_before_lead_on() -> None:
    """An amended campaign: their mails are out."""
    first = TrackedLink(number=1, destination="https://example.org/first", label="…")
    second = TrackedLink(number=2, destination="https://example.org/second", label="…")
    amended = published()
    amended = replace(amended, edition=replace(amended.edition, links=(second,)), earlier=(first,))
    premises = Premises(amended)
    led = [premises.visitor.get(f"/l/{CAMPAIGN}/{number}").headers.get("location") for number in (1, 2, 3)]
    assert led == [first.destination, second.destination, None]


def test_an_amended_text_is_shown_within_a_minute() -> None:
    instant = [0.0]
    desk = TwinDesk(settings(), [published()])
    shelf = Shelf(desk, lambda: instant[0])

    def shown() -> tuple[str, str]:
        view = asyncio.run(shelf.view(CAMPAIGN, lambda found: str(found.edition.digest)))
        asked = asyncio.run(shelf.questionnaire(CAMPAIGN))
        assert view is not None
        assert asked is not None
        return view[0], asked[1]

    before = shown()
    amended = published(language="en")
    desk.campaigns[CAMPAIGN] = replace(amended, edition=replace(amended.edition, digest="new"))
    instant[0] = 59.0
    assert shown() == before
    instant[0] = 61.0
    desk.broken = True  # the store is away: what was read goes on
    assert shown() == before
    desk.broken = False
    assert shown() == ("new", "en")


def test_a_store_that_fails_once_is_asked_again() -> None:
    premises = Premises()
    premises.desk.broken = True
    paths = [f"/l/{CAMPAIGN}/1", f"/v/{CAMPAIGN}", f"/q/{CAMPAIGN}"]
    assert [premises.visitor.get(path).status_code for path in paths] == [503] * 3
    premises.desk.broken = False
    assert [premises.visitor.get(path).status_code for path in paths] == [302, 200, 200]
    premises.desk.broken = True  # what is at hand needs no store: readers go on reading
    assert [premises.visitor.get(path).status_code for path in paths] == [302, 200, 200]


@given(st.text(max_size=30))
def test_only_what_may_be_an_id_reaches_the_store(text: str) -> None:
    desk = TwinDesk(settings())
    shelf = Shelf(desk)
    assert asyncio.run(shelf.destination(text, 1)) is None
    assert desk.asked == is_public_id(text)
    assert not is_public_id(text) or (text.isascii() and text.isalnum())
