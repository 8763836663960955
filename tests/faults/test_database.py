"""A ledger that cannot be written: nothing leaves unmarked or is claimed twice, and it goes on after."""

import asyncio

import pytest

from mailer.deliver.result import End
from mailer.errors import LaterError
from tests.faults.premises import EVERYONE, PEOPLE
from tests.simulation.premises import person
from tests.simulation.world import World, world
from tests.smtp.script import Hang, Rule, Stage
from tests.store.house import inside


@pytest.mark.parametrize("durability", ["full", "process"])
@pytest.mark.parametrize("seconds", [1.0, 60.0])
def test_locked_it_is_waited_for(seconds: float, durability: str) -> None:
    """While a message is on its way: its outcome is kept until it can be written."""

    async def story(there: World) -> tuple[int, int]:
        sending = asyncio.create_task(there.through())
        while not there.asked:
            await asyncio.sleep(0.001)
        there.disk.lock(seconds)
        await asyncio.sleep(0.5)
        have = sum(there.arrived().values())
        await asyncio.sleep(seconds - 0.6)
        during = sum(there.arrived().values())
        assert (await sending).end is End.DONE
        return have, during

    with world(PEOPLE, [Rule(Stage.DOT, Hang(0.2))], settings={"database_durability": durability}) as there:
        have, during = there.play(story)
        assert have == during
        assert there.arrived() == EVERYONE
        assert there.counts() == {"sent": PEOPLE}


def test_locked_for_longer_than_anybody_waits() -> None:
    """The command ends, nobody is written to unmarked; who was under way is unknown, one a connection."""

    async def story(there: World) -> None:
        sending = asyncio.create_task(there.send())
        while not there.asked:
            await asyncio.sleep(0.001)
        there.disk.lock(600.0)
        with pytest.raises(LaterError, match="locked"):
            await sending
        await asyncio.sleep(600)
        await there.through()

    with world(PEOPLE, [Rule(Stage.DOT, Hang(0.2))]) as there:
        there.play(story)
        assert there.counts().get("unknown", 0) <= there.connections
        assert there.counts()["sent"] >= PEOPLE - there.connections


class Full:
    """No commit succeeds while `full`."""

    full = False

    def commits(self) -> str:
        return "full" if self.full else ""


def test_a_mark_that_does_not_fit_on_the_disk_lets_nothing_leave() -> None:
    async def story(there: World) -> None:
        there.at_data = lambda _: setattr(fates, "full", True)  # between the 354 and the mark
        with pytest.raises(LaterError, match="full"):
            await there.send()
        assert not there.arrived()
        fates.full, there.at_data = False, lambda _: None
        assert (await there.through()).end is End.DONE

    fates = Full()
    with world(PEOPLE, fates=fates) as there:
        there.play(story)
        assert there.arrived() == EVERYONE
        assert there.counts() == {"sent": PEOPLE}


def test_a_database_that_may_not_grow() -> None:
    """SQLite's own SQLITE_FULL (PRAGMA max_page_count), wherever it strikes first."""
    many = 200

    async def story(there: World) -> None:
        with there.desk() as store:
            inside(store).execute("VACUUM")  # no page is free inside
            [[pages]] = inside(store).execute("PRAGMA page_count").fetchall()
        there.disk.most_pages = pages + 2
        with pytest.raises(LaterError, match="full"):
            await there.send()
        before = there.arrived()
        there.disk.most_pages = 0
        assert (await there.through()).end is End.DONE
        assert 0 < sum(before.values()) < many

    with world(many, slice_size=40) as there:
        there.play(story)
        assert there.counts().get("unknown", 0) <= there.connections
        assert set(there.arrived()) <= {person(at) for at in range(many)}
        assert there.counts()["sent"] >= many - there.connections


class Unheard:
    """One commit is done, and reported as failed."""

    def __init__(self, nth: int) -> None:
        self._left = nth

    def commits(self) -> str:
        self._left -= 1
        return "unheard" if self._left == 0 else ""


def test_any_commit_whose_reply_is_lost() -> None:
    """The first, the second…: what was committed stands, and nobody is written to twice."""

    async def story(there: World) -> None:
        try:
            await there.send()
        except LaterError:
            await there.through()

    for nth in range(1, 30):
        with world(4, fates=Unheard(nth)) as there:
            there.play(story)
            assert set(there.counts()) <= {"sent", "unknown"}
            assert there.counts().get("unknown", 0) <= there.connections, nth
