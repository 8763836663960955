"""Lanes: the ways out of mailer.toml with their limits, and the groups of recipients that have some too.

A machine that alone sends through one relay counts for itself; several relays, several machines and groups
count in the database, which outlives them.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.addresses import split_mailbox
from mailer.deliver.destinations import Destinations, Group
from mailer.deliver.lanes import Lane, lasts
from mailer.deliver.pace import Limits, Pace
from mailer.deliver.permits import Alone, Shared
from mailer.deliver.ports import Clock, Permits, Way
from mailer.errors import UsageError
from mailer.providers.book import group_of as provider_of
from mailer.settings import Settings, model
from mailer.settings.model import Relay, Transport
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring.doors import is_shared, limits_of, way_of, ways_out
from mailer.wiring.ledger import BucketRates, Reader
from mailer.words import Text
from mailer.workspace.folder import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """A way out under the name it has for people and in the database; `way` is open."""

    name: str
    transport: Transport
    way: Way

    @property
    def weight(self) -> int:
        """Its part of the mail."""
        return self.transport.weight if isinstance(self.transport, Relay) else 1


def ways_of(workspace: Workspace, environ: Mapping[str, str] | None = None) -> tuple[WayOut, ...]:
    """Every way out; their passwords are read now: UsageError before anything begins."""
    return tuple(
        WayOut(name=name, transport=one, way=way_of(workspace, environ, one))
        for name, one in _named(workspace.settings)
    )


def first_way(workspace: Workspace, sender: str) -> WayOut:
    """The first way out that carries mail of `sender`."""
    [(name, transport), *_] = _carrying(_named(workspace.settings), sender)
    return WayOut(name=name, transport=transport, way=way_of(workspace, None, transport))


def carrying(ways: Sequence[WayOut], sender: str) -> list[WayOut]:
    """Those that carry mail of `sender`, "Name <local@domain>". Raises UsageError when none does."""
    names = {name for name, _ in _carrying([(one.name, one.transport) for one in ways], sender)}
    return [one for one in ways if one.name in names]


def _carrying(named: Sequence[tuple[str, Transport]], sender: str) -> list[tuple[str, Transport]]:
    domain = split_mailbox(sender)[1].rpartition("@")[2].lower()
    found = [(name, one) for name, one in named if not isinstance(one, Relay) or _carries(one, domain)]
    if not found:
        raise UsageError(
            Text(
                "no relay carries mail from {domain}: add it to from_domains of a [[transport.relay]]",
                domain=domain,
            )
        )
    return found


def _carries(relay: Relay, domain: str) -> bool:
    return not relay.from_domains or domain in {one.lower() for one in relay.from_domains}


def _named(settings: Settings) -> list[tuple[str, Transport]]:
    """The host; with its port where two have the same, with a digest of the login where that is not enough.

    The database knows their counts by these names, and no login stands in it.
    """
    ways = ways_out(settings)
    hosts = Counter(one.host or one.path for one in ways)
    ports = Counter((one.host, one.port) for one in ways)
    named = []
    for one in ways:
        name = one.host or one.path
        if one.host and hosts[name] > 1:
            name = f"{name}:{one.port}"
        if one.host and ports[one.host, one.port] > 1:
            name = f"{name} {hashlib.sha256(one.username.encode()).hexdigest()[:8]}"
        named.append((name, one))
    return named


class Lanes:
    """The lanes of one process over one campaign, and the groups that rest or have limits."""

    def __init__(
        self,
        ways: Sequence[WayOut],
        settings: Settings,
        writer: Clerk,
        clock: Clock,
        ages: Sequence[float] | None,
    ) -> None:
        """`ages`: how many seconds ago messages left, for who counts alone; None: the database counts."""
        self._clock = clock
        self._writer = writer
        self.all = [
            Lane(name=one.name, way=one.way, permits=self._permits(one, ages), weight=one.weight)
            for one in ways
        ]
        groups = {
            one.name: self._group(one.name, limits, one.connections) for one, limits in _limited(settings)
        }
        self.destinations = Destinations(clock, group_of(settings), groups)

    def _permits(self, way: WayOut, ages: Sequence[float] | None) -> Permits:
        limits, monotonic = limits_of(way.transport), self._clock.monotonic
        if ages is None:
            return self._counted(_bucket(way.name), limits)
        return Alone(Pace(limits, ages, monotonic()), monotonic)

    def _counted(self, bucket: str, limits: Limits) -> Permits:
        return Shared(BucketRates(self._writer, bucket, limits), limits, self._clock.monotonic)

    def _group(self, name: str, limits: Limits, connections: int) -> Group:
        permits = self._counted(f"group {name}", limits) if limits.windows() else None
        return Group(most=connections, configured=connections, permits=permits)

    def lasts(self, count: int) -> float:
        """Seconds that `count` more messages take under the limits of all lanes."""
        return lasts([lane.permits for lane in self.all], count)

    async def close(self) -> None:
        """Give back the permits that were taken in advance."""
        for lane in self.all:
            await lane.permits.close()
        await self.destinations.close()


async def lanes_of(
    workspace: Workspace, ways: Sequence[WayOut], reader: Reader, writer: Clerk, clock: Clock
) -> Lanes:
    """The lanes of `ways`, with what has left lately."""
    settings, ages = workspace.settings, None
    if len(ways_out(settings)) == 1 and not is_shared(workspace):
        limits = limits_of(ways[0].transport)
        ages = await reader.ask(lambda store: recent(store, limits, clock.now()))
    return Lanes(ways, settings, writer, clock, ages)


def _limited(settings: Settings) -> list[tuple[model.Group, Limits]]:
    return [
        (one, Limits(per_second=one.per_second, per_hour=one.per_hour, per_day=one.per_day))
        for one in settings.transport.groups
    ]


def group_of(settings: Settings) -> Callable[[str], str]:
    """The group of a recipient's domain: one of [transport.groups], else its provider's."""
    own = {domain.lower(): group.name for group in settings.transport.groups for domain in group.domains}
    if not own:
        return provider_of
    return lambda domain: own.get(domain.lower()) or provider_of(domain)


def _bucket(name: str) -> str:
    return f"way {name}"


def recent(store: Store, limits: Limits, instant: datetime) -> list[float]:
    """How many seconds ago messages left lately, whoever sent them and whatever has been killed since."""
    if not limits.longest:
        return []
    marks = store.ledger.marks_since(instant - timedelta(seconds=limits.longest))
    return [(instant - mark).total_seconds() for mark in marks]


def will_last(
    workspace: Workspace, store: Store, sender: str, count: int, instant: datetime, begins: float
) -> float:
    """Seconds until the last of `count` messages may leave, the first one in `begins` seconds."""
    named = _named(workspace.settings)
    alone = len(named) == 1 and not is_shared(workspace)
    permits = []
    for name, one in _carrying(named, sender):
        limits = limits_of(one)
        ages = recent(store, limits, instant) if alone else _counted(store, name, limits)
        permits.append(Alone(Pace(limits, ages), lambda: begins))
    return lasts(permits, count)


def _counted(store: Store, name: str, limits: Limits) -> list[float]:
    """The same, from the count that all share: looked at within a transaction that is thrown away."""
    if not limits.longest:
        return []
    with store.sketch():
        return store.rates.ages(_bucket(name), limits.longest)
