"""A worker whose leases last some seconds instead of a minute: python -m tests.stories.quick SECONDS."""

import sys
from datetime import timedelta

from mailer.cli import show
from mailer.cli.interrupts import run
from mailer.cluster.worker import Worker
from mailer.words import Text
from mailer.workspace.folder import workspace_of


def main() -> None:
    """As `mailer worker` does."""
    lease = timedelta(seconds=float(sys.argv[1]))
    worker = Worker(workspace=workspace_of(None), tell=show.talk, lease=lease)
    show.talk(Text("This worker is at work; Ctrl-C ends it."))
    run(worker.run(), worker.stop)


if __name__ == "__main__":
    main()
