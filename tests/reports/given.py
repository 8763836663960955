"""Facts for reports: a campaign of 100 people with two links, unless told otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailer.delivery import Tally
from mailer.reports.facts import AnswerDay, ClickDay, CountedLink, DomainCount, Facts, Outline, Part

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TALLY = Tally(audience=100, sent=80, refused=10, excluded=6, deferred=2, unknown=2)


def link(number: int = 1, *people: int, machines: int = 1, label: str = "Notre site") -> CountedLink:
    """A link with clicks on as many days in a row."""
    days = [
        ClickDay(day=f"2026-11-{at:02}", people=one, machines=machines) for at, one in enumerate(people, 1)
    ]
    return CountedLink(
        number=number, edition=1, label=label, destination="https://www.example.org/", days=tuple(days)
    )


def outline(*links: CountedLink, slug: str = "tract", readers: int = 100) -> Outline:
    """What it is compared by."""
    return Outline(
        slug=slug,
        launched_at=NOON,
        tally=TALLY,
        departed=4,
        readers={1: readers},
        links=links or (link(1, 20, 12, 3), link(2, 9)),
        answers=(AnswerDay(day="2026-11-25", people=3),),
    )


def domain(name: str, people: int, state: str = "sent", reason: str = "") -> DomainCount:
    return DomainCount(domain=name, state=state, reason=reason, people=people)


def facts(*links: CountedLink, closed: bool = False, domains: tuple[DomainCount, ...] = ()) -> Facts:
    """A campaign with one earlier one."""
    part = Part(number=1, edition=1, created_at=NOON, tally=TALLY)
    return Facts(
        public_id="k7qk2m4xea",
        title="Assemblée générale",
        status="finished",
        ended_at=NOON + timedelta(hours=1),
        closed_at=NOON + timedelta(days=180) if closed else None,
        life_until=NOON + timedelta(days=30),
        lists=("adherents",),
        own=outline(*links),
        reasons=(("refused", "mailbox", 10), ("excluded", "suppressed", 6)),
        domains=None if closed else (domains or (domain("a.example", 80), domain("b.example", 4))),
        waves=(part, replace(part, number=2)),
        editions=(part,),
        earlier=(outline(link(1, 40), slug="avant"),),
    )
