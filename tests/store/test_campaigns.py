"""Campaigns in the store: what a launch freezes, who is selected, what changes their course."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.delivery import Tally
from mailer.model import Asset, TrackedLink, Variant
from mailer.store.campaigns import by_destination
from mailer.store.driver import RuleError
from mailer.store.editions import dump, load
from mailer.store.launches import new_public_id
from mailer.store.store import Store
from tests.golden.samples import sample
from tests.store.house import (
    ANA,
    CAMPAIGN,
    LIST,
    LUC,
    NOON,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    launch_of,
    number,
    opened,
    small_edition,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py

OTHER = "contacts"


def test_each_is_selected_once_through_the_first_list_that_holds_them(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        bring(store, ANA, LUC, slug=OTHER)
        assert launch(store, lists=[OTHER, LIST]) == Tally(audience=3, pending=3)
        lists = {turn.subscriber: turn.list for turn in claimed(store)}
        assert lists == {number(store, ZOE): LIST, number(store, ANA): OTHER, number(store, LUC): OTHER}


def test_an_audience_before_its_launch(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC, "sean@example.com")
        bring(store, LUC, slug=OTHER)
        with store.together():
            store.exits.object(number(store, ZOE), "site")
            store.exits.leave(number(store, LUC), (LIST,), "site")
            store.exits.leave(number(store, ANA), (LIST,), "site")
        inside(store).execute(  # objected, though a hand put them back on the list
            "UPDATE membership SET state = 'subscribed' WHERE subscriber = ?", [number(store, ZOE)]
        )
        with store.apart():
            audience = store.launches.audience([LIST, OTHER])
        assert (audience.size, audience.suppressed, audience.departed) == (2, 1, 1)
        assert audience.domains == (("example.com", 1), ("example.org", 1))
        assert launch(store, lists=[LIST, OTHER]) == Tally(audience=3, pending=2, excluded=1)
        assert store.campaigns.reasons(CAMPAIGN) == [("excluded", "suppressed", 1)]


@pytest.mark.parametrize("people", [0, 1, 499, 500, 501, 1001])
def test_slices_hold_everybody(tmp_path: Path, people: int) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(people)))
        launch(store)
        seen: list[int] = []
        while (turns := _next(store)) is not None:
            assert len(turns) <= 500
            seen += turns
        assert len(seen) == len(set(seen)) == people
        assert seen == sorted(seen)
        assert tally(store).audience == people


def _next(store: Store) -> list[int] | None:
    with store.together():
        turns = store.ledger.claim(CAMPAIGN, "test")
    return None if turns is None else [turn.subscriber for turn in turns]


def test_some_are_written_to_before_the_others(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(600)), ZOE, ANA)
        with store.together():
            store.exits.object(number(store, ANA), "site")
        first = [number(store, email) for email in ("m7@example.org", ZOE, ANA)]
        assert launch(store, first=[*first, 12345]) == Tally(audience=601, pending=601)
        assert _next(store) == sorted(first[:2])
        assert [len(_next(store) or ()), len(_next(store) or ()), _next(store)] == [500, 99, None]


def test_who_joins_after_the_launch_is_not_of_it(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        bring(store, ANA)
        assert [turn.subscriber for turn in claimed(store)] == [number(store, ZOE)]


def test_a_campaign_is_launched_once(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        with pytest.raises(RuleError):
            launch(store, public_id="aaaaaaaaaa")
        assert [found.public_id for found in store.campaigns.all()] == [CAMPAIGN]
        assert store.campaigns.by_id("aaaaaaaaaa") is None


def test_its_course(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        assert [one.slug for one in store.campaigns.at_work()] == ["tract"]
        with store.together():
            assert not store.campaigns.change(CAMPAIGN, "paused", "running")
            assert store.campaigns.change(CAMPAIGN, "running", "paused", "asked")
        assert store.campaigns.at_work() == []
        clock.later(minutes=5)
        with store.together():
            assert store.campaigns.change(CAMPAIGN, "paused", "finished")
        found = store.campaigns.by_slug("tract")
        assert found is not None
        assert (found.status, found.ended_at, found.launched_at) == (
            "finished",
            NOON + timedelta(minutes=5),
            NOON,
        )
        assert store.campaigns.by_slug("another") is None


def test_a_trial_is_of_one_text(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.campaigns.trials("tract", "abc") == (False, set())
        with store.together():
            store.campaigns.tried("tract", "abc")
            store.campaigns.tried("tract", "abc", "zoe@example.org")
            store.campaigns.tried("tract", "abc", "zoe@example.org")
        assert store.campaigns.trials("tract", "abc") == (True, {"zoe@example.org"})
        assert store.campaigns.trials("tract", "abd") == (False, set())


def test_only_mail_that_left_this_machine_makes_a_list_s_usual_size(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        launch(store)
        assert store.campaigns.usual_audience(LIST) is None
        clock.later(days=1)
        launch(store, public_id="aaaaaaaaaa", slug="two", abroad=True)
        bring(store, LUC)
        assert store.campaigns.usual_audience(LIST) == 2
        clock.later(days=1)
        launch(store, public_id="bbbbbbbbbb", slug="three", abroad=True)
        assert store.campaigns.usual_audience(LIST) == 3
        with store.together():
            store.campaigns.cancel("bbbbbbbbbb", "running")
        assert store.campaigns.usual_audience(LIST) == 2


@pytest.mark.parametrize("name", ["relation-clients", "every-block"])
def test_an_edition_comes_back_as_it_was(name: str) -> None:
    edition = replace(sample(name).edition, expires=timedelta(hours=6, seconds=1))
    others = {"expires": None}, {"attachments": edition.images}, {"questionnaire": ("a", "{{ token }}", "")}
    for one in (edition, *(replace(edition, **other) for other in others)):
        files = {f"{file.digest}.{file.suffix}": _unnamed(file) for file in (*one.images, *one.files)}
        assert load(dump(one), files.__getitem__) == one


def test_an_edition_with_several_subjects_comes_back_as_it_was(tmp_path: Path) -> None:
    """And under the number of a newer format: a program that knows one subject alone must not send it."""
    frame = replace(small_edition(CAMPAIGN).frame, opening=b"another")
    other = Variant(subject=("Deux ", "{{ first_name }}", ""), html=("h",), text=("t",), frame=frame)
    links = tuple(TrackedLink(number=at, destination=f"https://{at % 2}", label="x") for at in (1, 2, 3, 4))
    one = small_edition(CAMPAIGN)
    edition = replace(one, links=links, variants=(replace(other, subject=one.subject), other))
    assert json.loads(dump(edition))["format"] == 2
    assert json.loads(dump(one))["format"] == 1
    with opened(tmp_path) as store:
        bring(store, ZOE)
        with store.together():
            store.launches.launch(replace(launch_of(), edition=edition))
        stored = store.visits.stored(CAMPAIGN)
        assert stored is not None
        assert stored.edition == edition
        with store.together():
            store.visits.add_clicks({(CAMPAIGN, number, "2026-11-25"): number for number in (1, 2, 3)})
        counted = by_destination(store.campaigns.links(CAMPAIGN))
        assert [(link.number, link.destination, link.clicks) for link in counted] == [
            (1, "https://1", 4),
            (2, "https://0", 2),
        ]


def test_an_edition_of_before_there_were_several_subjects_is_read() -> None:
    one = small_edition(CAMPAIGN)
    said = json.loads(dump(one))
    del said["variants"], said["questionnaire"]
    assert load(json.dumps(said), dict[str, Asset]().__getitem__) == one


def _unnamed(file: Asset) -> Asset:
    return replace(file, name="another campaign's name for it")


def test_links_and_their_clicks(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        links = store.campaigns.links(CAMPAIGN)
        assert [(link.number, link.clicks) for link in links] == [(at, 0) for at in range(1, len(links) + 1)]
        with store.together():
            store.visits.add_clicks({(CAMPAIGN, 1, "2026-11-25"): 2, (CAMPAIGN, 1, "2026-11-26"): 1})
            store.visits.add_clicks({(CAMPAIGN, 1, "2026-11-25"): 3})
        assert store.campaigns.links(CAMPAIGN)[0].clicks == 6


def test_public_ids_are_random_letters_and_never_a_draft_s() -> None:
    ids = {new_public_id() for _ in range(500)}
    assert len(ids) == 500
    assert all(len(one) == 10 and set(one) <= set("abcdefghijklmnopqrstuvwxyz234567") for one in ids)
