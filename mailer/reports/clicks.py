"""Clicks as they may be shown (P14): nothing small, and nothing small by subtraction.

Three rules, from which no sum of shown figures leads to a hidden one:
* a link is shown from 10 clicks of people on, and from 20 readers of its text on; else none of its figures
  is, nor its machines' requests, which beside all requests would give it away;
* its days are put together into periods of 10 clicks and more: they add up to the link, and none is small;
* the campaign's figures are sums of the links shown. With a link hidden, they are told as "at least".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailer.privacy import FEWEST_CLICKS, FEWEST_PEOPLE, shown_clicks
from mailer.reports.facts import ClickDay, CountedLink


class Why(StrEnum):
    """Why a figure of clicks is not shown."""

    FEW_CLICKS = "few_clicks"
    FEW_PEOPLE = "few_people"
    HIDDEN_LINK = "hidden_link"  # of a sum: it would give away what is hidden in it
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Requests of people, as estimated, and of machines."""

    people: int = 0
    machines: int = 0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.people + self.machines

    def __add__(self, other: "Count") -> "Count":
        return Count(people=self.people + other.people, machines=self.machines + other.machines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One day or several in a row, both ends included; at least 10 clicks."""

    first: str
    last: str
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClicks:
    """A link, and what may be told of it: a count and its periods, or why not."""

    number: int
    edition: int
    label: str
    destination: str
    count: Count | None
    why: Why | None
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """The links of a campaign, or of one of its texts."""

    links: tuple[LinkClicks, ...]

    @property
    def shown(self) -> Count:
        """Of the links shown; there may be more clicks than that."""
        return total(link.count for link in self.links if link.count is not None)

    @property
    def hidden(self) -> int:
        """How many links are not shown."""
        return sum(link.count is None for link in self.links)

    @property
    def why(self) -> Why | None:
        """Why there is no exact figure of all the links; None: there is one."""
        if not self.links:
            return Why.NOT_COUNTED
        reasons = {link.why for link in self.links}
        if reasons == {Why.FEW_PEOPLE}:
            return Why.FEW_PEOPLE
        return Why.HIDDEN_LINK if self.hidden else None

    @property
    def told(self) -> bool:
        """Whether anything may be told, exact or "at least"."""
        return self.hidden < len(self.links)

    def of_edition(self, number: int) -> "Clicks":
        """Those of one text's own links."""
        return Clicks(links=tuple(link for link in self.links if link.edition == number))


def shown(links: Sequence[CountedLink], readers: Mapping[int, int]) -> Clicks:
    """What may be shown of `links`; `readers`: edition -> people who have that text."""
    return Clicks(links=tuple(_shown(link, readers.get(link.edition, 0)) for link in links))


def _shown(link: CountedLink, readers: int) -> LinkClicks:
    count = total(Count(people=day.people, machines=day.machines) for day in link.days)
    visible = shown_clicks(count.people, readers) is not None
    why = None if visible else Why.FEW_PEOPLE if readers < FEWEST_PEOPLE else Why.FEW_CLICKS
    return LinkClicks(
        number=link.number,
        edition=link.edition,
        label=link.label,
        destination=link.destination,
        count=count if visible else None,
        why=why,
        periods=tuple(periods(link.days)) if visible else (),
    )


def periods(days: Sequence[ClickDay]) -> list[Period]:
    """Days in order, put together until each period has 10 clicks of people; all days fewer: nothing.

    What is left over at the end goes into the last period.
    """
    found: list[Period] = []
    open_ = Period(first="", last="", count=Count())
    for day in days:
        count = open_.count + Count(people=day.people, machines=day.machines)
        open_ = Period(first=open_.first or day.day, last=day.day, count=count)
        if count.people >= FEWEST_CLICKS:
            found.append(open_)
            open_ = Period(first="", last="", count=Count())
    if open_.first and found:
        last = found.pop()
        found.append(Period(first=last.first, last=open_.last, count=last.count + open_.count))
    return found


def total(counts: Iterable[Count]) -> Count:
    """All of them together."""
    return sum(counts, start=Count())
