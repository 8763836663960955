"""Launched campaigns: how far each is, who may change its course, what was tested before."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailer.delivery import Finished, State, Tally
from mailer.moments import moment, stamp
from mailer.store.driver import Driver

_OF_SLICES: Mapping[str, str] = {"waiting": State.PENDING.value, "cancelled": State.EXCLUDED.value}


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
class LinkCount:
    """A counted link."""

    number: int
    destination: str
    label: str
    clicks: int


class Campaigns:
    """The verbs about campaigns; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

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

    def lists(self, public_id: str) -> list[str]:
        """The lists it was launched to, in their order."""
        return [row[0] for row in self._driver.rows("wave_lists", campaign=public_id)]

    def waves(self, public_id: str) -> dict[int, Tally]:
        """The recipients by state, wave by wave: each figure counted, none deduced (P5)."""
        counts: dict[int, dict[str, int]] = {}
        for wave, name, count in self._driver.rows("wave_counts", campaign=public_id):
            of_wave = counts.setdefault(wave, {})
            state = _OF_SLICES.get(name, name)
            of_wave[state] = of_wave.get(state, 0) + count
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

    def finished(self, public_id: str) -> Finished:
        """What was finished since the campaign was last told to go on, for the brakes."""
        found = self._driver.record("campaign_by_id", public_id=public_id)
        assert found is not None
        counts = [
            (row[0], row[1], int(row[2]), int(row[3]))
            for row in self._driver.rows("finished", campaign=public_id, since=found["resumed_at"])
        ]
        people = sum(since for _, _, _, since in counts)
        return Finished(
            people=people,
            mailboxes=sum(since for _, reason, _, since in counts if reason == "mailbox"),
            unknown=sum(since for state, _, _, since in counts if state == State.UNKNOWN.value),
            before=sum(count for _, _, count, _ in counts) - people,
        )

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
            "change_status",
            public_id=public_id,
            was=was,
            status=status,
            reason=reason,
            ended_at=ended,
            now=stamp(self._now()),
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
        self._driver.run("cancel_slices", campaign=public_id)
        self._driver.run("cancel_deliveries", campaign=public_id, now=now)
        return True

    # --- tests before the send ---------------------------------------------------------

    def tried(self, slug: str, digest: str, approver: str = "") -> None:
        """A test of this very text was sent; `approver` approves it."""
        self._driver.run("add_trial", slug=slug, digest=digest, approver=approver, at=stamp(self._now()))

    def trials(self, slug: str, digest: str) -> tuple[bool, set[str]]:
        """Whether this very text was tested, and who approved it."""
        found = [row[0] for row in self._driver.rows("trials", slug=slug, digest=digest)]
        return bool(found), {approver for approver in found if approver}


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
