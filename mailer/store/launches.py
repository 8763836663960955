"""Launches: the edition stored and the audience frozen, in one transaction."""

import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailer.delivery import State, Tally
from mailer.fields import STANDARD
from mailer.model import Edition
from mailer.moments import stamp
from mailer.store.driver import Driver
from mailer.store.editions import asset_name, assets_of, dump

SLICE = 500  # subscribers frozen together: one row for them all until their turn comes
_FIRST_SLICE = 1  # of those who are written to first, if there are any
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def new_public_id() -> str:
    """10 random characters: the only name of a campaign in any address, header or image."""
    return "".join(secrets.choice(_BASE32) for _ in range(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a launch would select: `size` are written to, `suppressed` are set aside."""

    size: int
    suppressed: int
    departed: int  # left every one of the lists they were on: not selected
    domains: tuple[tuple[str, int], ...]  # the largest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """People of an audience who are alike in what a mail reads of them.

    `fields` hold what matters: the value, or "-" for one that is only filled.
    """

    list: str
    people: int
    example: int  # a subscriber
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """All that a launch freezes."""

    slug: str
    title: str
    edition: Edition
    questionnaire: str
    message_id_key: str
    lists: Sequence[str]
    starts_at: datetime
    expires_at: datetime
    hold_until: datetime | None
    scheduled: bool
    abroad: bool = False  # its mail leaves this machine
    first: frozenset[int] = frozenset()  # subscribers who are written to before the others


@dataclass(slots=True)
class _Gathering:
    """The people of a slice to be, by the list through which they belong."""

    members: dict[str, list[int]] = field(default_factory=dict)
    size: int = 0

    def add(self, slug: str, subscriber: int) -> None:
        self.members.setdefault(slug, []).append(subscriber)
        self.size += 1


class Launches:
    """The verbs of a launch; they run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def audience(self, lists: Sequence[str]) -> Audience:
        """Whom `lists` hold now. The caller's transaction is rolled back: nothing is kept."""
        self._choose("", 0, lists)
        domains = [(str(row[0]), int(row[1])) for row in self._driver.rows("audience_domains", **_NOWHERE)]
        return Audience(
            size=sum(count for _, count in domains),
            suppressed=self._count("audience_suppressed"),
            departed=self._count("audience_departed"),
            domains=tuple(domains),
        )

    def _count(self, name: str) -> int:
        found = self._driver.row(name, **_NOWHERE)
        return int(found[0]) if found else 0

    def kinds(self, lists: Sequence[str], read: Collection[str], compared: Collection[str]) -> Iterator[Kind]:
        """Those whom `lists` hold now, sorted by the fields that a mail reads; as for `audience`.

        Of `read`, those that are `compared` with words matter by their value. One kind may come several
        times. They are read as they are asked for: memory does not grow with the audience.
        """
        self._choose("", 0, lists)
        matters = {
            name: "value" if name in compared else "filled" if name in read else "" for name in STANDARD
        }
        own = "value" if set(read) - set(STANDARD) else ""
        for rank, example, people, *named, fields in self._driver.rows(
            "audience_kinds", own=own, **matters, **_NOWHERE
        ):
            shown = {**dict(zip(STANDARD, named, strict=True)), **json.loads(fields)}
            yield Kind(list=lists[rank], people=people, example=example, fields=shown)

    def launch(self, launch: Launch) -> Tally:
        """Store the edition and freeze the audience; who is suppressed is set aside at once, and counted."""
        edition, at = launch.edition, stamp(self._now())
        public_id = edition.public_id
        self._driver.run(
            "add_campaign",
            public_id=public_id,
            slug=launch.slug,
            title=launch.title,
            status="scheduled" if launch.scheduled else "running",
            at=at,
            starts_at=stamp(launch.starts_at),
            expires_at=stamp(launch.expires_at),
            hold_until=stamp(launch.hold_until) if launch.hold_until else "",
            abroad=int(launch.abroad),
        )
        self._store(edition, launch.questionnaire, launch.message_id_key, at)
        self._driver.run("add_wave", campaign=public_id, number=1, edition=1, audience=0, at=at)
        self._choose(public_id, 1, launch.lists)
        return self._freeze(launch, at)

    def _store(self, edition: Edition, questionnaire: str, message_id_key: str, at: str) -> None:
        for asset in assets_of(edition):
            self._driver.run(
                "add_asset",
                name=asset_name(asset),
                title=asset.name,
                digest=asset.digest,
                suffix=asset.suffix,
                media_type=asset.media_type,
                width=asset.width,
                height=asset.height,
                content=asset.content,
            )
        self._driver.run(
            "add_edition",
            campaign=edition.public_id,
            number=1,
            digest=edition.digest,
            content=dump(edition),
            questionnaire=questionnaire,
            message_id_key=message_id_key,
            at=at,
        )
        for link in edition.links:
            self._driver.run(
                "add_link",
                campaign=edition.public_id,
                number=link.number,
                edition=1,
                destination=link.destination,
                label=link.label,
            )

    def _choose(self, public_id: str, wave: int, lists: Sequence[str]) -> None:
        for rank, slug in enumerate(lists):
            self._driver.run("add_wave_list", campaign=public_id, wave=wave, list=slug, rank=rank)

    def _freeze(self, launch: Launch, at: str) -> Tally:
        """The audience as slices, read and written as a stream: memory does not grow with it."""
        public_id, lists = launch.edition.public_id, launch.lists
        size = excluded = 0
        first, others = _Gathering(), _Gathering()
        number = _FIRST_SLICE
        for subscriber, rank, suppressed in self._driver.rows("audience", campaign=public_id, wave=1):
            size += 1
            if suppressed:
                excluded += 1
                self._set_aside(public_id, subscriber, lists[rank], at)
            elif subscriber in launch.first:
                first.add(lists[rank], subscriber)
            else:
                others.add(lists[rank], subscriber)
            if others.size == SLICE:
                number += 1
                self._slice(public_id, number, others)
                others = _Gathering()
        self._slice(public_id, _FIRST_SLICE, first)
        self._slice(public_id, number + 1, others)
        self._driver.run("set_audience", campaign=public_id, number=1, audience=size)
        return Tally(audience=size, excluded=excluded, pending=size - excluded)

    def _set_aside(self, public_id: str, subscriber: int, slug: str, at: str) -> None:
        self._driver.run(
            "add_delivery",
            campaign=public_id,
            subscriber=subscriber,
            wave=1,
            edition=1,
            slice=0,
            list=slug,
            state=State.EXCLUDED.value,
            reason="suppressed",
            settled_at=at,
        )

    def _slice(self, public_id: str, number: int, gathered: _Gathering) -> None:
        if not gathered.size:
            return
        self._driver.run(
            "add_slice",
            campaign=public_id,
            number=number,
            wave=1,
            state="waiting",
            size=gathered.size,
            members=json.dumps(gathered.members, separators=(",", ":")),
        )


_NOWHERE: Mapping[str, Any] = {"campaign": "", "wave": 0}
