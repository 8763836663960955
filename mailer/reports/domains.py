"""Recipients by domain: where mail is refused. Domains of a few people are one line: they name them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailer.delivery import State
from mailer.reports.facts import DomainCount

FEWEST_OF_A_DOMAIN = 5  # people written to
OTHERS = ""  # no domain is called so


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What became of those written to at one domain, or at all the small ones (`OTHERS`)."""

    name: str
    sent: int
    deferred: int
    refused: int
    unknown: int
    reasons: tuple[tuple[str, int], ...]  # of the refusals, the most frequent first

    @property
    def people(self) -> int:
        """All of them."""
        return self.sent + self.deferred + self.refused + self.unknown


def folded(counts: Iterable[DomainCount]) -> list[Domain]:
    """The domains, the largest first; those under 5 people, and those erased since, at the end as others."""
    by_name: dict[str, list[DomainCount]] = defaultdict(list)
    for one in counts:
        by_name[one.domain].append(one)
    others = by_name.pop(OTHERS, [])
    for name, ones in list(by_name.items()):
        if sum(one.people for one in ones) < FEWEST_OF_A_DOMAIN:
            others += by_name.pop(name)
    large = [_domain(name, ones) for name, ones in by_name.items()]
    large.sort(key=lambda domain: (-domain.people, domain.name))
    return [*large, _domain(OTHERS, others)] if others else large


def _domain(name: str, counts: Sequence[DomainCount]) -> Domain:
    def people(state: State) -> int:
        return sum(one.people for one in counts if one.state == state.value)

    reasons: dict[str, int] = defaultdict(int)
    for one in counts:
        if one.state == State.REFUSED.value:
            reasons[one.reason] += one.people
    return Domain(
        name=name,
        sent=people(State.SENT),
        deferred=people(State.DEFERRED),
        refused=people(State.REFUSED),
        unknown=people(State.UNKNOWN),
        reasons=tuple(sorted(reasons.items(), key=lambda found: (-found[1], found[0]))),
    )
