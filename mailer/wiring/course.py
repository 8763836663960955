"""The course of a launched campaign: it begins, is paused by us, comes to its end, or is cancelled."""

from mailer.deliver.ports import Clock
from mailer.deliver.result import End, Result
from mailer.delivery import Tally
from mailer.errors import UsageError
from mailer.settings import Settings
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.alerts import tell_of_pause
from mailer.wiring.carried import Carried
from mailer.words import Text


def begin(store: Store, campaign: Launched) -> None:
    """A campaign is about to be carried: scheduled or paused, it runs now."""
    if campaign.status == "running":
        return
    with store.together():
        if not store.campaigns.change(campaign.public_id, campaign.status, "running"):
            raise UsageError(
                Text("{slug} has changed meanwhile: look at 'mailer status'", slug=campaign.slug)
            )


def cancel(store: Store, campaign: Launched) -> None:
    """Nobody more is written to. What a dead sender left in flight is unknown, for nobody will ever tell."""
    with store.sender_lock() as lock:
        dead = lock.acquire()
        with store.together():
            if dead:
                store.ledger.recover(campaign.public_id)
            store.campaigns.cancel(campaign.public_id, campaign.status)


async def conclude(
    one: Carried, result: Result, settings: Settings, clock: Clock, *, unattended: bool
) -> Result:
    """What the end of a run changes in the campaign's course; how the run ends, seen so.

    `unattended`: nobody reads a terminal; of a pause, [alerts] to is told.
    """
    if result.end is End.EXPIRED:
        result = Result(end=End.EXPIRED, tally=await _expired(one))
    if result.end in (End.DONE, End.EXPIRED):
        return await _finished(one, result, clock)
    if result.end is End.PAUSED:
        told = settings if unattended else None
        await one.writer.ask(lambda store: _pause(store, one.public_id, result, told))
    return result


async def _expired(one: Carried) -> Tally:
    await one.writer.ask(lambda store: store.ledger.expire(one.public_id))
    return await one.writer.ask(lambda store: store.campaigns.tally(one.public_id))


async def _finished(one: Carried, result: Result, clock: Clock) -> Result:
    """Over, unless somebody has changed its course in the same moment."""
    finished = await one.writer.ask(lambda store: store.campaigns.finish(one.public_id))
    # By another sender that came to the end in the same moment: that is the end too.
    status = (await one.campaign()).status
    if not finished and status == "running":  # topped up in this very moment
        return Result(end=End.LATER, tally=result.tally, until=clock.now())
    if not finished and status != "finished":  # elsewhere, within the last second
        return Result(end=End.HALTED, tally=result.tally, reason=status)
    return result


def _pause(store: Store, public_id: str, result: Result, told: Settings | None) -> None:
    """In the same transaction, who is named there is told."""
    if not store.campaigns.change(public_id, "running", "paused", result.reason) or told is None:
        return
    campaign = store.campaigns.by_id(public_id)
    assert campaign is not None
    tell_of_pause(store, told, campaign, result.tally, result.reason, result.lane)
