"""What [retention] would have go now: campaigns into counts, and people of whom nothing was heard for long.

Campaigns go by themselves too (`forgetting`); people only when an operator asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailer.settings import Settings
from mailer.store.store import Store
from mailer.wiring import retention


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One line of it: `what` is deliveries, contacts, pending or departed."""

    what: str
    before: datetime  # what is older goes
    count: int  # campaigns of deliveries, else people
    lists: tuple[str, ...] = ()  # of contacts: those whose basis is contact

    def as_json(self) -> dict[str, object]:
        """Keys are the contract's (docs/contract.md)."""
        return {"what": self.what, "before": self.before.isoformat(), "count": self.count}


def due(store: Store, settings: Settings, now: datetime) -> list[Due]:
    """What would go, counted as if it had; nothing is changed."""
    with store.sketch():
        campaigns = len(store.retention.due(retention.before(settings, now)))
        return _all(store, settings, now, campaigns, _at_once)


def tidy(store: Store, settings: Settings, now: datetime) -> list[Due]:
    """Have it go, some hundreds in a transaction; what went."""
    campaigns = len(retention.retire(store, settings, now))

    def in_batches(act: Callable[[], int]) -> int:
        gone = 0
        while True:
            with store.together():
                found = act()
            gone += found
            if not found:
                return gone

    done = _all(store, settings, now, campaigns, in_batches)
    store.scrub()
    return done


def _at_once(act: Callable[[], int]) -> int:
    gone = 0
    while found := act():
        gone += found
    return gone


def _all(
    store: Store,
    settings: Settings,
    now: datetime,
    campaigns: int,
    run: Callable[[Callable[[], int]], int],
) -> list[Due]:
    """Departed last: who is taken off their last list is on none any more."""
    kept = settings.retention
    contacts, pending, departed = now - kept.contacts, now - kept.pending, now - kept.departed
    lists = tuple(slug for slug, one in settings.lists.items() if one.legal_basis == "contact")
    off = sum(run(partial(store.idle.forget_contacts, slug, contacts)) for slug in lists)
    return [
        Due(what="deliveries", before=retention.before(settings, now), count=campaigns),
        Due(what="contacts", before=contacts, count=off, lists=lists),
        Due(what="pending", before=pending, count=run(partial(store.idle.forget_pending, pending))),
        Due(what="departed", before=departed, count=run(partial(store.idle.forget_departed, departed))),
    ]
