"""What reports read of the store: clicks by day, domains, who left within a campaign's life, those before."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailer.delivery import Turn
from mailer.reports.facts import ClickDay, DomainCount
from mailer.store.reports import LIFE
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LIST,
    LUC,
    NOON,
    REFUSED,
    SILENCE,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    launch_of,
    mark,
    number,
    opened,
    settle,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py
NEXT = "aaaaaaaaa2"


def send(store: Store, public_id: str = CAMPAIGN) -> None:
    """Everybody of the next slice has it."""
    turns = claimed(store, public_id)
    mark(store, *turns)
    for turn in turns:
        settle(store, turn, ACCEPTED)


def leave(store: Store, email: str, slug: str = LIST) -> None:
    with store.together():
        store.exits.leave(number(store, email), (slug,), "test")


def follow(store: Store, clock: Clock, public_id: str = NEXT, *, lists: tuple[str, ...] = (LIST,)) -> None:
    """Another campaign begins now."""
    with store.together():
        made = launch_of(public_id, slug=public_id, lists=lists)
        store.launches.launch(replace(made, starts_at=clock.now))


def departed(store: Store, public_id: str = CAMPAIGN) -> int:
    return store.reports.departed(public_id, store.campaigns.lists(public_id))


def test_clicks_by_link_and_day_and_whose(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        with store.together():
            store.visits.add_clicks({(CAMPAIGN, 1, "2026-11-26"): 2}, {(CAMPAIGN, 1, "2026-11-25"): 5})
            store.visits.add_clicks({(CAMPAIGN, 1, "2026-11-26"): 1}, {(CAMPAIGN, 1, "2026-11-26"): 7})
        first, *others = store.reports.links(CAMPAIGN)
        assert first.days == (
            ClickDay(day="2026-11-25", people=0, machines=5),
            ClickDay(day="2026-11-26", people=3, machines=7),
        )
        assert [one.days for one in others] == [()] * len(others)
        assert store.campaigns.links(CAMPAIGN)[0].clicks == 3


def test_who_was_sent_a_text(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        launch(store)
        turns = claimed(store)
        mark(store, *turns)
        for turn, outcome in zip(turns, (ACCEPTED, REFUSED, ACCEPTED), strict=True):
            settle(store, turn, outcome)
        with store.glance():
            assert sorted(store.reports.sent(CAMPAIGN, 1)) == sorted(
                [turns[0].subscriber, turns[2].subscriber]
            )
            assert list(store.reports.sent(CAMPAIGN, 2)) == []


def test_domains_of_those_written_to(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC, "x@autre.example", "y@autre.example")
        launch(store)
        turns = claimed(store)
        mark(store, *turns[:4])
        for turn, outcome in zip(turns, (ACCEPTED, REFUSED, SILENCE, ACCEPTED), strict=False):
            settle(store, turn, outcome)
        found = store.reports.domains(CAMPAIGN)
        assert sum(one.people for one in found) == 4
        assert {one.domain for one in found} <= {"example.org", "autre.example"}
        inside(store).execute("DELETE FROM subscriber")
        assert store.reports.domains(CAMPAIGN) == [
            DomainCount(domain="", state="refused", reason="mailbox", people=1),
            DomainCount(domain="", state="sent", reason="", people=2),
            DomainCount(domain="", state="unknown", reason="network", people=1),
        ]


def test_who_left_after_their_message_through_its_list(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        bring(store, ZOE, "x@example.org", slug="autre")
        launch(store)
        leave(store, LUC)  # before it was sent: excluded, and no departure because of it
        clock.later(minutes=1)
        for turn in claimed(store):
            send_to(store, turn, unless=number(store, LUC))
        assert departed(store) == 0
        clock.later(hours=1)
        leave(store, ZOE, "autre")  # another list than the one it reached them through
        leave(store, "x@example.org", "autre")
        assert departed(store) == 0
        leave(store, ANA)
        assert departed(store) == 1
        with store.together():
            store.exits.object(number(store, ZOE), "test")  # from everything is from this list too
        assert departed(store) == 2


def send_to(store: Store, turn: Turn, unless: int) -> None:
    if turn.subscriber == unless:
        with store.together():
            store.ledger.exclude(turn, "unsubscribed")
        return
    mark(store, turn)
    settle(store, turn, ACCEPTED)


def test_a_life_ends_with_the_next_campaign_or_after_thirty_days(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        bring(store, "x@example.org", slug="autre")
        launch(store)
        send(store)
        assert store.reports.life(CAMPAIGN, LIST) == NOON + LIFE
        clock.later(days=2)
        follow(store, clock, "aaaaaaaaa3", lists=("autre",))  # to others: it ends no life
        leave(store, ZOE)
        clock.later(days=1)
        follow(store, clock)
        assert store.reports.life(CAMPAIGN, LIST) == clock.now
        leave(store, ANA)  # the next one's
        assert departed(store) == 1
        clock.later(days=40)
        leave(store, LUC)
        assert (departed(store), departed(store, NEXT)) == (1, 0)


def test_practice_ends_no_life_of_what_left_and_is_not_beside_it(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store, abroad=True)
        clock.later(days=1)
        follow(store, clock)
        assert store.reports.life(CAMPAIGN, LIST) == NOON + LIFE
        assert store.reports.earlier(NEXT, 5) == []


def test_the_campaigns_before_it_that_share_a_list(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        bring(store, ANA, slug="autre")
        launch(store)
        for at, lists in enumerate((("autre",), (LIST, "autre"), (LIST,)), 2):
            clock.later(days=1)
            follow(store, clock, f"aaaaaaaaa{at}", lists=lists)
        earlier = [one.public_id for one in store.reports.earlier("aaaaaaaaa4", 5)]
        assert earlier == ["aaaaaaaaa3", CAMPAIGN]
        assert [one.public_id for one in store.reports.earlier("aaaaaaaaa4", 1)] == ["aaaaaaaaa3"]
        assert store.reports.earlier(CAMPAIGN, 5) == []


def test_departures_stay_counted_when_the_rows_go(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        launch(store)
        send(store)
        clock.later(days=1)
        leave(store, ZOE)
        leave(store, ANA)
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        clock.later(days=200)
        before = clock.now - timedelta(days=180)
        with store.together():
            store.retention.close(CAMPAIGN, before)
        more = True
        while more:
            with store.together():
                more = store.retention.retire(CAMPAIGN, 1)
            assert departed(store) == 2  # at every instant: a row is counted here or there
        assert list(inside(store).query("SELECT campaign FROM delivery")) == []
        assert store.campaigns.tally(CAMPAIGN).sent == 3


def test_a_campaign_without_a_questionnaire_asks_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        assert not store.visits.questionnaire(CAMPAIGN)
        inside(store).execute("UPDATE edition SET questionnaire = 'title = \"x\"'")
        assert store.visits.questionnaire(CAMPAIGN)
