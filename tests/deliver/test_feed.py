"""The feed: slices claimed just ahead, people looked at just before their turn, nobody handed out twice."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mailer.deliver.feed import Feed, Job
from mailer.delivery import State
from mailer.errors import LaterError
from tests.deliver.hours import Hours
from tests.deliver.house import email
from tests.deliver.twins import LedgerTwin

Serve = Callable[[Feed, Job], Awaitable[None]]


class Line:
    """A feed with readers in the place of workers, and what they hold."""

    def __init__(self, people: int, *, ahead: int, size: int = 20) -> None:
        self.hours = Hours()
        emails = {number: email(number) for number in range(1, people + 1)}
        self.ledger = LedgerTwin(emails=emails, now=self.hours.now, size=size)
        self.ahead = ahead
        self.again: list[int] = []
        self.feed = Feed(self.ledger, self.hours.clock, ahead=ahead, again=self.again.append)
        self.seen: list[int] = []
        self.most_looked = 0  # jobs that were looked at and are still on their way
        self._through = 0

    def run(self, readers: int, serve: Serve | None = None) -> None:
        """Read to the end."""
        self.hours.run(self._run(readers, serve or self.served))

    async def _run(self, readers: int, serve: Serve) -> None:
        tasks = [asyncio.create_task(self.feed.run(readers))]
        tasks += [asyncio.create_task(self._read(serve)) for _ in range(readers)]
        await asyncio.gather(*tasks)
        await self.feed.close()

    async def _read(self, serve: Serve) -> None:
        while (job := await self.feed.next()) is not None:
            self.seen.append(job.turn.subscriber)
            self.most_looked = max(self.most_looked, len(self.ledger.looked) - self._through)
            await serve(self.feed, job)

    async def served(self, feed: Feed, job: Job) -> None:
        """As a worker does, in a hundredth of a second."""
        await asyncio.sleep(0.01)
        await self.ledger.exclude(job.turn, "seen")
        self._through += 1
        await feed.done(job)


@pytest.mark.parametrize("readers", [1, 4])
@pytest.mark.parametrize("people", [0, 1, 19, 20, 21, 140])
def test_everyone_once_in_their_order(people: int, readers: int) -> None:
    line = Line(people, ahead=readers)
    line.run(readers)
    assert line.seen == list(range(1, people + 1))
    assert all(part.state == "done" for part in line.ledger.slices.values())


@pytest.mark.parametrize("ahead", [1, 4, 10])
def test_memory_does_not_grow_with_the_list(ahead: int) -> None:
    """Two slices, and twice `ahead` people with those in hand."""
    line = Line(800, ahead=ahead, size=50)
    line.run(ahead)
    assert len(line.seen) == 800
    assert line.ledger.most_held <= 2
    assert line.most_looked <= 2 * ahead + ahead


def test_who_is_given_back_comes_after_the_others() -> None:
    line = Line(6, ahead=2)
    back: set[int] = set()

    async def serve(feed: Feed, job: Job) -> None:
        if job.turn.subscriber == 1 and not back:
            back.add(1)
            feed.give_back(job)
        else:
            await line.served(feed, job)

    line.run(1, serve)
    assert line.seen == [1, 2, 1, 3, 4, 5, 6]  # after those who were looked at already


def test_the_last_one_may_be_given_back() -> None:
    """While somebody holds a job the others wait: it may be theirs yet."""
    line = Line(3, ahead=3)
    tries = iter(range(3))

    async def serve(feed: Feed, job: Job) -> None:
        if job.turn.subscriber == 3 and next(tries) < 2:
            await asyncio.sleep(30)
            feed.give_back(job)
        else:
            await line.served(feed, job)

    line.run(3, serve)
    assert sorted(line.seen) == [1, 2, 3, 3, 3]
    assert line.ledger.slices[1].state == "done"


def test_stopped_it_hands_out_nothing_more() -> None:
    line = Line(100, ahead=4)

    async def serve(feed: Feed, job: Job) -> None:
        if job.turn.subscriber == 30:
            feed.stop()
        await line.served(feed, job)

    line.run(2, serve)
    assert max(line.seen) <= 31
    assert not any(part.held for part in line.ledger.slices.values())
    assert sum(row.state is State.PENDING for row in line.ledger.rows.values()) >= 9
    assert line.feed.ended.is_set()


def test_given_back_after_the_end_they_are_pending() -> None:
    line = Line(4, ahead=4)

    async def serve(feed: Feed, job: Job) -> None:
        feed.stop()
        await feed.ended.wait()
        feed.give_back(job)

    line.run(2, serve)
    assert {row.state for row in line.ledger.rows.values()} == {State.PENDING}
    assert line.ledger.slices[1].state == "open"
    again = Feed(line.ledger, line.hours.clock, ahead=4, again=line.again.append)
    line.feed = again
    line.seen.clear()
    line.run(2)
    assert line.seen == [1, 2, 3, 4]


def test_those_whose_second_turn_has_come_are_counted() -> None:
    line = Line(5, ahead=2)

    async def story() -> None:
        for turn in await line.ledger.claim() or []:
            row = line.ledger.rows[turn.subscriber]
            row.state, row.attempts = State.DEFERRED, 1
            row.due = line.hours.now() if turn.subscriber > 2 else None
        await line.ledger.close(1, 1)
        await line._run(1, line.served)

    line.hours.run(story())
    assert line.seen == [3, 4, 5]
    assert line.again == [3]


def test_a_ledger_that_cannot_be_read_ends_it() -> None:
    """Each reader is told, and none waits for ever."""
    line = Line(50, ahead=2, size=10)
    line.ledger.faults["claim"] = {3}
    with pytest.raises(LaterError, match="cannot be written"):
        line.run(2)
    assert line.seen == list(range(1, len(line.seen) + 1))
    assert len(line.seen) <= 20
    assert line.feed.ended.is_set()
