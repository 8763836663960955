"""The fault server as a process of its own, which outlives a killed sender: `python -m tests.smtp`."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path

from tests.smtp.script import Action, Close, Reply, Reset, Rule, Stage
from tests.smtp.server import FaultServer

_ACTIONS: dict[str, Action] = {"close": Close(), "reset": Reset()}


def _rule(text: str) -> Rule:
    """`STAGE=ACTION` or `STAGE=ACTION*TIMES`; ACTION is close, reset or a reply's code."""
    stage, _, rest = text.partition("=")
    action, _, times = rest.partition("*")
    known = _ACTIONS.get(action)
    return Rule(Stage(stage), known or Reply(int(action)), times=int(times) if times else None)


async def _serve(server: FaultServer) -> None:
    async with server:
        print(server.port, flush=True)  # noqa: T201 - the parent reads it
        await asyncio.Event().wait()


def main() -> None:
    """Serve until killed; the port is the first line of stdout."""
    parser = argparse.ArgumentParser(prog="python -m tests.smtp")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--delay-ms", type=float, default=0, help="before each reply to a dot")
    parser.add_argument("--no-pipelining", action="store_true")
    parser.add_argument("--rule", type=_rule, action="append", default=[], help=_rule.__doc__)
    asked = parser.parse_args()
    server = FaultServer(
        asked.rule,
        port=asked.port,
        ledger=asked.ledger,
        keep=False,
        delay=asked.delay_ms / 1000,
        pipelining=not asked.no_pipelining,
    )
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(server))


if __name__ == "__main__":
    main()
