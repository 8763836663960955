"""What reports read: clicks by day, recipients by domain, who left, the campaigns before. Counts alone.

Who left is counted over the ledger and the memberships; clicks have no person, so nothing here joins the two.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from mailer.moments import moment, stamp
from mailer.reports.facts import ClickDay, CountedLink, DomainCount
from mailer.store.campaigns import Launched, launched_of
from mailer.store.driver import Driver

LIFE = timedelta(days=30)  # of a campaign: nearly everybody who leaves because of it has left by then


class Reports:
    """The verbs; no more than reads."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def links(self, campaign: str) -> list[CountedLink]:
        """The counted links, each with its days."""
        days: dict[int, list[ClickDay]] = defaultdict(list)
        for number, day, people, machines in self._driver.rows("click_days", campaign=campaign):
            days[number].append(ClickDay(day=day, people=int(people), machines=int(machines)))
        return [
            CountedLink(
                number=number,
                edition=edition,
                destination=destination,
                label=label,
                days=tuple(days[number]),
            )
            for number, edition, destination, label in self._driver.rows("links", campaign=campaign)
        ]

    def sent(self, campaign: str, edition: int) -> Iterator[int]:
        """The numbers of those who were sent a text: to be counted by what they imply, never told."""
        return (row[0] for row in self._driver.rows("sent_people", campaign=campaign, edition=edition))

    def followers(self, campaign: str) -> int:
        """How many people followed a link, of those who agreed that it is known."""
        found = self._driver.row("own_followers", campaign=campaign)
        return int(found[0]) if found else 0

    def domains(self, campaign: str) -> list[DomainCount]:
        """What became of those who were written to, by the domain of their address now."""
        return [
            DomainCount(domain=domain, state=state, reason=reason, people=int(people))
            for domain, state, reason, people in self._driver.rows("domain_counts", campaign=campaign)
        ]

    def life(self, campaign: str, slug: str) -> datetime:
        """The end of a campaign's life on a list: the next one to it begins, or `LIFE` is over."""
        return life(self._driver, campaign, slug)

    def departed(self, campaign: str, lists: Sequence[str]) -> int:
        """How many were sent it and left, later and within its life, the list it reached them through."""
        now, before = 0, 0
        for slug in lists:
            until = stamp(self.life(campaign, slug))
            found = self._driver.row("departures", campaign=campaign, list=slug, until=until)
            assert found is not None
            now, before = now + int(found[0]), int(found[1] or 0)
        return now + before

    def earlier(self, campaign: str, most: int) -> list[Launched]:
        """The campaigns before it that share a list with it, the latest first."""
        found = self._driver.records("earlier_campaigns", campaign=campaign, most=most)
        return [launched_of(row) for row in found]


def life(driver: Driver, campaign: str, slug: str) -> datetime:
    """See `Reports.life`; retention asks it too."""
    this = driver.record("campaign_by_id", public_id=campaign)
    assert this is not None
    following = driver.row("next_launch", campaign=campaign, list=slug)
    ends = moment(this["starts_at"]) + LIFE
    return min(ends, moment(following[0])) if following and following[0] else ends
