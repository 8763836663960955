"""Alerts: a mail to [alerts] to when something needs a person; at most one an hour for one cause.

It waits in the queue of mails to one person, so it leaves if, and only if, what it tells of was done. It
holds figures and names of campaigns, never an address.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from mailer.deliver.causes import why
from mailer.delivery import Tally
from mailer.errors import MailerError
from mailer.settings import Settings
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.notices import Notice, post_once, queue
from mailer.words import Text
from mailer.workspace.folder import Workspace

_AN_HOUR = timedelta(hours=1)
_LASTS = timedelta(days=2)


def alert(store: Store, settings: Settings, cause: str, subject: Text, paragraphs: Sequence[Text]) -> bool:
    """Have the operators told, within the caller's transaction; False: nobody is named, or they just were."""
    if not settings.alerts.to or not store.returns.may_alert(cause, _AN_HOUR):
        return False
    for email in settings.alerts.to:
        notice = Notice(
            email=email,
            language=settings.organisation.language,
            subject=subject,
            paragraphs=paragraphs,
            lasts=_LASTS,
        )
        queue(store, settings, notice)
    return True


def tell_of_pause(
    store: Store, settings: Settings, campaign: Launched, tally: Tally, reason: str, lane: str = ""
) -> bool:
    """A campaign that nobody watches is paused, within the caller's transaction; the server's own words stay
    out of it."""
    return alert(
        store,
        settings,
        f"paused {campaign.public_id}",
        Text("{slug} is paused", slug=campaign.slug),
        [
            Text("Why: {why}.", why=why(reason, lane)),
            Text(
                "{sent} of {audience} have it. Nobody more is written to until somebody has looked: "
                "'mailer status {slug}', then 'mailer resume {slug}', or 'mailer cancel {slug}'.",
                sent=tally.sent,
                audience=tally.audience,
                slug=campaign.slug,
            ),
        ],
    )


def carry(workspace: Workspace, store: Store, tell: Callable[[Text], None]) -> None:
    """For a command: send what waits now, if a server takes it; else `mailer serve` does, later."""
    try:
        asyncio.run(post_once(workspace, store, tell))
    except MailerError as fault:
        tell(fault.message)
