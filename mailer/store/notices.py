"""Mails to one person that are no campaign: kept until a server has taken them, then forgotten."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.moments import stamp
from mailer.store.driver import Driver

_HELD = timedelta(minutes=5)  # for one attempt: who died in it loses it to another


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Waiting:
    """One that is to be sent now. No repr: addresses and links belong in no log."""

    id: str
    email: str
    language: str
    subject: str
    content: str
    attempts: int  # the one that begins included


class Notices:
    """The verbs of this small queue; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def add(self, email: str, language: str, subject: str, content: str, *, lasts: timedelta) -> str:
        """Have it sent as soon as may be, within `lasts`; its id, by which it may be sent at once."""
        made, at = secrets.token_hex(16), self._now()
        said = {"id": made, "email": email, "language": language, "subject": subject, "content": content}
        self._driver.run("add_notice", **said, due_at=stamp(at), expires_at=stamp(at + lasts))
        return made

    def claim(self, most: int = 50) -> list[Waiting]:
        """Those whose turn has come, each of them ours alone for five minutes; what came too late is gone."""
        at = self._now()
        self._driver.run("expire_notices", now=stamp(at))
        claimed = []
        for row in list(self._driver.rows("due_notices", now=stamp(at), most=most)):
            if self._driver.run("claim_notice", id=row[0], due_at=row[6], until=stamp(at + _HELD)):
                one = Waiting(
                    id=row[0],
                    email=row[1],
                    language=row[2],
                    subject=row[3],
                    content=row[4],
                    attempts=int(row[7]) + 1,
                )
                claimed.append(one)
        return claimed

    def postpone(self, id: str, by: timedelta) -> None:
        """The next attempt not before that."""
        self._driver.run("postpone_notice", id=id, due_at=stamp(self._now() + by))

    def forget(self, id: str) -> None:
        """It was taken, or never will be."""
        self._driver.run("forget_notice", id=id)

    def waiting(self) -> int:
        """How many have not left yet."""
        found = self._driver.row("waiting_notices")
        return int(found[0]) if found else 0
