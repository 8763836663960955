"""The counter's twin: what a store would hold of one's own data, in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.web.desk import TwinDesk


@dataclass
class Papers:
    """What is stored of somebody beside their lists."""

    email: str
    fields: dict[str, str] = field(default_factory=dict)


class TwinCounter:
    """Answers as a store does; `broken` makes every question to it fail."""

    def __init__(self, desk: TwinDesk, now: Callable[[], datetime]) -> None:
        self.desk = desk
        self.now = now
        self.papers: dict[int, Papers] = {}
        self.mailed: list[tuple[int, str, str]] = []  # subscriber, token, language
        self.agreed: dict[int, str] = {}  # to what words
        self.moving: dict[int, tuple[str, str]] = {}
        self._asked: dict[int, tuple[datetime, str]] = {}
        self._spent: set[str] = set()
        self.broken = False

    def expect(self, subscriber: int, token: str) -> None:
        """As if this link had just been mailed, and not opened yet."""
        self._asked[subscriber] = self.now(), token
        self._spent.discard(token)

    async def send_link(self, subscriber: int, token: str, language: str) -> None:
        self._must_work()
        last = self._asked.get(subscriber)
        member = self.desk.members.get(subscriber)
        if subscriber not in self.papers or (member and member.objected):
            return
        if last is not None and self.now() - last[0] < timedelta(hours=1):
            return
        self._asked[subscriber] = self.now(), token
        self.mailed.append((subscriber, token, language))

    async def spend(self, subscriber: int, token: str) -> bool:
        self._must_work()
        last = self._asked.get(subscriber)
        if last is None or last[1] != token or token in self._spent:
            return False
        self._spent.add(token)
        return True

    async def record(self, subscriber: int) -> Mapping[str, object] | None:
        self._must_work()
        papers = self.papers.get(subscriber)
        if papers is None:
            return None
        member = self.desk.members[subscriber]
        return {
            "email": papers.email,
            "known": True,
            "fields": dict(papers.fields),
            "since": "2026-03-01T08:00:00.000Z",
            "memberships": [
                {
                    "list": slug,
                    "state": "subscribed" if there else "unsubscribed",
                    "since": "2026-03-01T08:00:00.000Z",
                    "source": "import: liste.csv",
                    "proof": "",
                }
                for slug, there in member.lists.items()
            ],
            "suppressed": {"reason": "objection", "source": "site", "since": "2026-11-24T09:00:00.000Z"}
            if member.objected
            else None,
            "deliveries": [
                {
                    "campaign": "relation-clients",
                    "state": "sent",
                    "reason": "",
                    "at": "2026-11-22T09:00:00.000Z",
                }
            ],
        }

    async def send_address(self, subscriber: int, email: str, token: str, language: str) -> None:
        self._must_work()
        if any(papers.email == email for who, papers in self.papers.items() if who != subscriber):
            return
        self.moving[subscriber] = (email, token)

    async def move(self, subscriber: int, token: str, language: str) -> bool:
        self._must_work()
        email, asked = self.moving.get(subscriber, ("", ""))
        if asked != token or subscriber not in self.papers:
            return False
        del self.moving[subscriber]
        self.papers[subscriber].email = email
        return True

    async def agrees(self, subscriber: int) -> bool:
        self._must_work()
        return subscriber in self.agreed

    async def agree(self, subscriber: int, words: str | None) -> None:
        self._must_work()
        if words is None:
            self.agreed.pop(subscriber, None)
        else:
            self.agreed[subscriber] = words

    async def erase(self, subscriber: int) -> None:
        self._must_work()
        del self.papers[subscriber]
        self.desk.members.pop(subscriber, None)

    async def rename(self, subscriber: int, names: Mapping[str, str]) -> None:
        self._must_work()
        self.papers[subscriber].fields.update(names)

    def _must_work(self) -> None:
        if self.broken:
            raise OSError("database is locked: zoe@example.org")  # what a log must not repeat
