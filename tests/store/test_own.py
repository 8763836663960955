"""Links to one's own data: one an hour, the last one opens once; names as they are given."""

from datetime import timedelta
from pathlib import Path

from mailer.model import Recipient
from mailer.store.own import Moved
from mailer.store.store import Store
from tests.store.house import (
    ANA,
    CAMPAIGN,
    LATER,
    LIST,
    LUC,
    NOON,
    ZOE,
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

DATABASES = ["sqlite", "postgres"]  # see conftest.py
HOUR = timedelta(hours=1)


def ask(store: Store, subscriber: int, token: str) -> str | None:
    with store.together():
        return store.own.ask(subscriber, token)


def spend(store: Store, subscriber: int, token: str) -> bool:
    with store.together():
        return store.own.spend(subscriber, token)


def test_one_an_hour_opened_once_and_only_the_last(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA)
        zoe, ana = number(store, ZOE), number(store, ANA)
        assert ask(store, zoe, "one") == ZOE
        assert ask(store, zoe, "two") is None
        assert ask(store, ana, "two") == ANA  # each has their own hour
        assert not spend(store, ana, "one")
        assert not spend(store, zoe, "two")
        assert spend(store, zoe, "one")
        assert not spend(store, zoe, "one")
        clock.now += HOUR
        assert ask(store, zoe, "three") == ZOE
        assert not spend(store, zoe, "one")
        assert not spend(store, ana, "two")  # forgotten with the hour
        assert spend(store, zoe, "three")


def test_what_is_over_is_forgotten_by_itself(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        ask(store, zoe, "one")
        ask_address(store, zoe, NEW)
        left = []
        for hours in (0, 1, 24):
            clock.now = NOON + timedelta(hours=hours)
            with store.together():
                store.own.forget()
            rows = [inside(store).query(f"SELECT * FROM {table}") for table in ("own_link", "address_change")]
            left.append([len(list(found)) for found in rows])
        assert left == [[1, 1], [0, 1], [0, 0]]


def test_nothing_for_nobody_nor_where_nothing_is_sent(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert ask(store, 4242, "x") is None
        with store.together():
            store.exits.object(zoe, "site")
        assert ask(store, zoe, "x") is None
        assert not spend(store, zoe, "x")


def test_the_database_holds_nothing_that_opens(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        ask(store, number(store, ZOE), "a-secret-token")
        [row] = inside(store).query("SELECT * FROM own_link")
        assert "a-secret-token" not in str(row)


def test_names_as_they_are_given(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        names = {"first_name": "Zoë", "last_name": "", "language": "en"}
        with store.together():
            store.own.rename(number(store, ZOE), names)
        found = store.people.dossier(ZOE).fields
        assert {name: found[name] for name in names} == names
        assert store.people.dossier(ANA).fields["first_name"] != "Zoë"


# --- another address ------------------------------------------------------------------------------

NEW = "Zoe@Example.net"


def ask_address(store: Store, subscriber: int, email: str, token: str = "x") -> bool:
    with store.together():
        return store.own.ask_address(subscriber, email, token)


def move(store: Store, subscriber: int, token: str = "x") -> Moved | None:
    with store.together():
        return store.own.move(subscriber, token)


def test_an_address_changes_once_and_what_was_theirs_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        zoe = number(store, ZOE)
        assert ask_address(store, zoe, NEW)
        assert move(store, zoe, "y") is None
        assert move(store, number(store, ANA)) is None
        moved = move(store, zoe)
        assert moved is not None
        assert moved.before == ZOE
        assert ZOE not in repr(moved)
        assert move(store, zoe) is None
        assert number(store, NEW.lower()) == zoe
        assert store.people.number_of(ZOE) is None
        assert [email for email, _ in store.people.members(LIST)] == [NEW, ANA]


def test_one_an_hour_and_a_day_to_confirm(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert ask_address(store, zoe, NEW, "one")
        assert not ask_address(store, zoe, "other@example.net", "two")
        clock.now += HOUR
        assert ask_address(store, zoe, "other@example.net", "two")
        assert move(store, zoe, "one") is None
        clock.now += timedelta(hours=24)
        assert move(store, zoe, "two") is None
        assert not ask_address(store, 4242, ZOE, "forgets")
        assert ask_address(store, zoe, NEW, "three")
        found = {row["email"] for row in inside(store).query("SELECT email FROM address_change")}
        assert found == {NEW, ""}


def test_not_to_somebody_elses_nor_where_nothing_is_sent(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE, ANA, LUC)
        zoe = number(store, ZOE)
        with store.together():
            store.exits.object(number(store, LUC), "site")
        for taken in (ANA, LUC):
            assert not ask_address(store, zoe, taken)
            clock.now += HOUR
        assert ask_address(store, zoe, NEW)
        bring(store, NEW)  # somebody brought it in meanwhile
        assert move(store, zoe) is None
        assert number(store, ZOE) == zoe


def test_what_a_server_deferred_at_the_old_address_is_not_tried_at_the_new_one(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, LATER, clock.now + timedelta(minutes=5))
        with store.together():
            store.ledger.close(CAMPAIGN, turn.slice, turn.fence)
        assert ask_address(store, turn.subscriber, NEW)
        assert move(store, turn.subscriber)
        clock.now += timedelta(minutes=5)
        [again] = claimed(store)
        assert store.ledger.look([again]) == ["address-changed"]


def test_who_was_not_written_to_yet_is_written_to_at_the_new_one(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        assert ask_address(store, number(store, ZOE), NEW)
        assert move(store, number(store, ZOE))
        [turn] = claimed(store)
        [reader] = store.ledger.look([turn])
        assert isinstance(reader, Recipient)
        assert reader.email == NEW


def test_nobody_asks_us_about_a_colleague(tmp_path: Path) -> None:
    """Whether an address is known, closed or free: the hour is used up, and the same is asked of the disk."""
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC, "eve@example.org")
        with store.together():
            store.exits.object(number(store, LUC), "site")
        for who, email in ((ZOE, ANA), (ANA, LUC), ("eve@example.org", NEW)):
            ask_address(store, number(store, who), email)
            assert not ask_address(store, number(store, who), "mine@example.net", "y")
            assert move(store, number(store, who), "y") is None
        kept = [row["email"] for row in inside(store).query("SELECT email FROM address_change")]
        assert sorted(kept) == ["", "", NEW]  # of who is known nothing is noted
        assert move(store, number(store, ZOE), "") is None


def test_an_objection_is_not_left_behind_with_the_old_address(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert ask_address(store, zoe, NEW)
        with store.together():
            store.exits.object(zoe, "site")
        assert move(store, zoe) is None
        assert not ask_address(store, zoe, "again@example.net")
        bring(store, ZOE, slug="others")
        assert store.people.size_of("others") == 0


def test_a_link_that_waits_in_the_old_mailbox_opens_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert ask(store, zoe, "one") == ZOE
        assert ask_address(store, zoe, NEW)
        assert move(store, zoe)
        assert not spend(store, zoe, "one")
