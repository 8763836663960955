"""The embedded sender: the site carries running, deferred and scheduled campaigns by itself."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from mailer.deliver.causes import brief
from mailer.deliver.result import End, Result
from mailer.errors import LaterError, MailerError
from mailer.store.campaigns import Launched
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring.doors import now
from mailer.wiring.forgetting import forget_by
from mailer.wiring.lanes import ways_of
from mailer.wiring.schedule import is_missed, pause_missed
from mailer.wiring.sending import Sending
from mailer.wiring.watching import Watching
from mailer.words import Text
from mailer.workspace.folder import Workspace

_EVERY_S = 2.0
_RETIRE = timedelta(hours=1)
_REST = timedelta(minutes=1)  # after a run that could not connect


async def carry_for_ever(
    workspace: Workspace, clerk: Clerk, tell: Callable[[Text], None], watching: Watching | None = None
) -> None:
    """Look for work every two seconds; cancelled, it finishes what is in flight. `tell` is for the log."""
    watching = watching or Watching()
    rest_until = retire_at = now()
    while True:
        await asyncio.sleep(_EVERY_S)
        if now() >= retire_at:
            retire_at = now() + _RETIRE
            await _retire(workspace, clerk, tell)
        if now() < rest_until:
            continue
        try:
            at_work = await clerk.ask(lambda store: store.campaigns.at_work())
        except LaterError as fault:  # somebody keeps the database locked: the pages go on, and so does this
            tell(fault.message)
            continue
        for campaign in at_work:
            try:
                result = await _carried(workspace, clerk, campaign, watching, tell)
            except MailerError as fault:
                tell(Text("{slug}: {message}", slug=campaign.slug, message=fault.message))
                rest_until = now() + _REST
                break
            if result is not None:
                tell(brief(campaign.slug, result))
            if result is not None and result.end is End.LATER and result.until is None:
                rest_until = now() + _REST


async def _retire(workspace: Workspace, clerk: Clerk, tell: Callable[[Text], None]) -> None:
    try:
        for line in await forget_by(workspace, clerk, now()):
            tell(line)
    except LaterError as fault:  # in an hour, then
        tell(fault.message)


async def _carried(
    workspace: Workspace,
    clerk: Clerk,
    campaign: Launched,
    watching: Watching,
    tell: Callable[[Text], None],
) -> Result | None:
    """Send what is due of a campaign; None when nothing is, or another sender is at work."""
    if is_missed(campaign, now()):
        await clerk.ask(lambda store: pause_missed(store, workspace.settings, campaign))
        return None
    if not await clerk.ask(lambda store: _is_due(store, campaign, now())):
        return None
    lock = await clerk.ask(lambda store: store.sender_lock())
    if not lock.acquire():
        return None
    try:
        if campaign.status == "scheduled":
            began = await clerk.ask(
                lambda store: store.campaigns.change(campaign.public_id, "scheduled", "running")
            )
            if not began:
                return None
        return await _run(
            Sending(
                workspace=workspace,
                ways=ways_of(workspace),
                patience=60.0,
                said=tell,
                watching=watching,
                unattended=True,
            ),
            campaign.public_id,
        )
    finally:
        lock.release()


def _is_due(store: Store, campaign: Launched, instant: datetime) -> bool:
    """Whether anybody's turn has come, or nobody's is left to come: it ends then.

    Asked every two seconds in the writer's turn, beside a send of another process too: slices tell it, and
    people are not counted, which takes half a second for a million.
    """
    backlog = store.backlogs.of(campaign.public_id)
    if campaign.expires_at <= instant or backlog.waiting or backlog.free or backlog.held:
        return True
    due = store.ledger.next_due(campaign.public_id)
    return due is None or due <= instant


async def _run(sending: Sending, public_id: str) -> Result:
    """Cancelled, it stops after what is in flight rather than in the middle of it."""
    task = asyncio.ensure_future(sending.carry(public_id))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        sending.stop()
        await asyncio.wait({task})
        raise
