"""Returned mail in the store: once whoever reads it, acting only on whom it proves, forgotten as counts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailer.listen.returns import Class, Event
from mailer.store.returns import Taken
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LIST,
    REFUSED,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    person,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py
OTHER = "b7qk2m4xea"


def campaign(store: Store, public_id: str = CAMPAIGN) -> None:
    """One that reached everybody on the list."""
    launch(store, public_id=public_id, slug=f"tract-{public_id}")
    turns = claimed(store, public_id)
    mark(store, *turns)
    for turn in turns:
        settle(store, turn, ACCEPTED)


def came(store: Store, digest: str, kind: Class, email: str = ZOE, public_id: str = CAMPAIGN) -> Taken:
    event = Event(
        digest=digest, kind=kind, campaign=public_id, subscriber=number(store, email), status="5.1.1"
    )
    with store.together():
        return store.returns.take(event)


def reason(store: Store, email: str = ZOE) -> str | None:
    found = store.people.dossier(email).suppression
    return found[0] if found else None


def left(store: Store) -> list[str]:
    return [email for email, _ in store.people.members(LIST)]


def test_two_days_give_an_address_up_and_the_ledger_says_sent(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        campaign(store)
        assert came(store, "1", Class.HARD) == Taken()
        assert came(store, "2", Class.HARD) == Taken()  # the same message, told by another server
        clock.later(days=1)
        campaign(store, OTHER)
        assert left(store) == [ANA, ZOE]
        assert came(store, "3", Class.HARD, public_id=OTHER) == Taken(suppressed="bounced")
        assert (reason(store), reason(store, ANA), left(store)) == ("bounced", None, [ANA])
        assert tally(store).sent == 2
        assert (store.returns.people(CAMPAIGN), store.returns.people(OTHER)) == (1, 1)
        assert store.returns.counts(CAMPAIGN) == {"hard": 1}
        membership = store.people.dossier(ZOE).memberships[0]
        assert membership.state == "subscribed"  # given up is not unsubscribed
        clock.later(days=1)
        campaign(store, "c7qk2m4xea")
        assert tally(store, "c7qk2m4xea").sent == 1
        assert tally(store, "c7qk2m4xea").excluded == 1


def test_read_twice_or_by_two_at_once_it_is_one(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as other:
        bring(one, ZOE)
        campaign(one)
        assert came(one, "1", Class.COMPLAINT) == Taken(suppressed="complained")
        assert came(other, "1", Class.COMPLAINT) == Taken(new=False)
        assert other.returns.known("1")
        assert not other.returns.known("2")


def test_a_complaint_leaves_everything_and_is_not_undone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        campaign(store)
        assert came(store, "1", Class.COMPLAINT) == Taken(suppressed="complained")
        assert (reason(store), left(store)) == ("complained", [])
        with store.together():
            store.exits.come_back(number(store, ZOE), [LIST], "site", objected=True)
        assert (reason(store), left(store)) == ("complained", [])


def test_an_objection_stays_the_member_s_own(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        campaign(store)
        with store.together():
            store.exits.object(number(store, ZOE), "site")
        assert came(store, "1", Class.COMPLAINT) == Taken()
        assert reason(store) == "objection"


def test_who_has_another_address_now_keeps_it(tmp_path: Path) -> None:
    """What came back is about the address the message left for."""
    with opened(tmp_path) as store:
        bring(store, ZOE)
        campaign(store)
        zoe, old = number(store, ZOE), store.people.hash_of(ZOE)
        new = store.people.hash_of("zoe@example.net")
        inside(store).execute(
            "UPDATE subscriber SET email = ?, address_hash = ? WHERE id = ?", ["zoe@example.net", new, zoe]
        )
        with store.together():
            store.returns.take(Event(digest="1", kind=Class.COMPLAINT, campaign=CAMPAIGN, subscriber=zoe))
        assert reason(store, ZOE) == "complained"
        assert reason(store, "zoe@example.net") is None
        assert old != new


def test_what_proves_nothing_is_counted_and_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        campaign(store)
        for digest in ("1", "2", "2"):
            with store.together():
                assert store.returns.take(Event(digest=digest, kind=Class.UNPROVEN)).suppressed == ""
        assert store.returns.unproven_today() == 2
        assert (left(store), store.returns.people(CAMPAIGN)) == ([ZOE], 0)


def test_what_is_not_a_relay_s_own_is_counted_by_day(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        found = []
        for relay, hours in (("ses", 0.0), ("ses", 0.0), ("scaleway", 0.0), ("ses", 24.0)):
            clock.later(hours=hours)
            with store.together():
                found.append(store.returns.doubted(relay))
        assert found == [1, 2, 1, 1]


def test_a_campaign_that_never_wrote_to_them_proves_nothing_more(tmp_path: Path) -> None:
    """A token of a campaign the ledger has forgotten, or of a row that was only excluded."""
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        for digest in ("1", "2", "3"):
            with store.together():
                event = Event(digest=digest, kind=Class.HARD, campaign="zzzzzzzzzz", subscriber=zoe)
                assert store.returns.take(event) == Taken()
        assert reason(store) is None


def test_what_a_server_said_to_our_face_is_weighed_too(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, REFUSED)
        with store.together():
            assert store.returns.weigh(number(store, ZOE)) == "bounced"
            assert store.returns.weigh(number(store, ZOE)) == ""
        assert (reason(store), tally(store).refused) == ("bounced", 1)


def test_a_new_database_hears_of_it_from_the_log(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        campaign(store)
        came(store, "1", Class.COMPLAINT)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mailer.db").touch()  # begun anew on purpose
    with opened(tmp_path / "new", clock, log=tmp_path / "objections.log") as store:
        with store.together():
            brought = store.people.bring(LIST, [person(ZOE)], source="test")
        assert (brought.suppressed, reason(store)) == (1, "complained")
    assert ZOE not in (tmp_path / "objections.log").read_text("utf-8")


def test_only_counts_are_kept_when_the_campaign_s_rows_are_counts(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        campaign(store)
        came(store, "1", Class.SOFT)
        came(store, "2", Class.SENDER, ANA)
        with store.together():
            store.campaigns.finish(CAMPAIGN)
        clock.later(days=200)
        with store.together():
            store.retention.close(CAMPAIGN, clock.now)
        assert store.returns.people(CAMPAIGN) == 2
        assert list(inside(store).query("SELECT DISTINCT campaign FROM bounce")) == [{"campaign": ""}]
        assert came(store, "1", Class.SOFT) == Taken(new=False)


def test_retention_empties_them_and_keeps_the_count(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        campaign(store)
        came(store, "1", Class.HARD)
        with store.together():
            store.returns.take(Event(digest="2", kind=Class.UNPROVEN))
        clock.later(days=365)
        came(store, "3", Class.HARD, ANA)
        with store.together():
            assert store.returns.forget(clock.now - timedelta(days=365)) == 0
            assert store.returns.forget(clock.now - timedelta(days=364)) == 2
        assert store.returns.people(CAMPAIGN) == 2
        with store.together():
            assert store.returns.forget(clock.now - timedelta(days=364)) == 0
        assert store.returns.people(CAMPAIGN) == 2


def test_a_text_of_a_server_is_never_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        campaign(store)
        event = Event(digest="1", kind=Class.HARD, campaign=CAMPAIGN, subscriber=number(store, ZOE))
        with store.together():
            store.returns.take(replace(event, status="5.1.1", reason="unknown-user"))
        [row] = inside(store).query("SELECT * FROM bounce")
        assert ZOE not in str(row)


def test_who_is_not_known_any_more_is_not_named(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        campaign(store)
        zoe = number(store, ZOE)
        inside(store).execute("DELETE FROM subscriber")
        for kind in (Class.HARD, Class.COMPLAINT, Class.DEPARTURE):
            with store.together():
                event = Event(digest=kind.value, kind=kind, campaign=CAMPAIGN, subscriber=zoe)
                assert store.returns.take(event) == Taken()
        assert [row["subscriber"] for row in inside(store).query("SELECT subscriber FROM bounce")] == [0] * 3


def test_what_came_back_of_who_is_erased_stays_counted(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        campaign(store)
        zoe = number(store, ZOE)
        came(store, "1", Class.SOFT)
        with store.together():
            store.erasing.erase(ZOE, "operator")
        assert str(zoe) not in str(list(inside(store).query("SELECT * FROM bounce")))
        assert store.returns.people(CAMPAIGN) == 1
