"""The figures, by name: counters of what the relays answered, gauges of what the ledger holds.

Labels are a campaign's public id, a relay's host and our own words for a class of outcome: never an address,
never a recipient's domain (a domain of three people is those people).
"""

import math
from collections.abc import Callable, Iterable
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from mailer.delivery import Kind, Outcome
from mailer.metrics.rate import Rate

# From a relay next door to the ten minutes that a final dot may take (RFC 5321, 4.5.3.2.6).
_LATENCY_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0)
_WAY = ("campaign", "relay")


class Backlog(Protocol):
    """What the ledger holds of one campaign (see `mailer/store/backlog.py`)."""

    @property
    def campaign(self) -> str: ...
    @property
    def waiting(self) -> int: ...
    @property
    def free(self) -> int: ...
    @property
    def held(self) -> int: ...
    @property
    def people(self) -> int: ...
    @property
    def deferred(self) -> int: ...
    @property
    def lease_age(self) -> float | None: ...


class Figures:
    """The figures of one process, in a registry of their own."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which nothing here reads
        self.registry = CollectorRegistry()
        self.monotonic = monotonic
        self._campaigns: set[str] = set()
        self._watches: dict[tuple[str, str], Watch] = {}
        ProcessCollector(namespace="mailer", registry=self.registry)
        self._count_outcomes()
        self._hold_levels()

    def _count_outcomes(self) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"mailer_{name}", what, (*_WAY, *labels), registry=self.registry)

        self.sent = counter("sent", "Messages accepted by the relay")
        self.deferred = counter("deferred", "Attempts answered 'later' (4yz)", "class")
        self.refused = counter("refused", "Recipients refused for good (5yz)", "class")
        self.unknown = counter("unknown", "Messages whose reply was lost: sent or not, nobody knows")
        self.untried = counter("untried", "Attempts that decided nothing: the way out was at fault", "class")
        self.latency = Histogram(
            "mailer_smtp_reply_seconds",
            "From the server's 354, when the body begins to leave, to its reply after the final dot",
            _WAY,
            buckets=_LATENCY_S,
            registry=self.registry,
        )

    def _hold_levels(self) -> None:
        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"mailer_{name}", what, labels, registry=self.registry)

        self.in_flight = gauge("in_flight", "Messages between their mark and their reply, here", *_WAY)
        self.connections = gauge("connections_open", "SMTP connections open, here", "relay")
        self.rate = gauge("sent_per_second", "Messages accepted a second, here, over the last minute", *_WAY)
        self.slices = gauge(
            "slices",
            "Slices not done: waiting to be opened, free (opened, nobody's), held",
            "campaign",
            "state",
        )
        self.backlog = gauge("backlog_recipients", "People in slices that nobody has opened yet", "campaign")
        self.due_later = gauge(
            "deferred_recipients", "People whose next attempt is still to come", "campaign"
        )
        self.lease_age = gauge(
            "lease_age_seconds",
            "Since the oldest lease held was renewed: 60 or more is a dead worker",
            "campaign",
        )

    def watch(self, campaign: str, relay: str) -> "Watch":
        """Who counts for this campaign on this relay; the same for all its runs."""
        names = (campaign, relay)
        if names not in self._watches:
            self._watches[names] = Watch(self, *names)
        return self._watches[names]

    def seen(self, backlogs: Iterable[Backlog]) -> None:
        """The ledger as it stands now: the campaigns at work, and no other."""
        there = {one.campaign: one for one in backlogs}
        for gone in self._campaigns - there.keys():
            self._forget(gone)
        self._campaigns = set(there)
        for campaign, one in there.items():
            for state, count in (("waiting", one.waiting), ("free", one.free), ("held", one.held)):
                self.slices.labels(campaign, state).set(count)
            self.backlog.labels(campaign).set(one.people)
            self.due_later.labels(campaign).set(one.deferred)
            self.lease_age.labels(campaign).set(math.nan if one.lease_age is None else one.lease_age)

    def _forget(self, campaign: str) -> None:
        for state in ("waiting", "free", "held"):
            self.slices.remove(campaign, state)
        for gauge in (self.backlog, self.due_later, self.lease_age):
            gauge.remove(campaign)


class Watch:
    """Counts for one campaign on one relay; its series are found once, not at each message."""

    def __init__(self, figures: Figures, campaign: str, relay: str) -> None:
        self._figures = figures
        self._names = (campaign, relay)
        self._sent = figures.sent.labels(*self._names)
        self._unknown = figures.unknown.labels(*self._names)
        self._latency = figures.latency.labels(*self._names)
        self._in_flight = figures.in_flight.labels(*self._names)
        self._connections = figures.connections.labels(relay)
        self._rate = Rate(figures.monotonic())
        figures.rate.labels(*self._names).set_function(self._per_second)

    def _per_second(self) -> float:
        return self._rate.per_second(self._figures.monotonic())

    def opened(self) -> None:
        self._connections.inc()

    def closed(self) -> None:
        self._connections.dec()

    def began(self) -> None:
        self._in_flight.inc()

    def ended(self, seconds: float) -> None:
        self._in_flight.dec()
        self._latency.observe(seconds)

    def judged(self, outcome: Outcome) -> None:
        match outcome.kind:
            case Kind.SENT:
                self._sent.inc()
                self._rate.add(self._figures.monotonic())
            case Kind.UNKNOWN:
                self._unknown.inc()
            case Kind.DEFERRED:
                self._figures.deferred.labels(*self._names, outcome.reason).inc()
            case Kind.REFUSED:
                self._figures.refused.labels(*self._names, outcome.reason).inc()
            case Kind.UNTRIED:
                self._figures.untried.labels(*self._names, outcome.reason).inc()
