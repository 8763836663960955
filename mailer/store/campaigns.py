"""Campaigns from launch to end: what was frozen, how far it is, who may change its course."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailer.delivery import State, Tally
from mailer.model import Edition
from mailer.moments import moment, stamp
from mailer.store.editions import asset_name, assets_of, dump
from mailer.store.sqlite import Sqlite

SLICE = 500  # subscribers frozen together: one row for them all until their turn comes
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def new_public_id() -> str:
    """10 random characters: the only name of a campaign in any address, header or image."""
    return "".join(secrets.choice(_BASE32) for _ in range(10))


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A campaign as the store knows it."""

    public_id: str
    slug: str
    title: str
    status: str
    reason: str
    launched_at: datetime
    starts_at: datetime
    expires_at: datetime
    hold_until: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a launch would select: `size` are written to, `suppressed` are set aside."""

    size: int
    suppressed: int
    departed: int  # left every one of the lists they were on: not selected
    domains: tuple[tuple[str, int], ...]  # the largest first


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """A counted link."""

    number: int
    destination: str
    label: str
    clicks: int


class Campaigns:
    """The verbs about campaigns; those that change run within the caller's transaction."""

    def __init__(self, driver: Sqlite, now: Callable[[], datetime]) -> None:
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
        return self._freeze(public_id, launch.lists, at)

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

    def _freeze(self, public_id: str, lists: Sequence[str], at: str) -> Tally:
        """The audience as slices, read and written as a stream: memory does not grow with it."""
        size = excluded = number = 0
        members: dict[str, list[int]] = {}
        held = 0
        for subscriber, rank, suppressed in self._driver.rows("audience", campaign=public_id, wave=1):
            size += 1
            if suppressed:
                excluded += 1
                self._set_aside(public_id, subscriber, lists[rank], at)
                continue
            members.setdefault(lists[rank], []).append(subscriber)
            held += 1
            if held == SLICE:
                number += 1
                self._slice(public_id, number, members, held)
                members, held = {}, 0
        if held:
            self._slice(public_id, number + 1, members, held)
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

    def _slice(self, public_id: str, number: int, members: Mapping[str, list[int]], size: int) -> None:
        self._driver.run(
            "add_slice",
            campaign=public_id,
            number=number,
            wave=1,
            state="waiting",
            size=size,
            members=json.dumps(members, separators=(",", ":")),
        )

    # --- how far it is ---------------------------------------------------------------

    def by_slug(self, slug: str) -> Launched | None:
        """The launched campaign of this name."""
        found = self._driver.record("campaign_by_slug", slug=slug)
        return _launched(found) if found else None

    def by_id(self, public_id: str) -> Launched | None:
        """The launched campaign of this public id."""
        found = self._driver.record("campaign_by_id", public_id=public_id)
        return _launched(found) if found else None

    def all(self) -> list[Launched]:
        """Every launched campaign, the oldest first."""
        return [_launched(found) for found in self._driver.records("campaigns")]

    def at_work(self) -> list[Launched]:
        """Those to carry on now, the earliest first."""
        return [_launched(row) for row in self._driver.records("campaigns_at_work", now=stamp(self._now()))]

    def edition_digest(self, public_id: str) -> str:
        """The digest of the campaign's text as it was launched."""
        last = self._driver.row("last_edition", campaign=public_id)
        assert last is not None
        found = self._driver.record("edition", campaign=public_id, number=last[0])
        assert found is not None
        return str(found["digest"])

    def waves(self, public_id: str) -> dict[int, Tally]:
        """The recipients by state, wave by wave: each figure counted, none deduced (P5)."""
        counts: dict[int, dict[str, int]] = {}
        for wave, audience in self._driver.rows("waves", campaign=public_id):
            counts[wave] = {"audience": audience}
        for wave, state, count in self._driver.rows("delivery_counts", campaign=public_id):
            counts.setdefault(wave, {})[state] = count
        for wave, state, size in self._driver.rows("slice_counts", campaign=public_id):
            name = State.PENDING.value if state == "waiting" else State.EXCLUDED.value
            counts[wave][name] = counts[wave].get(name, 0) + size
        return {wave: Tally(**found) for wave, found in counts.items()}

    def tally(self, public_id: str) -> Tally:
        """The same for the whole campaign."""
        return sum(self.waves(public_id).values(), start=Tally())

    def reasons(self, public_id: str) -> list[tuple[str, str, int]]:
        """Why people were refused or excluded: (state, reason, how many)."""
        found = [(row[0], row[1], row[2]) for row in self._driver.rows("reasons", campaign=public_id)]
        cancelled = self._driver.row("cancelled_size", campaign=public_id)
        if cancelled and cancelled[0]:
            found.append((State.EXCLUDED.value, "cancelled", int(cancelled[0])))
        return found

    def unknown(self, public_id: str) -> Iterator[tuple[str, str]]:
        """Whose reply was lost: (address, when the body left)."""
        for _, email, marked_at in self._driver.rows("unknown_people", campaign=public_id):
            yield email or "", marked_at

    def links(self, public_id: str) -> list[LinkCount]:
        """The counted links, with their clicks of all days."""
        clicks: dict[int, int] = {
            row[0]: int(row[1]) for row in self._driver.rows("clicks", campaign=public_id)
        }
        return [
            LinkCount(number=row[0], destination=row[1], label=row[2], clicks=clicks.get(row[0], 0))
            for row in self._driver.rows("links", campaign=public_id)
        ]

    def usual_audience(self, slug: str) -> int | None:
        """How many the last campaign that left this machine selected on a list; None: none did."""
        found = self._driver.row("last_audience", list=slug)
        return int(found[0]) if found else None

    # --- its course ------------------------------------------------------------------

    def change(self, public_id: str, was: str, status: str, reason: str = "") -> bool:
        """From one status to another; False when it was not in the first any more."""
        ended = stamp(self._now()) if status in ("finished", "cancelled") else ""
        changed = self._driver.run(
            "change_status", public_id=public_id, was=was, status=status, reason=reason, ended_at=ended
        )
        return changed == 1

    def end_hold(self, public_id: str) -> None:
        """The pause after the first ones is over."""
        self._driver.run("set_hold", public_id=public_id, hold_until="")

    def cancel(self, public_id: str, was: str) -> bool:
        """Nobody more is written to: those not yet sent become excluded(cancelled)."""
        if not self.change(public_id, was, "cancelled"):
            return False
        now = stamp(self._now())
        self._driver.run("cancel_deliveries", campaign=public_id, now=now)
        self._driver.run("cancel_slices", campaign=public_id)
        return True

    # --- tests before the send ---------------------------------------------------------

    def tried(self, slug: str, digest: str, approver: str = "") -> None:
        """A test of this very text was sent; `approver` approves it."""
        self._driver.run("add_trial", slug=slug, digest=digest, approver=approver, at=stamp(self._now()))

    def trials(self, slug: str, digest: str) -> tuple[bool, set[str]]:
        """Whether this very text was tested, and who approved it."""
        found = [row[0] for row in self._driver.rows("trials", slug=slug, digest=digest)]
        return bool(found), {approver for approver in found if approver}


_NOWHERE: Mapping[str, Any] = {"campaign": "", "wave": 0}


def _launched(row: Mapping[str, Any]) -> Launched:
    return Launched(
        public_id=row["public_id"],
        slug=row["slug"],
        title=row["title"],
        status=row["status"],
        reason=row["reason"],
        launched_at=moment(row["launched_at"]),
        starts_at=moment(row["starts_at"]),
        expires_at=moment(row["expires_at"]),
        hold_until=moment(row["hold_until"]) if row["hold_until"] else None,
        ended_at=moment(row["ended_at"]) if row["ended_at"] else None,
    )
