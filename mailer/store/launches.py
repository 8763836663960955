"""Launches: the edition stored and the audience frozen, in one transaction."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailer.delivery import Tally
from mailer.fields import STANDARD
from mailer.model import Edition
from mailer.moments import stamp
from mailer.store.conditions import Condition
from mailer.store.driver import Driver
from mailer.store.editions import keep
from mailer.store.freezing import Wave, freeze
from mailer.store.selecting import Selected, among, everyone
from mailer.store.sieve import EVERYBODY, Sieve

SLICE = 500  # subscribers frozen together: one row for them all until their turn comes
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def new_public_id() -> str:
    """10 random characters: the only name of a campaign in any address, header or image."""
    return "".join(secrets.choice(_BASE32) for _ in range(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a launch would select: `size` are written to, `suppressed` and `left_out` are set aside."""

    size: int
    suppressed: int
    left_out: int = 0  # by what the campaign excludes; set aside too
    left_out_by: tuple[tuple[str, int], ...] = ()  # whoever is in several counts in each
    shared: int = 0  # of `size`, on several of the lists
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
    chosen: Callable[[int], bool] | None = None  # who of them is written to at all; None: everybody
    sieve: Sieve = EVERYBODY  # who of the lists it is for
    part: str = ""  # the same as it was said, to be kept
    reminds: str = ""  # the campaign whose questionnaire those chosen have not answered


class Launches:
    """The verbs of a launch; they run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def audience(self, lists: Sequence[str], sieve: Sieve = EVERYBODY) -> Audience:
        """Whom `lists` hold now, of those whom the sieve keeps.

        Within `Store.apart`: nothing is kept.
        """
        self._choose("", 0, lists)
        remote = self._driver.remote
        selected, written = sieve.selected(shared=remote), sieve.written(shared=remote)
        rows = self._driver.sought("audience_domains", written, **_NOWHERE)
        domains = [(str(row[0]), int(row[1])) for row in rows]
        return Audience(
            size=sum(count for _, count in domains),
            suppressed=self._count("audience_suppressed", selected),
            departed=self._count("audience_departed", selected),
            left_out=self._count("audience_left_out", sieve.set_aside(shared=remote))
            if sieve.leaves_out
            else 0,
            left_out_by=tuple(
                (name, self._count("audience_left_out", condition))
                for name, condition in sieve.left_out_by(shared=remote)
            ),
            shared=self._count("audience_shared", written) if len(lists) > 1 else 0,
            domains=tuple(domains),
        )

    def selected(self, lists: Sequence[str], sieve: Sieve = EVERYBODY) -> Iterator[int]:
        """The subscribers whom `lists` hold now, whom the sieve keeps, and who may be written to."""
        return (number for number, _, why in everyone(self._driver, lists, sieve) if not why)

    def chosen(
        self, lists: Sequence[str], chosen: Callable[[int], bool], sieve: Sieve = EVERYBODY
    ) -> Audience:
        """Whom `lists` hold now and the sieve keeps, of those that are `chosen`; nothing is changed."""
        return counted(self._driver, among(everyone(self._driver, lists, sieve), chosen))

    def _count(self, name: str, condition: Condition) -> int:
        [(count,)] = self._driver.sought(name, condition, **_NOWHERE)
        return int(count)

    def kinds(
        self,
        lists: Sequence[str],
        read: Collection[str],
        compared: Collection[str],
        sieve: Sieve = EVERYBODY,
    ) -> Iterator[Kind]:
        """Those whom `lists` hold now, sorted by the fields that a mail reads; as for `audience`.

        Of `read`, those that are `compared` with words matter by their value. One kind may come several
        times. They are read as they are asked for: memory does not grow with the audience.
        """
        self._choose("", 0, lists)
        matters = {
            name: "value" if name in compared else "filled" if name in read else "" for name in STANDARD
        }
        own = "value" if set(read) - set(STANDARD) else ""
        written = sieve.written(shared=self._driver.remote)
        for rank, example, people, *named, fields in self._driver.sought(
            "audience_kinds", written, own=own, **matters, **_NOWHERE
        ):
            shown = {**dict(zip(STANDARD, named, strict=True)), **json.loads(fields)}
            yield Kind(list=lists[rank], people=people, example=example, fields=shown)

    def launch(self, launch: Launch) -> Tally:
        """Store the edition and freeze the audience; who is set aside is so at once, and counted."""
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
            reminds=launch.reminds,
            part=launch.part,
        )
        keep(
            self._driver,
            edition,
            number=1,
            questionnaire=launch.questionnaire,
            message_id_key=launch.message_id_key,
            at=at,
        )
        wave = self.open_wave(public_id, 1, launch.lists, edition=1, first=launch.first)
        selected = among(everyone(self._driver, launch.lists, launch.sieve), launch.chosen)
        return freeze(self._driver, wave, selected, SLICE)

    def open_wave(
        self, campaign: str, number: int, lists: Sequence[str], *, edition: int, first: frozenset[int]
    ) -> Wave:
        """A wave of nobody yet, to `lists`."""
        at = stamp(self._now())
        self._driver.run("add_wave", campaign=campaign, number=number, edition=edition, audience=0, at=at)
        self._choose(campaign, number, lists)
        return Wave(campaign=campaign, number=number, edition=edition, lists=lists, first=first, at=at)

    def _choose(self, public_id: str, wave: int, lists: Sequence[str]) -> None:
        for rank, slug in enumerate(lists):
            self._driver.run("add_wave_list", campaign=public_id, wave=wave, list=slug, rank=rank)


def counted(driver: Driver, selected: Selected) -> Audience:
    """An audience from those who are selected one by one."""
    domains: Counter[str] = Counter()
    aside: Counter[str] = Counter()
    for number, _, why in selected:
        if why:
            aside[why] += 1
        elif (found := driver.row("domain_of", id=number)) is not None:
            domains[found[0]] += 1
    return Audience(
        size=domains.total(),
        suppressed=aside["suppressed"],
        left_out=aside["left-out"],
        departed=0,
        domains=tuple(sorted(domains.items(), key=lambda one: (-one[1], one[0]))),
    )


_NOWHERE: Mapping[str, Any] = {"campaign": "", "wave": 0}
