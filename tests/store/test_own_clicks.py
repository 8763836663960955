"""Clicks of those who agreed that theirs are known, on both databases: only while they agree."""

from datetime import timedelta
from pathlib import Path

from mailer.model import Recipient
from mailer.store.consents import TRACKING
from mailer.store.store import Store
from tests.store.house import ANA, CAMPAIGN, ZOE, Clock, bring, claimed, launch, number, opened

DATABASES = ["sqlite", "postgres"]
DAY, NEXT = "2026-11-25", "2026-11-26"


def agree(store: Store, who: int) -> None:
    with store.together():
        store.consents.record(who, TRACKING, text="J’accepte.", channel="page", proof="c0ffee")


def follow(store: Store, *who: int, day: str = DAY) -> None:
    with store.together():
        store.visits.add_own_clicks({(CAMPAIGN, 1, day, one): 2 for one in who})


def counted(store: Store) -> int:
    return sum(link.clicks for link in store.campaigns.links(CAMPAIGN))


def test_only_of_who_agrees_at_that_instant(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        zoe, ana = number(store, ZOE), number(store, ANA)
        agree(store, zoe)
        follow(store, zoe, ana)
        follow(store, zoe)
        follow(store, zoe, day=NEXT)
        [link] = {one.destination for one in store.campaigns.links(CAMPAIGN)}
        assert [(one.destination, one.day, one.clicks) for one in store.visits.own_clicks(zoe)] == [
            (link, DAY, 4),
            (link, NEXT, 2),
        ]
        assert store.visits.own_clicks(ana) == []
        assert counted(store) == 6  # and nothing of Ana's, who merely was led on


def test_withdrawing_forgets_and_counts_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        zoe, ana = number(store, ZOE), number(store, ANA)
        for who in (zoe, ana):
            agree(store, who)
        follow(store, zoe, ana)
        with store.together():
            assert store.consents.withdraw(zoe, TRACKING)
        assert store.visits.own_clicks(zoe) == []
        follow(store, zoe)
        assert store.visits.own_clicks(zoe) == []
        assert counted(store) == 4
        assert len(store.visits.own_clicks(ana)) == 1


def test_an_objection_forgets_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        zoe = number(store, ZOE)
        agree(store, zoe)
        follow(store, zoe)
        with store.together():
            store.exits.object(zoe, "site", lists=())
        assert store.visits.own_clicks(zoe) == []


def test_a_retired_campaign_knows_nobody_s_clicks(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        zoe = number(store, ZOE)
        agree(store, zoe)
        follow(store, zoe)
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        clock.later(days=400)
        with store.together():
            store.retention.close(CAMPAIGN, clock.now - timedelta(days=365))
        assert store.visits.own_clicks(zoe) == []
        assert counted(store) == 2  # the counts of all stay


def test_a_look_just_before_the_mail_says_whether_they_agree(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        zoe = number(store, ZOE)
        turns = claimed(store)

        def followed() -> set[str]:
            seen = [one for one in store.ledger.look(turns) if isinstance(one, Recipient)]
            assert len(seen) == 2
            return {one.email for one in seen if one.followed}

        assert followed() == set()
        agree(store, zoe)
        assert followed() == {ZOE}
        with store.together():
            store.consents.withdraw(zoe, TRACKING)
        assert followed() == set()
