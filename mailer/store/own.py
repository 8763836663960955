"""What members do with their own data: the links mailed to them, each opened once, and their names."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from mailer.moments import stamp
from mailer.store.driver import Driver

EVERY = timedelta(hours=1)  # between two links of one person


class Own:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def ask(self, subscriber: int, token: str) -> str | None:
        """The address to mail the link with `token` to, at once; what was mailed before opens no more.

        None: nobody has the number, nothing is ever sent to the address, or one was mailed within the hour.
        Links that are over are forgotten on the way.
        """
        now = self._now()
        before = stamp(now - EVERY)
        self._driver.run("forget_links", before=before)
        found = self._driver.row("person_now", subscriber=subscriber, list="")
        if found is None or found[7] is not None:
            return None
        asked = {"subscriber": subscriber, "digest": _digest(token), "at": stamp(now), "before": before}
        return str(found[0]) if self._driver.run("ask_link", **asked) else None

    def spend(self, subscriber: int, token: str) -> bool:
        """Whether it is the last link that was mailed, opened now for the first time."""
        spent = {"subscriber": subscriber, "digest": _digest(token), "at": stamp(self._now())}
        return self._driver.run("open_link", **spent) > 0

    def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        """`first_name`, `last_name` and `language`, as given."""
        self._driver.run("rename_subscriber", subscriber=subscriber, at=stamp(self._now()), **names)


def _digest(token: str) -> str:
    """Of a token, which is secret until it is used: what the database holds opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
