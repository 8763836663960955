"""What pages read: campaigns as they were launched, their files; and the clicks that are counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from mailer.listen.desk import Archived
from mailer.model import Asset, Edition, TrackedLink
from mailer.moments import moment
from mailer.store.consents import TRACKING
from mailer.store.driver import Driver
from mailer.store.editions import load

Counted = Mapping[tuple[str, int, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An edition with what was stored beside it."""

    public_id: str
    slug: str
    number: int
    edition: Edition
    questionnaire: str
    message_id_key: str
    launched_at: datetime
    earlier: tuple[TrackedLink, ...]  # counted links of the editions before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The questionnaire of a launched campaign, as its last edition has it: the text of the file."""

    public_id: str
    slug: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnClick:
    """How often somebody who agreed to it followed a link on a day."""

    campaign: str  # its slug
    destination: str
    day: str
    clicks: int


class Visits:
    """The verbs of the site."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def stored(self, public_id: str, number: int | None = None) -> Stored | None:
        """An edition of a launched campaign, the last one unless `number` says which."""
        campaign = self._driver.record("campaign_by_id", public_id=public_id)
        if campaign is None:
            return None
        if number is None:
            last = self._driver.row("last_edition", campaign=public_id)
            assert last is not None
            number = last[0]
        found = self._driver.record("edition", campaign=public_id, number=number)
        if found is None:
            return None
        return Stored(
            public_id=public_id,
            slug=campaign["slug"],
            number=found["number"],
            edition=load(found["content"], self._needed),
            questionnaire=found["questionnaire"],
            message_id_key=found["message_id_key"],
            launched_at=moment(campaign["launched_at"]),
            earlier=tuple(
                TrackedLink(number=row[0], destination=row[2], label=row[3])
                for row in self._driver.rows("links", campaign=public_id)
                if row[1] < number
            ),
        )

    def archived(self) -> list[Archived]:
        """The campaigns that the public archive shows, the latest first.

        One is brought up to date when it begins, and when another text of it is frozen.
        """
        return [
            Archived(
                public_id=row[0],
                slug=row[1],
                title=row[2],
                language=row[3],
                began_at=moment(row[4]),
                updated_at=moment(max(row[4], row[5])),
            )
            for row in self._driver.rows("archived")
        ]

    def questionnaires(self) -> list[Asked]:
        """Of all campaigns that have one of ours."""
        found = self._driver.rows("questionnaires")
        return [Asked(public_id=row[0], slug=row[1], text=row[2]) for row in found]

    def questionnaire(self, public_id: str) -> Asked | None:
        """Of one campaign, if it has one of ours."""
        row = self._driver.row("questionnaire", campaign=public_id)
        return Asked(public_id=row[0], slug=row[1], text=row[2]) if row else None

    def file(self, name: str) -> Asset | None:
        """The image or PDF called `name`, `<sha256>.<suffix>`."""
        found = self._driver.record("asset", name=name)
        if found is None:
            return None
        return Asset(name=found.pop("title"), **found)

    def _needed(self, name: str) -> Asset:
        asset = self.file(name)
        assert asset is not None, f"the file {name} of an edition is gone"
        return asset

    def add_clicks(self, clicks: Counted, machines: Counted = MappingProxyType({})) -> None:
        """Add to the counters: clicks of people, requests of machines; by (public id, number, day)."""
        self._driver.run_many(
            "add_clicks",
            [
                {
                    "campaign": campaign,
                    "number": number,
                    "day": day,
                    "clicks": clicks.get((campaign, number, day), 0),
                    "machines": machines.get((campaign, number, day), 0),
                }
                for campaign, number, day in sorted({*clicks, *machines})
            ],
        )

    def add_own_clicks(self, clicks: Mapping[tuple[str, int, str, int], int]) -> None:
        """Add clicks whose reader is known, by (public id, number, day, subscriber), to theirs and to all.

        Only of those who agree at this instant: the links of everybody else merely lead on.
        """
        agree = {one for one in {key[3] for key in clicks} if self._agrees(one)}
        kept = {key: count for key, count in sorted(clicks.items()) if key[3] in agree}
        self._driver.run_many(
            "add_own_clicks",
            [
                {
                    "campaign": campaign,
                    "number": number,
                    "day": day,
                    "subscriber": subscriber,
                    "clicks": count,
                }
                for (campaign, number, day, subscriber), count in kept.items()
            ],
        )
        all_: Counter[tuple[str, int, str]] = Counter()
        for key, count in kept.items():
            all_[key[:3]] += count
        self.add_clicks(all_)

    def _agrees(self, subscriber: int) -> bool:
        return self._driver.row("agrees", subscriber=subscriber, purpose=TRACKING, list="") is not None

    def own_clicks(self, subscriber: int) -> list[OwnClick]:
        """What somebody followed, the oldest first; empty unless they agreed that it is known."""
        return [
            OwnClick(campaign=row[1], destination=row[2], day=row[3], clicks=row[4])
            for row in self._driver.rows("own_clicks_of", subscriber=subscriber)
        ]

    def answers(self) -> bool:
        """Whether the database can be read."""
        return self._driver.row("read_meta", name="schema") is not None
