"""The course of a launched campaign, changed from any terminal: what pause, resume and cancel share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.campaigns import Launched
    from mailer.store.store import Store


@contextmanager
def launched(name: str) -> "Iterator[tuple[Store, Launched]]":
    """The store and the launched campaign called `name`; UsageError when it was never launched.

    A launched campaign is the store's: it can be stopped though its file was moved or removed since.
    """
    from mailer.wiring.doors import store_if_any
    from mailer.workspace.folder import find_campaign, workspace_of

    workspace = workspace_of(name)
    with store_if_any(workspace) as store:
        campaign = store.campaigns.by_slug(name) if store else None
        if store is None or campaign is None:
            slug = find_campaign(workspace.root, name).stem
            campaign = store.campaigns.by_slug(slug) if store else None
            if store is None or campaign is None:
                raise UsageError(Text("{slug} was not sent yet: mailer send {slug}", slug=slug))
        yield store, campaign


def is_now(campaign: "Launched", *statuses: str) -> None:
    """UsageError unless the campaign is in one of `statuses`."""
    from mailer.reports.words import STATUSES

    if campaign.status not in statuses:
        raise UsageError(
            Text(
                "{slug} is {status}: nothing was changed",
                slug=campaign.slug,
                status=STATUSES[campaign.status],
            )
        )
