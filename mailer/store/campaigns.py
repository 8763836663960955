"""Launched campaigns: how far each is, who may change its course, what was tested before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mailer.delivery import Finished, State, Tally
from mailer.moments import moment, stamp
from mailer.store.driver import Driver
from mailer.store.tallies import EditionFigures, Figures, Tallies, WaveFigures


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
    held_from: int  # how many had been written to when that pause was asked for
    ended_at: datetime | None
    closed_at: datetime | None  # by retention: nothing more may be asked of it
    abroad: bool  # its mail leaves this machine; else it is practice
    reminds: str = ""  # the campaign whose questionnaire its people had not answered; nobody of it is named
    part: str = ""  # who of its lists it is for, as JSON (wiring/parts.py); empty: everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """A counted link."""

    number: int
    edition: int
    destination: str
    label: str
    clicks: int


def by_destination(links: Iterable[LinkCount]) -> list[LinkCount]:
    """The links of each text, those of one destination together under the first of their numbers.

    Under several subjects one destination has an address for each; their sum is what the link has drawn.
    """
    found: dict[tuple[int, str], LinkCount] = {}
    for link in links:
        key = link.edition, link.destination
        known = found.get(key)
        found[key] = link if known is None else replace(known, clicks=known.clicks + link.clicks)
    return list(found.values())


class Campaigns:
    """The verbs about campaigns; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now
        self._tallies = Tallies(driver)

    def by_slug(self, slug: str) -> Launched | None:
        """The launched campaign of this name."""
        found = self._driver.record("campaign_by_slug", slug=slug)
        return launched_of(found) if found else None

    def by_id(self, public_id: str) -> Launched | None:
        """The launched campaign of this public id."""
        found = self._driver.record("campaign_by_id", public_id=public_id)
        return launched_of(found) if found else None

    def all(self) -> list[Launched]:
        """Every launched campaign, the oldest first."""
        return [launched_of(found) for found in self._driver.records("campaigns")]

    def at_work(self) -> list[Launched]:
        """Those to carry on now, the earliest first."""
        return [launched_of(row) for row in self._driver.records("campaigns_at_work", now=stamp(self._now()))]

    def edition_numbers(self, public_id: str) -> list[int]:
        """Those of its texts, the first one first; nobody is counted."""
        return [int(row[0]) for row in self._driver.rows("editions", campaign=public_id)]

    def edition_digest(self, public_id: str) -> str:
        """The digest of the campaign's text as it was launched, or last amended."""
        return str(list(self._driver.rows("editions", campaign=public_id))[-1][1])

    def lists(self, public_id: str) -> list[str]:
        """The lists it was launched to, in their order."""
        return [row[0] for row in self._driver.rows("wave_lists", campaign=public_id)]

    def figures(self, public_id: str) -> Figures:
        """The next three, from one count: whoever shows several counts a million people once."""
        return self._tallies.figures(public_id)

    def waves(self, public_id: str) -> list[WaveFigures]:
        """The recipients by state, wave by wave: each figure counted, none deduced (P5)."""
        return self._tallies.waves(public_id)

    def editions(self, public_id: str) -> list[EditionFigures]:
        """The same, by the text that is theirs."""
        return self._tallies.editions(public_id)

    def tally(self, public_id: str) -> Tally:
        """The same for the whole campaign."""
        return self._tallies.total(public_id)

    def reasons(self, public_id: str) -> list[tuple[str, str, int]]:
        """Why people were refused or excluded: (state, reason, how many)."""
        return self._tallies.reasons(public_id)

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
            LinkCount(
                number=row[0],
                edition=row[1],
                destination=row[2],
                label=row[3],
                clicks=clicks.get(row[0], 0),
            )
            for row in self._driver.rows("links", campaign=public_id)
        ]

    def usual_audience(self, slug: str) -> int | None:
        """How many the last campaign to a list that left this machine selected; None: none did."""
        found = self._driver.row("last_audience", list=slug)
        return int(found[0]) if found and found[0] is not None else None

    def last_by_list(self) -> dict[str, Launched]:
        """The campaign last launched to each list, practice or not."""
        return {found.pop("list"): launched_of(found) for found in self._driver.records("campaigns_by_list")}

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

    def make_public(self, public_id: str, *, public: bool) -> None:
        """Within a transaction: whether its texts stand in the archive, whatever their file said."""
        self._driver.run("make_public", campaign=public_id, public=int(public))

    def finish(self, public_id: str) -> bool:
        """Running, and nobody is left: it is over. False: it is neither."""
        # A statement of PostgreSQL that waits for a row looks at the others as they were before it waited.
        self._driver.row("hold_campaign", campaign=public_id)
        return self._driver.run("finish", public_id=public_id, now=stamp(self._now())) == 1

    def reopen(
        self, campaign: Launched, status: str, *, lasting: timedelta, hold_until: datetime | None = None
    ) -> bool:
        """More is asked of a campaign, which has `lasting` for it from now on, or from its beginning.

        `hold_until`: a pause after the next first ones; without it, one that is not over goes on. False:
        another command has changed it meanwhile, or retention has closed it.
        """
        expires_at = max(campaign.expires_at, max(self._now(), campaign.starts_at) + lasting)
        held, held_from = campaign.hold_until, campaign.held_from
        if hold_until is not None:
            held, held_from = hold_until, self.tally(campaign.public_id).written
        changed = self._driver.run(
            "reopen",
            public_id=campaign.public_id,
            was=campaign.status,
            status=status,
            expires_at=stamp(expires_at),
            hold_until=stamp(held) if held else "",
            held_from=held_from,
        )
        return changed == 1

    def show_witnesses(self, public_id: str) -> bool:
        """Whether the witnesses' copies are the caller's to send: once for each pause."""
        return self._driver.run("show_witnesses", public_id=public_id, now=stamp(self._now())) == 1

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


def launched_of(row: Mapping[str, Any]) -> Launched:
    """A row of `campaign`."""
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
        held_from=row["held_from"],
        ended_at=moment(row["ended_at"]) if row["ended_at"] else None,
        closed_at=moment(row["closed_at"]) if row["closed_at"] else None,
        abroad=bool(row["abroad"]),
        reminds=row["reminds"],
        part=row["part"],
    )
