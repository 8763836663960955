"""A clerk: one thread that holds one store, and does together what many ask at the same time.

This is the group commit: all that waits when a transaction begins goes into it, so one fsync serves
every connection. What is asked first is done first, in the same transaction or an earlier one (the order
that keeps P2: an outcome before the next mark of its connection).
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from mailer.errors import MailerError
from mailer.store.store import Store

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
Verb = Callable[[Store, list[I]], list[T]]  # one call for all the items of a group


@dataclass(frozen=True, slots=True)
class _Job:
    """What one asks: an act, or an item for a verb that takes several at once."""

    act: Any
    item: Any
    future: "asyncio.Future[Any]"

    @property
    def alone(self) -> bool:
        return self.item is _NOTHING


_NOTHING = object()

_MOST = 256  # jobs in one transaction


class Clerk:
    """Runs verbs of a store for the event loop it is made in.

    `around` is what a group is wrapped in: `Store.together` to write, `Store.glance` to read. `gather` is
    how long, in seconds, a group waits for others to join it.
    """

    def __init__(
        self, store: Store, around: Callable[[Store], AbstractContextManager[None]], *, gather: float = 0.0
    ) -> None:
        self._store = store
        self._around = around
        self._gather = gather
        self._loop = asyncio.get_running_loop()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def ask(self, act: Callable[[Store], T]) -> "asyncio.Future[T]":
        """`act` in the next group; done once the group is committed. Need not be awaited."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(act, _NOTHING, future))
        return future

    def ask_with(self, verb: Verb[I, T], item: I) -> "asyncio.Future[T]":
        """`verb` with `item` and those that others ask it with in the same group, before any single act."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Job(verb, item, future))
        return future

    async def close(self) -> None:
        """Do all that was asked, then close the store."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._store.close()

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            if group:
                answers = self._do(group)
                self._loop.call_soon_threadsafe(_answer, group, answers)

    def _next_group(self) -> tuple[list[_Job], bool]:
        first = self._jobs.get()
        if first is None:
            return [], False
        if self._gather:
            time.sleep(self._gather)
        group = [first]
        while len(group) < _MOST:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                return group, False
            group.append(job)
        return group, True

    def _do(self, group: list[_Job]) -> list[Any]:
        """The answers, in order; an exception stands for its job's answer."""
        try:
            with self._around(self._store):
                return self._answers(group)
        except MailerError as fault:  # the transaction itself failed: nothing of it was done
            return [fault] * len(group)
        except Exception as fault:
            if len(group) == 1:
                return [fault]
        # One of them broke a rule and took the others with it: each alone, then.
        return [answer for job in group for answer in self._do([job])]

    def _answers(self, group: list[_Job]) -> list[Any]:
        """Verbs first, in the order they were first asked; then the acts in theirs."""
        answers: dict[int, Any] = {}
        for verb in dict.fromkeys(job.act for job in group if not job.alone):
            places = [at for at, job in enumerate(group) if job.act is verb]
            found = verb(self._store, [group[at].item for at in places])
            answers.update(zip(places, found, strict=True))
        for at, job in enumerate(group):
            if job.alone:
                answers[at] = job.act(self._store)
        return [answers[at] for at in range(len(group))]


def _answer(group: list[_Job], answers: list[Any]) -> None:
    for job, answer in zip(group, answers, strict=True):
        future = job.future
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
            future.exception()  # whoever does not await it learns of it from the next mark
        else:
            future.set_result(answer)
