"""What an operator asks again: people whose reply was lost, people who were refused."""

from datetime import datetime, timedelta

from mailer.deliver.retry import DEFAULT_EXPIRY
from mailer.store.campaigns import Launched
from mailer.store.repeats import Replies
from mailer.store.store import Store
from mailer.wiring.freezing import fresh, reopen


def resend_unknown(store: Store, launched: Launched, now: datetime) -> Launched:
    """Those whose reply was lost are written to once more, with the same Message-ID (P3)."""
    with store.together():
        reopen(store, launched, _lasting(store, launched), now)
        store.repeats.unknown_again(launched.public_id)
    return fresh(store, launched)


def retry_refused(store: Store, launched: Launched, replies: Replies, now: datetime) -> Launched:
    """Those who were refused with one of `replies` are tried once more."""
    with store.together():
        reopen(store, launched, _lasting(store, launched), now)
        store.repeats.refused_again(launched.public_id, replies)
    return fresh(store, launched)


def settle_dead(store: Store, launched: Launched) -> None:
    """What dead senders left in flight is unknown. For who holds the sender's lock, where there is one."""
    with store.together():
        store.ledger.recover(launched.public_id)


def _lasting(store: Store, launched: Launched) -> timedelta:
    """How long the campaign's messages are tried, as its last text says."""
    stored = store.visits.stored(launched.public_id)
    assert stored is not None
    return stored.edition.expires or DEFAULT_EXPIRY
