"""`mailer …` on a machine whose clock jumps: python -m tests.stories.jumping AFTER BY WORDS…, in seconds."""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailer.cli import main
from mailer.wiring import sending


def jumping(after: float, by: float) -> None:
    """From `after` seconds on, the clock of the world is wrong by `by`; the monotonic one goes on."""
    begun = time.monotonic()

    def now() -> datetime:
        wrong = time.monotonic() - begun >= after
        return datetime.now(UTC) + timedelta(seconds=by if wrong else 0)

    usual = sending.Sending.__init__.__kwdefaults__
    assert usual is not None
    usual["clock"] = replace(sending.CLOCK, now=now)


if __name__ == "__main__":
    jumping(float(sys.argv[1]), float(sys.argv[2]))
    sys.argv = ["mailer", *sys.argv[3:]]
    main()
