"""A clerk: holds one store for an event loop, and does together what many ask at the same time.

This is the group commit: all that waits when a transaction begins goes into it, so one fsync serves
every connection. What is asked first is done first, in the same transaction or an earlier one (the order
that keeps P2: an outcome before the next mark of its connection).

Statements that take many rows at once run in the loop's own thread: two threads that both run Python take
the interpreter's lock from one another at each call of SQLite, which doubled the cost of a message. What
waits for the disk is done there too while the disk is quick, in another thread while it is not. Where each
statement waits for a network, all of it is done in that thread.

A group that the database broke off is asked again. When the answer to its COMMIT was lost, nobody knows
whether it is kept: then only those who said what to ask instead are, in their place, before anything that
was asked later (P2, P4). The others are told.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from mailer.errors import MailerError
from mailer.store.driver import BrokenOffError
from mailer.store.store import Store

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
Verb = Callable[[Store, list[I]], list[T]]  # one call for all the items of a group

_MOST = 256  # jobs in one transaction
# To hand a group to the other thread costs 1 ms of processor time in a loop that is busy: a disk
# that answers sooner is waited for (fdatasync of 80 KB on the bench's machine: 0.24 ms, nine in ten 0.8).
_QUICK_S = 0.001
_LATELY = 1 / 8  # the last wait's part in what the disk has lately taken
PERSISTENCE_S = 180.0  # for which a group is asked again: a restart, a cut of the network
_ALONE = object()


@dataclass(slots=True)
class _Job:
    """What one asks: an act, or an item for a verb that takes several at once.

    `again`: what is asked instead when nobody knows whether it is kept, if anything may be.
    """

    act: Any
    item: Any
    again: Any
    logged: bool
    future: "asyncio.Future[Any]"


class Clerk:
    """Runs verbs of a store for the event loop it is made in.

    `around` is what a group of acts is wrapped in: `Store.together` to write, `Store.glance` to read.
    """

    def __init__(
        self,
        store: Store,
        around: Callable[[Store], AbstractContextManager[None]],
        *,
        persistence: float = PERSISTENCE_S,
    ) -> None:
        """`persistence` in seconds: how long what was broken off is asked again."""
        self._store = store
        self._around = around
        self._persistence = persistence
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._jobs: list[_Job] = []
        self._asked = asyncio.Event()
        self._closing = False
        self._disk = _QUICK_S  # seconds it has lately taken
        self._work = asyncio.create_task(self._run())

    def ask(
        self, act: Callable[[Store], T], *, again: Callable[[Store], T] | None = None
    ) -> "asyncio.Future[T]":
        """`act` in the next group; done once the group is committed. Need not be awaited."""
        return self._queue(act, _ALONE, again)

    def ask_with(
        self, verb: Verb[I, T], item: I, *, again: Verb[I, T] | None = None, logged: bool = False
    ) -> "asyncio.Future[T]":
        """`verb` with `item` and those that others ask it with in the same group, before any single act.

        `logged`: it writes only what the log of objections holds (see `Store.begin`).
        """
        return self._queue(verb, item, again, logged=logged)

    async def close(self) -> None:
        """Do all that was asked, then close the store."""
        self._closing = True
        self._asked.set()
        await self._work
        self._thread.shutdown()
        self._store.close()

    def _queue(self, act: Any, item: Any, again: Any, *, logged: bool = False) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.append(_Job(act, item, again, logged, future))
        self._asked.set()
        return future

    async def _run(self) -> None:
        while self._jobs or not self._closing:
            await self._asked.wait()
            await asyncio.sleep(0)  # whoever is about to ask, having been read with them, joins this group
            group, self._jobs = self._jobs[:_MOST], self._jobs[_MOST:]
            if not self._jobs and not self._closing:
                self._asked.clear()
            if group:
                await self._serve(group)

    async def _serve(self, group: list[_Job]) -> None:
        """Answer a group; what the database broke off is asked again before anything later."""
        until = time.monotonic() + self._persistence
        while group:
            answers = await self._group(group)
            left = (
                []
                if time.monotonic() >= until
                else [_again(*pair) for pair in zip(group, answers, strict=True)]
            )
            _answer(group, answers, left)
            group = [job for job in left if job is not None]

    async def _group(self, group: list[_Job]) -> list[Any]:
        """The answers, in order; an exception stands for its job's answer."""
        if not self._store.remote and all(job.item is not _ALONE for job in group):
            answers = await self._verbs(group)
            if answers is not None:
                return answers
        return await self._loop.run_in_executor(self._thread, self._do, group)

    async def _verbs(self, group: list[_Job]) -> list[Any] | None:
        """Here, up to the commit; None when it must be done in the other thread: a lock, a broken rule."""
        try:
            if not self._store.begin(wait=False, logged=all(job.logged for job in group)):
                return None
            try:
                answers = self._answers(group)
            except BaseException:
                self._store.abandon()
                raise
        except Exception:
            return None  # whatever it was, it comes again there, job by job
        try:
            await self._finish()
        except MailerError as fault:
            return [fault] * len(group)
        return answers

    async def _finish(self) -> None:
        try:
            await self._store.finish_by(self._waited, self._elsewhere)
        except BaseException:
            self._store.abandon()
            raise

    async def _waited(self, wait: Callable[[], None]) -> None:
        """Here while the disk is quick, else in the other thread."""

        def timed() -> None:
            begun = time.monotonic()
            try:
                wait()
            finally:
                self._disk += (time.monotonic() - begun - self._disk) * _LATELY

        if self._disk < _QUICK_S:
            timed()
        else:
            await self._elsewhere(timed)

    async def _elsewhere(self, wait: Callable[[], None]) -> None:
        await self._loop.run_in_executor(self._thread, wait)

    def _do(self, group: list[_Job]) -> list[Any]:
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
        for verb in dict.fromkeys(job.act for job in group if job.item is not _ALONE):
            places = [at for at, job in enumerate(group) if job.act is verb and job.item is not _ALONE]
            found = verb(self._store, [group[at].item for at in places])
            answers.update(zip(places, found, strict=True))
        for at, job in enumerate(group):
            if job.item is _ALONE:
                answers[at] = job.act(self._store)
        return [answers[at] for at in range(len(group))]


def _again(job: _Job, answer: Any) -> _Job | None:
    """What is asked instead of a job that was broken off; None: its answer stands."""
    if not isinstance(answer, BrokenOffError):
        return None
    if answer.undone:
        return job
    return replace(job, act=job.again) if job.again is not None else None


def _answer(group: list[_Job], answers: list[Any], again: list[_Job | None]) -> None:
    for at, (job, answer) in enumerate(zip(group, answers, strict=True)):
        if job.future.done() or (again and again[at] is not None):
            continue
        if isinstance(answer, Exception):
            job.future.set_exception(answer)
            job.future.exception()  # whoever does not await it learns of it from the next mark
        else:
            job.future.set_result(answer)
