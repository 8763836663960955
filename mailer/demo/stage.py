"""What the steps of the demonstration share: its premises, the commands it runs, a brake on the catcher."""

import asyncio
import contextlib
import json
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from typing import Any

from mailer.demo.catcher import Catcher
from mailer.demo.premises import Premises, command, environment
from mailer.words import Text

KILL_AFTER = 5  # messages accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a step came out."""

    right: bool
    text: Text


@dataclass(slots=True)
class Brake:
    """Holds the catcher's replies once `KILL_AFTER` messages are in, until it is let go."""

    catcher: Catcher | None = None
    held: asyncio.Event = field(default_factory=asyncio.Event)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def on_rcpt(self, _recipient: str) -> None:
        """Before each reply to RCPT: nothing of the message has left then."""
        if self.catcher is not None and self.catcher.total >= KILL_AFTER and not self.free.is_set():
            self.held.set()
            await self.free.wait()


@dataclass(slots=True, kw_only=True)
class Stage:
    """What the steps share."""

    premises: Premises
    catcher: Catcher
    brake: Brake
    language: str
    _begun: list[Process] = field(default_factory=list)

    async def run(self, *words: str) -> tuple[int, str]:
        """A command to its end: exit code and standard output."""
        process = await self.begin(*words)
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode("utf-8", "replace")

    async def begin(self, *words: str) -> Process:
        """A command, left running."""
        process = await asyncio.create_subprocess_exec(
            *command(*words),
            cwd=self.premises.workspace.root,
            env=environment(self.language),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._begun.append(process)
        return process

    async def end(self) -> None:
        """No command outlives the demonstration, whose folder goes away."""
        for process in self._begun:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def figures(self, slug: str) -> dict[str, Any]:
        """`status --json`."""
        _, out = await self.run("status", slug, "--json")
        with contextlib.suppress(ValueError):
            found = json.loads(out)
            return found if isinstance(found, dict) else {}
        return {}
