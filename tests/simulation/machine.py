"""A machine that does not exist: its loop, its network, and processes that can be killed without a word.

What a thread would do is done in the loop's own thread, at its time: one seed, one story.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from mailer.store.sqlite import Sqlite
from tests.deliver.hours import Hours, HoursLoop
from tests.simulation.network import Calm, End, Weather, pair

LOCK_PATIENCE_S = 90.0  # of a sender, for a database that is locked
_HERE: ContextVar["Process"] = ContextVar("process")


class KilledError(Exception):
    """Raised where a process was killed; what it unwinds reaches nothing."""


@dataclass(slots=True, eq=False)
class Process:
    """What the system takes back when a process dies: its connections, its locks, its tasks."""

    drivers: list[Sqlite] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    tasks: list["asyncio.Task[Any]"] = field(default_factory=list)
    killed: bool = False

    def kill(self) -> None:
        """SIGKILL: transactions that are open are rolled back, connections closed, nothing else is done."""
        self.killed = True
        for driver in self.drivers:
            driver.close()
        for end in self.ends:
            end.vanish()
        for task in self.tasks:
            task.cancel()


def process_here() -> Process | None:
    """The process whose code is running; None: the world around it."""
    return _HERE.get(None)


class Machine(Hours):
    """Hours that pass in no time, and a network on which every host is this one."""

    def __init__(self, weather: Weather | None = None) -> None:
        super().__init__()
        self.weather = weather or Calm()
        self.busy_until = 0.0  # whoever needs the disk waits until then: see `disk_waits`
        self.in_thread = False  # what runs now has waited already, beside the loop

    def make_loop(self) -> HoursLoop:
        return _MachineLoop(self)

    async def run_process(self, process: Process, story: Callable[[], Any]) -> Any:
        """`story` as a process of its own; `KilledError` if it is killed."""
        task = asyncio.get_running_loop().create_task(_inside(process, story))
        try:
            return await task
        except (Exception, asyncio.CancelledError):
            if process.killed:
                await asyncio.gather(*process.tasks, return_exceptions=True)
                raise KilledError from None
            raise

    def disk_waits(self) -> float:
        """Seconds until a thread that needs the disk is through: 0 on a calm day."""
        return max(0.0, self.busy_until - self.monotonic())

    def stand_still(self, seconds: float) -> None:
        """Time passes, and nothing happens meanwhile: somebody holds the loop's own thread."""
        self.selector.passed += seconds


async def _inside(process: Process, story: Callable[[], Any]) -> Any:
    _HERE.set(process)
    task = asyncio.current_task()
    assert task is not None
    process.tasks.append(task)
    return await story()


class _MachineLoop(HoursLoop):
    """Connections in memory, threads that are none, tasks that know their process."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self._machine = machine
        self._doors: dict[int, tuple[Callable[[], asyncio.Protocol], Context]] = {}
        self.set_task_factory(_task)

    async def create_server(self, factory: Any, host: Any = None, port: int = 0, **_: Any) -> Any:  # type: ignore[override]
        """Listen; `port` is minted like the system's."""
        port = port or 20_000 + len(self._doors)
        self._doors[port] = factory, copy_context()
        listening = SimpleNamespace(getsockname=lambda: ("127.0.0.1", port))
        return SimpleNamespace(sockets=[listening], close=lambda: self._doors.pop(port, None))

    async def create_connection(self, factory: Any, *_: Any, port: int = 0, **__: Any) -> Any:  # type: ignore[override]
        """Connect, as the weather allows."""
        weather = self._machine.weather
        await asyncio.sleep(weather.delay())
        met = weather.meets()
        if met == "silence":
            await asyncio.sleep(24 * 3600)
        if met == "refused" or port not in self._doors:
            raise ConnectionRefusedError(111, "Connection refused")
        listener, context = self._doors[port]
        ours, theirs = pair(self, weather, copy_context(), context)
        if (process := process_here()) is not None:
            process.ends.append(ours)
        context.run(_meet, theirs, listener)
        return ours, _meet(ours, factory)

    def run_in_executor(self, executor: Any, act: Callable[..., Any], *arguments: Any) -> Any:  # type: ignore[override]
        """In no thread: after the disk's time, at one stroke; whoever asked may have gone meanwhile."""
        future: asyncio.Future[Any] = self.create_future()
        wait = min(self._machine.disk_waits(), LOCK_PATIENCE_S) if executor is not None else 0.0
        self.call_later(wait, self._run, future, act, arguments)
        return future

    def _run(self, future: Any, act: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        process = process_here()
        if process is not None and process.killed:
            return
        self._machine.in_thread = True
        try:
            answer = act(*arguments)
        except Exception as fault:
            if not future.done():
                future.set_exception(fault)
        else:
            if not future.done():
                future.set_result(answer)
        finally:
            self._machine.in_thread = False


def _meet(end: End, factory: Callable[[], Any]) -> Any:
    protocol = factory()
    end.set_protocol(protocol)
    protocol.connection_made(end)
    return protocol


def _task(loop: Any, work: Any, *, context: Context | None = None) -> Any:
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context)
    process = process_here()
    if process is not None:
        process.tasks.append(task)
    return task
