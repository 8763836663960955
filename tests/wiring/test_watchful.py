"""What returned mail means for campaigns: paused once, asked again at twice as many; operators told."""

from collections import Counter
from pathlib import Path

import pytest

from mailer.delivery import Tally
from mailer.listen.returns import Class, Event
from mailer.settings import Settings
from mailer.store.store import Store
from mailer.wiring import watchful
from mailer.wiring.alerts import alert
from mailer.wiring.returning import Summary, Unproven
from mailer.wiring.watchful import MANY_UNPROVEN, too_many
from mailer.words import Text
from tests.store.house import (
    ACCEPTED,
    CAMPAIGN,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    settle,
)
from tests.store.steps import SLICES, campaign_of_many, counted, send_a_slice
from tests.wiring.house import workspace

PEOPLE = [f"m{at}@example.org" for at in range(60)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    there = workspace(tmp_path_factory.mktemp("w"), MAILER_ALERTS_TO="chef@example.org,autre@example.org")
    return there.settings


def sent(store: Store) -> None:
    """A campaign that 60 people were sent, and that goes on."""
    bring(store, *PEOPLE)
    launch(store)
    turns = claimed(store)
    mark(store, *turns)
    for turn in turns:
        settle(store, turn, ACCEPTED)


def back(store: Store, kind: Class, *emails: str) -> Summary:
    for email in emails:
        event = Event(digest=f"{kind} {email}", kind=kind, campaign=CAMPAIGN, subscriber=number(store, email))
        with store.together():
            store.returns.take(event)
    return Summary(came=Counter({(CAMPAIGN, kind): len(emails)}))


def standing(store: Store) -> tuple[str, str]:
    found = store.campaigns.by_id(CAMPAIGN)
    assert found is not None
    return found.status, found.reason


def told(store: Store) -> list[str]:
    return [str(row["subject"]) for row in inside(store).query("SELECT subject FROM notice ORDER BY email")]


@pytest.mark.parametrize(
    ("sent", "counts", "reason"),
    [
        (49, {"hard": 49}, None),  # too few to mean anything
        (100, {"hard": 5}, None),
        (100, {"hard": 6}, ("mailboxes", 6)),
        (100, {"sender": 2}, None),
        (100, {"sender": 3}, ("faults", 3)),
        (1000, {"complaint": 3}, None),
        (1000, {"complaint": 4}, ("complaints", 4)),
        (100, {"soft": 90}, None),
        (100, {}, None),
    ],
)
def test_the_limits(sent: int, counts: dict[str, int], reason: tuple[str, int] | None) -> None:
    assert too_many(Tally(audience=sent, sent=sent), counts) == reason


def test_paused_and_told_then_asked_again_at_twice_as_many(tmp_path: Path, settings: Settings) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        sent(store)
        watchful.look(store, settings, back(store, Class.HARD, *PEOPLE[:3]))
        assert standing(store) == ("running", "")
        summary = back(store, Class.HARD, *PEOPLE[3:4])
        watchful.look(store, settings, summary)
        assert (standing(store), summary.paused) == (("paused", "mailboxes"), ["tract"])
        assert len(told(store)) == 2  # each of those of [alerts]
        with store.together():
            store.campaigns.change(CAMPAIGN, "paused", "running")
        clock.later(hours=2)
        watchful.look(store, settings, back(store, Class.HARD, *PEOPLE[4:7]))
        assert standing(store) == ("running", "")
        watchful.look(store, settings, back(store, Class.HARD, *PEOPLE[7:8]))
        assert standing(store) == ("paused", "mailboxes")
        assert len(told(store)) == 4


def test_told_one_by_one_it_pauses_at_the_very_mail(tmp_path: Path, settings: Settings) -> None:
    """Whoever counts only now and then misses none, nor those that came while it was paused by hand."""
    with opened(tmp_path) as store:
        sent(store)
        for email in PEOPLE[:3]:
            watchful.look(store, settings, back(store, Class.HARD, email))
            assert standing(store) == ("running", "")
        watchful.look(store, settings, back(store, Class.SENDER, PEOPLE[0]))
        assert standing(store) == ("running", "")  # one of 60 is not more than 2%
        with store.together():
            store.campaigns.change(CAMPAIGN, "running", "paused", "")
        watchful.look(store, settings, back(store, Class.HARD, PEOPLE[3]))
        with store.together():
            store.campaigns.change(CAMPAIGN, "paused", "running")
        watchful.look(store, settings, back(store, Class.SENDER, PEOPLE[1]))
        assert standing(store) == ("paused", "mailboxes")


def test_a_campaign_is_not_counted_for_each_mail_that_comes_back(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay posts them one by one, in the writer's own turn: a second each, when a million were sent."""
    with campaign_of_many(tmp_path, monkeypatch) as store:
        for _ in range(SLICES - 1):
            send_a_slice(store)
        costs = []
        for at in range(5):
            with counted(store) as steps:
                watchful.look(store, settings, back(store, Class.HARD, f"m{at}@example.org"))
            costs.append(steps.count)
        assert standing(store) == ("running", "")
        assert max(costs[1:]) < costs[0] / 10, costs
        afresh = back(store, Class.HARD, "m5@example.org")
        with counted(store) as steps:
            watchful.look(store, settings, afresh, afresh=True)
        assert steps.count > costs[0] / 2


def test_a_campaign_that_is_over_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    with opened(tmp_path) as store:
        sent(store)
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        watchful.look(store, settings, back(store, Class.HARD, *PEOPLE[:50]))
        assert standing(store) == ("cancelled", "")


def test_one_alert_an_hour_for_one_cause(tmp_path: Path, settings: Settings) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:

        def once(cause: str) -> bool:
            with store.together():
                return alert(store, settings, cause, Text("Unsubscribe"), [Text("It is done")])

        assert [once("a"), once("a"), once("b")] == [True, False, True]
        clock.later(minutes=61)
        assert once("a")
        assert len(told(store)) == 6


def test_nobody_is_told_where_nobody_is_named(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    quiet = workspace(tmp_path_factory.mktemp("w")).settings
    with opened(tmp_path) as store, store.together():
        assert not alert(store, quiet, "a", Text("Unsubscribe"), [])
        assert told(store) == []


def test_our_faults_and_many_forgeries_are_told_without_an_address(
    tmp_path: Path, settings: Settings
) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        summary = Summary()
        summary.faults["reputation"] += 3
        summary.unproven.append(
            Unproven(letter="1", kind="bounce", address=PEOPLE[0], status="5.1.1", reason="unknown-user")
        )
        for at in range(MANY_UNPROVEN - 1):
            with store.together():
                store.returns.take(Event(digest=str(at), kind=Class.UNPROVEN))
        watchful.look(store, settings, summary)
        assert len(told(store)) == 2
        with store.together():
            store.returns.take(Event(digest="more", kind=Class.UNPROVEN))
        watchful.look(store, settings, summary)
        assert len(told(store)) == 4
        for row in inside(store).query("SELECT content FROM notice"):
            assert PEOPLE[0] not in str(row["content"])
        clock.later(hours=30)
        summary.faults.clear()
        watchful.look(store, settings, summary)  # another day: nothing new
        assert len(told(store)) == 4
