"""Hands: threads that work beside a loop, and cost it little.

`ThreadPoolExecutor` takes 20 µs of CPU to hand something over and back, and twice that when both sides are at
work. Here a job is an entry in a queue, and those done while the loop is busy come back together: 3 µs.
"""

import asyncio
import queue
import threading
import weakref
from collections import deque
from collections.abc import Callable

Work = Callable[[], bytes]


class _Job:
    """Work to be done, who waits for it, and what came of it."""

    __slots__ = ("fault", "future", "result", "way_back", "work")

    def __init__(self, work: Work, future: "asyncio.Future[bytes]", way_back: "_WayBack") -> None:
        self.work, self.future, self.way_back = work, future, way_back
        self.result = b""
        self.fault: Exception | None = None


class Hands:
    """Threads that end with it."""

    def __init__(self, count: int) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._way_back: _WayBack | None = None
        self._count = count
        self._begun = False

    def do(self, work: Work) -> "asyncio.Future[bytes]":
        """What `work` makes, in another thread; called within a loop, which has its answer."""
        if not self._begun:
            self._begin()
        loop = asyncio.get_running_loop()
        if self._way_back is None or self._way_back.loop is not loop:
            self._way_back = _WayBack(loop)
        future: asyncio.Future[bytes] = loop.create_future()
        self._jobs.put(_Job(work, future, self._way_back))
        return future

    def _begin(self) -> None:
        self._begun = True
        weakref.finalize(self, _dismiss, self._jobs, self._count)
        for number in range(self._count):
            # A daemon: a process that leaves waits for no signature.
            threading.Thread(target=_toil, args=(self._jobs,), name=f"sign-{number}", daemon=True).start()


class _WayBack:
    """To one loop: a single call for all that was done since it last looked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._done: deque[_Job] = deque()
        self._called = False

    def bring(self, job: _Job) -> None:
        """From a thread. Laid down before one looks whether the loop was called: it cannot be overlooked."""
        self._done.append(job)
        if not self._called:
            self._called = True
            try:
                self.loop.call_soon_threadsafe(self._hand_out)
            except RuntimeError:  # the loop is closed: nobody waits any more
                self._done.clear()

    def _hand_out(self) -> None:
        self._called = False
        while self._done:
            job = self._done.popleft()
            if job.future.done():  # cancelled meanwhile
                continue
            if job.fault is not None:
                job.future.set_exception(job.fault)
            else:
                job.future.set_result(job.result)


def _toil(jobs: "queue.SimpleQueue[_Job | None]") -> None:
    while (job := jobs.get()) is not None:
        try:
            job.result = job.work()
        except Exception as fault:  # told to who waits for it
            job.fault = fault
        job.way_back.bring(job)
        del job  # or a thread that waits would keep the last one alive


def _dismiss(jobs: "queue.SimpleQueue[_Job | None]", count: int) -> None:
    for _ in range(count):
        jobs.put(None)
