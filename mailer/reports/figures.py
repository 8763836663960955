"""A report: facts folded and withheld as they may be shown, and the rates that campaigns share."""

from dataclasses import dataclass

from mailer.reports.clicks import Clicks, shown
from mailer.reports.domains import Domain, folded
from mailer.reports.facts import Facts, Outline
from mailer.reports.splits import Judged, judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Shares from 0 to 1 (clicks may be more: one person may click several times); None: of nobody."""

    sent: float | None  # of those written to
    refused: float | None  # of those written to
    unsubscribed: float | None  # of those it was sent to, like the two that follow
    clicks: float | None  # None also where no link is shown
    answers: float | None  # None also without a questionnaire here


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A campaign beside others."""

    outline: Outline
    clicks: Clicks
    rates: Rates

    @property
    def answers(self) -> int | None:
        """How many people answered; None: no questionnaire here."""
        days = self.outline.answers
        return None if days is None else sum(day.people for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is shown of a campaign."""

    facts: Facts
    own: Compared
    domains: list[Domain] | None  # see Facts
    earlier: list[Compared]
    splits: list[Judged]

    def reasons(self, state: str) -> list[tuple[str, int]]:
        """Why people were refused, or excluded: (reason, people), the most frequent first."""
        return [(reason, people) for found, reason, people in self.facts.reasons if found == state]


def report_of(facts: Facts) -> Report:
    """What may be shown of these facts."""
    own = compared(facts.own)
    return Report(
        facts=facts,
        own=own,
        domains=None if facts.domains is None else folded(facts.domains),
        earlier=[compared(one) for one in facts.earlier],
        splits=[judged(split, own.clicks) for split in facts.splits],
    )


def compared(outline: Outline) -> Compared:
    """One campaign, with its rates."""
    clicks, tally = shown(outline.links, outline.readers), outline.tally
    answers = None if outline.answers is None else sum(day.people for day in outline.answers)
    rates = Rates(
        sent=share(tally.sent, tally.written),
        refused=share(tally.refused, tally.written),
        unsubscribed=share(outline.departed, tally.sent),
        clicks=share(clicks.shown.people if clicks.told else None, tally.sent),
        answers=share(answers, tally.sent),
    )
    return Compared(outline=outline, clicks=clicks, rates=rates)


def share(part: int | None, whole: int) -> float | None:
    """`part` of `whole`, to four places; None: of nobody, or what is not known."""
    return round(part / whole, 4) if part is not None and whole else None
