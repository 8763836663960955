"""A sender as a process of its own, whose lease may be short: `python -m tests.stories.sender`."""

import argparse
import asyncio
import signal
from datetime import timedelta
from pathlib import Path

from mailer.delivery import Tally
from mailer.wiring.doors import store_of
from mailer.wiring.sending import Sending
from mailer.workspace.folder import open_workspace
from tests.stories.sending import SLUG


def main() -> None:
    """Carry the campaign, which was launched; print how it ended, and how many outcomes were seen here."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories.sender")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lease", type=float, required=True, help="seconds")
    parser.add_argument("--database", required=True)
    asked = parser.parse_args()
    workspace = open_workspace(asked.folder, {"MAILER_DATABASE_URL": asked.database})
    store = store_of(workspace)
    campaign = store.campaigns.by_slug(SLUG)
    assert campaign is not None
    sending = Sending(workspace=workspace, lease=timedelta(seconds=asked.lease), patience=60)
    outcomes: list[Tally] = []
    sending.told = outcomes.append

    async def run() -> str:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sending.stop)
        return str((await sending.carry(campaign.public_id)).end)

    end = asyncio.run(run())
    print(end, len(outcomes), flush=True)  # noqa: T201 - the parent reads it
    store.close()


if __name__ == "__main__":
    main()
