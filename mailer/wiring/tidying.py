"""What [retention] would have go now: campaigns into counts, and people of whom nothing was heard for long.

Campaigns go by themselves too (`forgetting`); people only when an operator asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailer.settings import Settings
from mailer.store.idle import START
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
    """What would go; only read, and nobody is kept from writing meanwhile."""
    kept = _Kept.of(settings, now)
    with store.glance():
        return kept.told(
            len(store.retention.due(kept.deliveries)),
            sum(store.idle.contacts(slug, kept.contacts) for slug in kept.lists),
            store.idle.pending(kept.pending),
            store.idle.departed(
                kept.departed, lists=kept.lists, contacts=kept.contacts, pending=kept.pending
            ),
        )


def tidy(store: Store, settings: Settings, now: datetime) -> list[Due]:
    """Have it go, some hundreds in a transaction; what went.

    Departed last: who is taken off their last list is on none any more.
    """
    kept = _Kept.of(settings, now)
    campaigns = len(retention.retire(store, settings, now))
    off = sum(
        _in_batches(store, partial(store.idle.forget_contacts, slug, kept.contacts)) for slug in kept.lists
    )
    with store.together():
        pending = store.idle.forget_pending(kept.pending)
    departed = _in_batches(store, partial(store.idle.forget_departed, kept.departed))
    store.scrub()
    return kept.told(campaigns, off, pending, departed)


def _in_batches(store: Store, act: Callable[[int], list[int]]) -> int:
    """To the end, each batch after the last one's numbers: whoever stays is not read again for each."""
    gone, after = 0, START
    while True:
        with store.together():
            found = act(after)
        if not found:
            return gone
        gone, after = gone + len(found), found[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was last heard of before goes."""

    deliveries: datetime
    contacts: datetime
    pending: datetime
    departed: datetime
    lists: tuple[str, ...]  # of contacts

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> "_Kept":
        kept = settings.retention
        return cls(
            deliveries=retention.before(settings, now),
            contacts=now - kept.contacts,
            pending=now - kept.pending,
            departed=now - kept.departed,
            lists=tuple(slug for slug, one in settings.lists.items() if one.legal_basis == "contact"),
        )

    def told(self, campaigns: int, contacts: int, pending: int, departed: int) -> list[Due]:
        return [
            Due(what="deliveries", before=self.deliveries, count=campaigns),
            Due(what="contacts", before=self.contacts, count=contacts, lists=self.lists),
            Due(what="pending", before=self.pending, count=pending),
            Due(what="departed", before=self.departed, count=departed),
        ]
