"""Watching a program that sends: its ways out observed, its ledger looked at, both told as metrics."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING

from mailer.deliver.observed import ObservedWay
from mailer.deliver.ports import Way
from mailer.errors import LaterError, UsageError
from mailer.store.backlog import Backlog
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.metrics.figures import Figures

_EVERY_S = 5.0  # a Prometheus server asks every 15 s or less often


class Watching:
    """Nobody watches: ways out are as they are."""

    def way(self, campaign: str, relay: str, way: Way) -> Way:
        """The way out of a campaign, observed if anybody wants to know."""
        return way

    async def look_for_ever(self, reader: Clerk) -> None:
        """Nothing to look for."""


class Metered(Watching):
    """Somebody reads the figures."""

    def __init__(self, figures: "Figures") -> None:
        self._figures = figures

    def way(self, campaign: str, relay: str, way: Way) -> Way:
        """Its outcomes are counted for this campaign (a public id) and this relay (a host)."""
        return ObservedWay(way=way, observer=self._figures.watch(campaign, relay), monotonic=monotonic)

    async def look_for_ever(self, reader: Clerk) -> None:
        """What the ledger holds, every five seconds; a database that is away leaves the last figures."""
        while True:
            with suppress(LaterError):
                self._figures.seen(await reader.ask(_backlogs))
            await asyncio.sleep(_EVERY_S)


def _backlogs(store: Store) -> list[Backlog]:
    return [store.backlogs.of(campaign.public_id) for campaign in store.campaigns.at_work()]


@contextmanager
def watching(port: int | None) -> Iterator[tuple[Watching, str]]:
    """Who watches, and the address of the figures; None: nobody, nowhere.

    `UsageError` when the extra is not installed, or the port is taken.
    """
    if port is None:
        yield Watching(), ""
        return
    try:
        from mailer.metrics.figures import Figures  # noqa: PLC0415  an extra
        from mailer.metrics.serving import page  # noqa: PLC0415
    except ImportError:
        raise UsageError(
            Text("metrics need prometheus-client: pip install 'tract-mailer[metrics]'")
        ) from None
    figures = Figures(monotonic)
    with page(figures, port) as address:
        yield Metered(figures), address
