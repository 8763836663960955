"""Two senders on one PostgreSQL, each in the middle of its transaction: what SQLite's one writer settles."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from mailer.delivery import Tally, Turn
from mailer.errors import LaterError
from mailer.store.driver import RuleError
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    LIST,
    LUC,
    NOON,
    OURS,
    ZOE,
    Clock,
    bring,
    claim,
    claimed,
    inside,
    launch,
    launch_of,
    mark,
    number,
    opened,
    person,
    settle,
    tally,
)

DATABASES = ["postgres"]
T = TypeVar("T")
_SOON_S = 0.2  # in which what waits for a lock would be over, if it did not


@contextmanager
def two(folder: Path, lease: timedelta = timedelta(seconds=60)) -> Iterator[tuple[Store, Store]]:
    """Two machines: a store each, a log of objections each, one database."""
    with ExitStack() as stack:
        (folder / "other").mkdir()
        one = stack.enter_context(opened(folder, patience=10, lease=lease))
        other = stack.enter_context(
            opened(folder, patience=10, lease=lease, log=folder / "other/objections.log")
        )
        yield one, other


@contextmanager
def meanwhile(act: Callable[[], T]) -> Iterator["Future[T]"]:
    """`act` in a thread of its own; it is over at the end."""
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(act)
        time.sleep(_SOON_S)
        yield future


def test_each_slice_is_claimed_once(tmp_path: Path) -> None:
    with two(tmp_path) as stores:
        bring(stores[0], *(f"m{at}@example.org" for at in range(1700)))
        launch(stores[0])
        turns: list[Turn] = []

        def work(store: Store) -> None:
            while (found := claim(store)) is not None:
                turns.extend(found)

        threads = [threading.Thread(target=work, args=(store,)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(turns) == len({turn.subscriber for turn in turns}) == 1700


def test_a_claim_waits_for_nobody(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, *(f"m{at}@example.org" for at in range(600)))
        launch(one)
        with one.together():
            first = one.ledger.claim(CAMPAIGN, "one") or []
            second = claim(other) or []
        assert {len(first), len(second)} == {500, 100}
        assert not {turn.subscriber for turn in first} & {turn.subscriber for turn in second}


def test_those_who_are_due_are_gathered_by_one(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock, patience=10) as one, opened(tmp_path, clock, patience=10) as other:
        bring(one, ZOE, ANA)
        launch(one)
        for turn in claimed(one):
            settle(one, turn, LATER, NOON)
        clock.later(minutes=1)
        one.begin()
        turns = one.ledger.claim(CAMPAIGN, "one") or []
        with meanwhile(lambda: claim(other)) as waiting:
            assert not waiting.done()
            one.finish()
            assert waiting.result() is None
        assert len(turns) == 2
        assert tally(other) == Tally(audience=2, pending=2)


def test_a_campaign_is_launched_once(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, ZOE)
        one.begin()
        _launch(one, CAMPAIGN)
        with meanwhile(lambda: launch(other, public_id="aaaaaaaaaa")) as waiting:
            one.finish()
            with pytest.raises(RuleError):
                waiting.result()
        assert [found.public_id for found in other.campaigns.all()] == [CAMPAIGN]


def _launch(store: Store, public_id: str) -> None:
    store.launches.launch(launch_of(public_id))


def test_one_changes_its_course(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        launch(one)
        one.begin()
        assert one.campaigns.change(CAMPAIGN, "running", "paused", "asked")

        def finishes() -> bool:
            with other.together():
                return other.campaigns.change(CAMPAIGN, "running", "finished")

        with meanwhile(finishes) as waiting:
            one.finish()
            assert waiting.result() is False


def test_a_mark_sees_whoever_has_left_before_it(tmp_path: Path) -> None:
    """P10: committed by another machine after our transaction began, and before the mark."""
    with two(tmp_path) as (one, other):
        bring(one, ZOE)
        launch(one)
        [turn] = claimed(one)
        one.begin()
        assert len(one.ledger.look([turn])) == 1
        with other.together():
            other.exits.object(turn.subscriber, "site")
        assert one.ledger.mark([(turn, one.people.hash_of(ZOE))]) == [False]
        one.finish()


def test_no_lease_is_taken_back_in_the_middle_of_a_mark(tmp_path: Path) -> None:
    with two(tmp_path, timedelta(0)) as (one, other):
        bring(one, ZOE)
        launch(one)
        [turn] = claimed(one)
        time.sleep(0.01)
        one.begin()
        assert one.ledger.mark([(turn, one.people.hash_of(ZOE))]) == [True]
        with other.together():
            assert other.ledger.reap(CAMPAIGN) == 0  # it is being marked: at another time
        one.finish()
        with other.together():
            assert other.ledger.reap(CAMPAIGN) == 1
        assert tally(one) == Tally(audience=1, unknown=1)


def test_a_mark_waits_for_a_lease_that_is_being_taken_back_and_is_refused(tmp_path: Path) -> None:
    with two(tmp_path, timedelta(0)) as (one, other):
        bring(one, ZOE)
        launch(one)
        [turn] = claimed(one)
        time.sleep(0.01)
        other.begin()
        assert other.ledger.reap(CAMPAIGN) == 0
        with meanwhile(lambda: mark(one, turn)) as waiting:
            assert not waiting.done()
            other.finish()
            assert waiting.result() == [False]
        assert tally(one) == Tally(audience=1, pending=1)


def test_a_lease_is_kept_by_signs_of_life_and_lost_without(tmp_path: Path) -> None:
    with two(tmp_path, timedelta(seconds=1.5)) as (one, other):
        bring(one, ZOE, ANA)
        launch(one)
        zoe, ana = claimed(one)
        held = [(zoe.slice, zoe.fence)]
        mark(one, zoe)
        for _ in range(5):
            time.sleep(0.5)
            with one.together():
                assert one.ledger.renew(CAMPAIGN, held) == []
            assert claim(other) is None
        time.sleep(1.6)
        [again] = claimed(other)
        assert (again.subscriber, again.fence) == (ana.subscriber, ana.fence + 2)
        assert tally(one) == Tally(audience=2, unknown=1, pending=1)
        # Whatever the old holder still tries changes nothing.
        assert mark(one, ana) == [False]
        settle(one, zoe, ACCEPTED)
        settle(one, zoe, LATER, NOON)
        settle(one, zoe, OURS)
        settle(one, ana, LATER, NOON)
        with one.together():
            assert one.ledger.renew(CAMPAIGN, held) == held
            one.ledger.close(CAMPAIGN, *held[0])
        assert mark(other, again) == [True]
        settle(other, again, ACCEPTED)
        assert tally(one) == Tally(audience=2, unknown=1, sent=1)


def test_a_late_outcome_and_a_reaping_at_the_same_instant(tmp_path: Path) -> None:
    """Whoever commits first is right, and the other changes nothing."""
    with two(tmp_path, timedelta(0)) as (one, other):
        bring(one, ZOE)
        launch(one)
        [turn] = claimed(one)
        mark(one, turn)
        one.begin()
        one.ledger.sent([(turn, ACCEPTED)])

        def reaps() -> int:
            with other.together():
                return other.ledger.reap(CAMPAIGN)

        with meanwhile(reaps) as waiting:
            one.finish()
            assert waiting.result() == 0
        assert tally(one) == Tally(audience=1, sent=1)


def test_cancelled_while_a_slice_is_being_opened(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, ZOE, ANA)
        launch(one)
        one.begin()
        assert len(one.ledger.claim(CAMPAIGN, "one") or []) == 2

        def cancels() -> bool:
            with other.together():
                return other.campaigns.cancel(CAMPAIGN, "running")

        with meanwhile(cancels) as waiting:
            assert not waiting.done()
            one.finish()
            assert waiting.result()
        assert tally(one) == Tally(audience=2, excluded=2)


def test_what_is_in_flight_when_it_is_cancelled_is_settled_by_its_sender_or_lapses(tmp_path: Path) -> None:
    with two(tmp_path, timedelta(seconds=1)) as (one, other):
        bring(one, ZOE, ANA, LUC)
        launch(one)
        zoe, ana, _luc = claimed(one)
        mark(one, zoe, ana)
        with other.together():
            other.ledger.recover(CAMPAIGN)
            assert other.campaigns.cancel(CAMPAIGN, "running")
        assert tally(one) == Tally(audience=3, excluded=1, in_flight=2)
        settle(one, zoe, ACCEPTED)
        time.sleep(1.1)
        with other.together():
            assert other.ledger.reap() == 1
        assert tally(one) == Tally(audience=3, excluded=1, sent=1, unknown=1)


def test_a_wave_that_is_added_while_it_ends_keeps_it_running(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        launch(one)
        launched = one.campaigns.by_id(CAMPAIGN)
        assert launched is not None
        bring(one, ZOE)
        one.begin()
        assert one.campaigns.reopen(launched, "running", lasting=timedelta(hours=1))
        one.waves.top_up(CAMPAIGN, [LIST])

        def finishes() -> bool:
            with other.together():
                return other.campaigns.finish(CAMPAIGN)

        with meanwhile(finishes) as waiting:
            assert not waiting.done()
            one.finish()
            assert waiting.result() is False
        assert len(claimed(other)) == 1


def test_a_wave_and_those_who_are_due_at_once_are_slices_of_their_own(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock, patience=10) as one, opened(tmp_path, clock, patience=10) as other:
        bring(one, ZOE)
        launch(one)
        settle(one, claimed(one)[0], LATER, NOON)
        clock.later(minutes=1)
        bring(one, ANA)
        launched = one.campaigns.by_id(CAMPAIGN)
        assert launched is not None
        one.begin()
        assert one.campaigns.reopen(launched, "running", lasting=timedelta(hours=1))
        one.waves.top_up(CAMPAIGN, [LIST])
        with meanwhile(lambda: claim(other)) as waiting:
            one.finish()
            assert len(waiting.result() or []) == 1
        assert len(claim(one) or []) == 1
        assert tally(one) == Tally(audience=2, pending=2)


def test_another_text_waits_for_whoever_opens_a_slice(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, ZOE)
        launch(one)
        one.begin()
        assert one.ledger.claim(CAMPAIGN, "one")

        def amends() -> bool:
            with other.together():
                return other.waves.busy(CAMPAIGN)

        with meanwhile(amends) as waiting:
            assert not waiting.done()
            one.finish()
            assert waiting.result() is True


def test_nobody_opens_a_slice_while_another_text_is_given(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, ZOE)
        launch(one)
        one.begin()
        assert not one.waves.busy(CAMPAIGN)
        assert claim(other) is None
        one.finish()
        assert len(claimed(other)) == 1


def test_expired_by_two_at_once(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, ZOE, ANA)
        launch(one)

        def expires(store: Store) -> None:
            with store.together():
                store.ledger.expire(CAMPAIGN)

        one.begin()
        one.ledger.expire(CAMPAIGN)
        with meanwhile(lambda: expires(other)) as waiting:
            one.finish()
            waiting.result()
        assert tally(one) == Tally(audience=2, refused=2)


def test_the_figures_add_up_while_a_slice_is_being_opened(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        bring(one, *(f"m{at}@example.org" for at in range(1200)))
        launch(one)
        with meanwhile(lambda: [claim(one) for _ in range(4)]) as waiting:
            while not waiting.done():
                assert tally(other).audience == 1200
        assert tally(other).pending == 1200


def test_two_files_at_once_make_one_person_of_an_address(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        one.begin()
        one.people.bring(LIST, [person(ZOE)], source="one")
        with meanwhile(lambda: bring(other, ZOE, ANA)) as waiting:
            assert not waiting.done()
            one.finish()
            waiting.result()
        assert one.people.size_of(LIST) == 2


def test_an_objection_of_somebody_who_is_being_imported_is_kept(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        unknown = one.people.number_for(ZOE)
        one.begin()
        one.people.bring(LIST, [person(ZOE)], source="file")

        def objects() -> None:
            with other.together():
                other.exits.object(unknown, "site", lists=(LIST,))

        with meanwhile(objects) as waiting:
            one.finish()
            waiting.result()
        assert one.people.dossier(ZOE).suppression is not None
        assert [email for email, _ in one.people.members(LIST)] == []


def test_two_programs_of_one_machine_do_not_wait_for_each_other_crosswise(tmp_path: Path) -> None:
    """The log's lock is of the system, its place in meta of the database: always taken in one order."""
    with opened(tmp_path, patience=5) as one, opened(tmp_path, patience=5) as other:
        emails = [f"m{at}@example.org" for at in range(40)]
        bring(one, *emails)
        numbers = [number(one, email) for email in emails]

        def leaves(store: Store, some: list[int]) -> None:
            for who in some:
                with store.together():
                    store.exits.leave(who, (LIST,), "site")

        with meanwhile(lambda: leaves(other, numbers[::2])) as waiting:
            leaves(one, numbers[1::2])
            waiting.result()
        assert one.people.size_of(LIST) == 0
        lines = (tmp_path / "objections.log").read_text().splitlines()
        assert len(lines) == 41


