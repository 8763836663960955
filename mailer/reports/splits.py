"""A text that went out under several subjects: who has which is a number, what each drew is judged. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.reports.clicks import Clicks
from mailer.reports.facts import ClickDay, CountedLink, Split
from mailer.reports.subjects import Judgement, Tried, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A split, and what may be told of it; no `judgement` once nobody knows how many had each subject."""

    split: Split
    judgement: Judgement | None


def judged(split: Split, clicks: Clicks) -> Judged:
    """What may be told. Links that are not shown count for no subject: sums would give them away (P14)."""
    told = {
        link.destination for link in clicks.links if link.edition == split.edition and link.count is not None
    }
    tried = [
        Tried(
            subject=one.subject,
            people=one.people,
            clicks=sum(one.clicks.get(destination, 0) for destination in told),
        )
        for one in split.subjects
        if one.people is not None
    ]
    return Judged(split=split, judgement=judge(tried) if len(tried) == len(split.subjects) else None)


def together(links: Sequence[CountedLink]) -> tuple[CountedLink, ...]:
    """The links of each text, those of one destination together under the first of their numbers.

    Under several subjects one destination has an address for each; the link has drawn their sum, day by day.
    """
    found: dict[tuple[int, str], CountedLink] = {}
    for link in links:
        key = link.edition, link.destination
        known = found.get(key)
        found[key] = link if known is None else replace(known, days=_added(known.days, link.days))
    return tuple(found.values())


def _added(some: Sequence[ClickDay], others: Sequence[ClickDay]) -> tuple[ClickDay, ...]:
    days: dict[str, ClickDay] = {one.day: one for one in some}
    for one in others:
        known = days.get(one.day, ClickDay(day=one.day, people=0, machines=0))
        days[one.day] = ClickDay(
            day=one.day, people=known.people + one.people, machines=known.machines + one.machines
        )
    return tuple(days[day] for day in sorted(days))


def drawn(links: Sequence[CountedLink], numbers: Mapping[int, str]) -> dict[str, int]:
    """Clicks of people by destination, of the links of one subject: `numbers`, each with its destination."""
    return {
        numbers[link.number]: sum(day.people for day in link.days) for link in links if link.number in numbers
    }
