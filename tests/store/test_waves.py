"""A further wave: those who joined since and nobody else, counted apart, in one transaction."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.delivery import Tally
from mailer.store.driver import RuleError
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    LIST,
    LUC,
    REFUSED,
    SILENCE,
    ZOE,
    Clock,
    bring,
    claim,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py

OTHER = "contacts"


def top_up(store: Store, *lists: str, first: frozenset[int] = frozenset()) -> Tally:
    with store.together():
        return store.waves.top_up(CAMPAIGN, lists or (LIST,), first)


def waves(store: Store) -> list[Tally]:
    """Each wave's figures, which add up (P5)."""
    found = [wave.tally for wave in store.campaigns.waves(CAMPAIGN)]
    assert all(one.balanced for one in found)
    assert all(one.tally.balanced for one in store.campaigns.editions(CAMPAIGN))
    return found


def people(count: int, begin: int = 0) -> list[str]:
    return [f"m{at}@example.org" for at in range(begin, begin + count)]


def test_only_who_joined_since(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA)
        launch(store)
        bring(store, LUC, "tom@example.com")
        audience = store.waves.newcomers(CAMPAIGN, [LIST])
        assert (audience.size, audience.suppressed) == (2, 0)
        assert audience.domains == (("example.com", 1), ("example.org", 1))
        assert top_up(store) == Tally(audience=2, pending=2)
        assert waves(store) == [Tally(audience=2, pending=2), Tally(audience=2, pending=2)]
        assert tally(store).audience == 4
        assert top_up(store) == Tally()  # nobody joined since: said, and never asked of the store


@pytest.mark.parametrize("opened_first", [0, 1, 2, 3])
def test_who_stands_in_a_slice_is_never_selected_again(tmp_path: Path, opened_first: int) -> None:
    """Rows for slices that were opened, numbers in JSON for the others, of several waves and lists."""
    with opened(tmp_path) as store:
        bring(store, *people(700))
        bring(store, *people(500, 600), slug=OTHER)
        first = [number(store, email) for email in people(5, 300)]
        assert launch(store, lists=[OTHER, LIST], first=first).audience == 1100
        for _ in range(opened_first):
            claimed(store)
        assert store.waves.newcomers(CAMPAIGN, [LIST, OTHER]).size == 0
        bring(store, *people(800, 900))
        assert top_up(store, LIST, OTHER) == Tally(audience=600, pending=600)
        bring(store, *people(30, 5000), slug=OTHER)
        assert top_up(store, LIST, OTHER) == Tally(audience=30, pending=30)
        seen = [turn.subscriber for turn in claimed(store)] if opened_first else []
        while turns := claim(store):
            seen += [turn.subscriber for turn in turns]
        assert len(seen) == len(set(seen))
        assert [one.audience for one in waves(store)] == [1100, 600, 30]
        assert tally(store).audience == 1730


def test_whatever_became_of_them(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *people(5))
        with store.together():
            store.exits.object(number(store, "m4@example.org"), "site")
        inside(store).execute("UPDATE membership SET state = 'subscribed'")
        launch(store)
        turns = claimed(store)
        mark(store, *turns[:3])
        for turn, outcome in zip(turns, (ACCEPTED, REFUSED, SILENCE, LATER), strict=True):
            settle(store, turn, outcome)
        with store.together():
            store.exits.come_back(number(store, "m4@example.org"), (LIST,), "test", objected=True)
        assert store.waves.newcomers(CAMPAIGN, [LIST]).size == 0
        assert top_up(store) == Tally()


def test_an_address_that_had_it_as_another_s(tmp_path: Path) -> None:
    """Zoé moves, and somebody joins with the address she had."""
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        mark(store, turn)
        settle(store, turn, ACCEPTED)
        inside(store).execute(
            "UPDATE subscriber SET id = 12, email = ?, address_hash = ?", [ANA, store.people.hash_of(ANA)]
        )
        inside(store).execute("UPDATE membership SET subscriber = 12")
        inside(store).execute("UPDATE delivery SET subscriber = 12")
        bring(store, ZOE)
        assert store.waves.newcomers(CAMPAIGN, [LIST]).size == 0


def test_who_is_suppressed_is_counted_and_set_aside(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        bring(store, ANA, LUC)
        with store.together():
            store.exits.object(number(store, ANA), "site")
        inside(store).execute("UPDATE membership SET state = 'subscribed'")
        assert store.waves.newcomers(CAMPAIGN, [LIST]).suppressed == 1
        assert top_up(store) == Tally(audience=2, pending=1, excluded=1)
        assert top_up(store) == Tally()


def test_some_come_first_in_their_wave_after_those_of_the_wave_before(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *people(3))
        launch(store)
        bring(store, *people(5, 10))
        one = number(store, "m12@example.org")
        top_up(store, first=frozenset([one]))
        assert [len(claimed(store)) for _ in range(3)] == [3, 1, 4]
        assert next(row["subscriber"] for row in inside(store).query(FIRST_OF_SECOND)) == one


FIRST_OF_SECOND = "SELECT subscriber FROM delivery WHERE wave = 2 ORDER BY slice LIMIT 1"


def test_a_campaign_that_was_over_runs_again_for_as_long_again(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        launch(store)
        [turn] = claimed(store)
        with store.together():
            assert not store.campaigns.finish(CAMPAIGN)  # somebody is left
        mark(store, turn)
        settle(store, turn, ACCEPTED)
        with store.together():
            assert store.campaigns.finish(CAMPAIGN)
        clock.later(days=30)
        over = store.campaigns.by_id(CAMPAIGN)
        assert over is not None
        with store.together():
            assert store.campaigns.reopen(over, "running", lasting=timedelta(hours=6))
            assert not store.campaigns.reopen(over, "running", lasting=timedelta(hours=6))  # one wins
        found = store.campaigns.by_id(CAMPAIGN)
        assert found is not None
        assert (found.status, found.ended_at) == ("running", None)
        assert found.expires_at == clock.now + timedelta(hours=6)


def test_more_never_ends_a_campaign_sooner(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launch(store)
        before = store.campaigns.by_id(CAMPAIGN)
        assert before is not None
        with store.together():
            store.campaigns.reopen(before, "running", lasting=timedelta(minutes=1))
        after = store.campaigns.by_id(CAMPAIGN)
        assert after is not None
        assert after.expires_at == before.expires_at


def test_done_or_as_before(tmp_path: Path) -> None:
    """It fails at the first, the second… statement, until none is left to fail at."""
    with opened(tmp_path) as store:
        bring(store, *people(700))
        launch(store)
        bring(store, *people(600, 1000), ZOE)
        before = waves(store)
        for at in range(1, 50):
            faulty = _Faulty(store, at)
            if faulty.top_up():
                break
            assert waves(store) == before
            assert tally(store).audience == 700
        assert at > 5
        assert waves(store) == [*before, Tally(audience=601, pending=601)]


class _Faulty:
    """A driver whose n-th write breaks."""

    def __init__(self, store: Store, at: int) -> None:
        self.store, self.left = store, at

    def top_up(self) -> bool:
        driver = self.store._driver
        real = {name: getattr(driver, name) for name in ("run", "run_many")}

        def counted(name: str):  # type: ignore[no-untyped-def]
            def run(*words: object, **values: object) -> object:
                self.left -= 1
                if self.left == 0:
                    raise RuleError("the disk, say")
                return real[name](*words, **values)

            return run

        try:
            for name in real:
                setattr(driver, name, counted(name))
            top_up(self.store)
        except RuleError:
            return False
        finally:
            for name in real:
                delattr(driver, name)
        return True