def test_who_holds_a_row_for_too_long_is_not_waited_for(tmp_path: Path) -> None:
    with opened(tmp_path, patience=10) as one, opened(tmp_path, patience=0.3) as other:
        bring(one, ZOE)
        zoe = number(one, ZOE)
        one.begin()
        inside(one).execute("UPDATE membership SET source = 'x'")
        with pytest.raises(LaterError, match="locked"), other.together():
            other.exits.leave(zoe, (LIST,), "site")
        one.finish()
        with other.together():
            other.exits.leave(zoe, (LIST,), "site")


def test_two_that_forget_the_same_rows_count_them_once(tmp_path: Path) -> None:
    """Retention, by two workers in the same hour."""
    clock = Clock()
    with opened(tmp_path, clock, patience=10) as one, opened(tmp_path, clock, patience=10) as other:
        bring(one, ZOE, ANA, LUC)
        launch(one)
        claimed(one)
        with one.together():
            one.campaigns.cancel(CAMPAIGN, "running")
        clock.later(days=200)
        with one.together():
            one.retention.close(CAMPAIGN, clock.now)
        one.begin()
        one.retention.retire(CAMPAIGN)

        def retire() -> bool:
            with other.together():
                return other.retention.retire(CAMPAIGN)

        with meanwhile(retire) as waiting:
            one.finish()
            assert waiting.result() is False
        assert tally(other) == Tally(audience=3, excluded=3)
