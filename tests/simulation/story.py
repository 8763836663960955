"""One story: a campaign in all weathers, its senders killed, its people leaving, to its end; the judge."""

import asyncio
from dataclasses import dataclass

from mailer.deliver.result import End as Ending
from mailer.deliver.result import Result
from mailer.errors import MailerError
from tests.simulation.dice import Dice
from tests.simulation.machine import KilledError
from tests.simulation.premises import person
from tests.simulation.world import World, world

_MOST_SENDS = 300  # after which a story that goes on is one that will not end
_EVENTS = ("leaves", "lock", "kill", "stop", "pause", "clock", "asleep", "cut")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a seed gave."""

    seed: int
    states: dict[str, int]
    lost: int
    kills: int
    thrown: tuple[str, ...]
    ended: str
    trace: tuple[tuple[str, str], ...]


def tell(seed: int, *, trouble: int = 40) -> Told:
    """The story of a seed; AssertionError if a promise was broken."""
    dice = Dice(seed, trouble)
    people = dice.random.randint(3, 14)
    with world(
        people,
        dice,
        connections=dice.random.randint(1, 4),
        weather=dice,
        fates=dice,
        slice_size=dice.random.randint(1, 6),
        pipelining=dice.random.random() < 0.7,
        data_without_recipient=dice.random.choice((503, 554, 354)),
        settings={
            "database_durability": dice.random.choice(("process", "full")),
            "transport_per_second": dice.random.choice((0, 0, 5)),
        },
    ) as there:
        there.at_data = lambda email: dice.strikes("leaves at 354", 0.1) and there.leaves(email)
        dice.breaks = lambda _: there.kill_soon()
        ended = there.play(lambda _: _Story(there, dice, people).run())
        assert set(there.states()) == {person(at) for at in range(people)}
        return Told(
            seed=seed,
            states=there.counts(),
            lost=there.lost(),
            kills=sum(process.killed for process in there.senders),
            thrown=tuple(dice.thrown),
            ended=ended,
            trace=tuple(sorted(there.states().items())),
        )


class _Story:
    def __init__(self, there: World, dice: Dice, people: int) -> None:
        self._there, self._dice, self._people = there, dice, people

    async def run(self) -> str:
        """To the end of the campaign; how it ended."""
        events = asyncio.create_task(self._events())
        try:
            for _ in range(_MOST_SENDS):
                ended = await self._once()
                if ended in ("finished", "cancelled"):
                    return ended
        finally:
            events.cancel()
        raise AssertionError("this campaign never ends")

    async def _once(self) -> str:
        """One `mailer send`, and what its operator does after it."""
        there = self._there
        try:
            result = await there.send()
        except KilledError:
            there.judge()
            return ""
        except MailerError:  # exit 75: locked, full; tried again
            there.judge()
            await asyncio.sleep(self._dice.random.uniform(1, 60))
            return ""
        return await self._after(result)

    async def _after(self, result: Result) -> str:
        there = self._there
        if result.end in (Ending.DONE, Ending.EXPIRED):
            return "finished"
        if result.end in (Ending.PAUSED, Ending.HALTED):
            await asyncio.sleep(self._dice.random.uniform(1, 600))  # somebody mends it
        elif result.until is not None:
            await asyncio.sleep(max(1.0, (result.until - there.machine.now()).total_seconds()))
        else:
            await asyncio.sleep(60)
        return ""

    async def _events(self) -> None:
        """What happens to the machine and its people meanwhile."""
        random = self._dice.random
        while True:
            await asyncio.sleep(random.choice((0.01, 0.05, 0.3, 2.0, 40.0, 900.0)))
            for name in _EVENTS:
                if self._dice.strikes(name, 0.1):
                    getattr(self, f"_{name}")()

    def _leaves(self) -> None:
        email = person(self._dice.random.randrange(self._people))
        self._there.leaves(email, objects=self._dice.random.random() < 0.5)

    def _lock(self) -> None:
        self._there.disk.lock(self._dice.random.choice((0.2, 1.0, 60.0, 300.0)))

    def _kill(self) -> None:
        self._there.kill()

    def _stop(self) -> None:
        if self._there.sending is not None:
            self._there.sending.stop()

    def _pause(self) -> None:
        """By another command, for the database may be locked just now."""
        self._there.command("running", "paused")

    def _clock(self) -> None:
        """Put right, or wrong, by hours; summer time is one of them."""
        self._there.machine.asleep(self._dice.random.choice((-3600, 3600, -7200, 6 * 3600)), counted=False)

    def _asleep(self) -> None:
        self._there.machine.asleep(self._dice.random.choice((30, 600, 3 * 3600)), counted=True)

    def _cut(self) -> None:
        """Wi-Fi: every connection that is open, at once."""
        for process in self._there.senders:
            for end in process.ends:
                end.sever()
