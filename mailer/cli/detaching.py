"""`send --detach`, and `resume`: a campaign left to those who carry it without a terminal."""

import asyncio
from typing import TYPE_CHECKING

from mailer.cli import show
from mailer.cli.times import clock_time
from mailer.errors import LaterError, UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.campaigns import Launched
    from mailer.store.store import Store
    from mailer.workspace.folder import Workspace


def check(workspace: "Workspace", store: "Store", *, limit: int | None, wait: bool) -> None:
    """UsageError when it cannot be left to others, or when nobody would carry it.

    Workers that are down come back, and the ledger waits for them; of a site that nobody meant to start, one
    would wait in vain.
    """
    from mailer.wiring.asking import challenge_fault

    if limit or wait:
        raise UsageError(Text("--detach goes with neither --limit nor --wait: nobody stays to count"))
    if store.remote:
        return
    site = workspace.settings.site.url
    if not site or challenge_fault(site, store) is not None:
        raise UsageError(
            Text(
                "--detach leaves the campaign to 'mailer serve', and the site {site} does not answer for "
                "this workspace: start it, or leave --detach out. Several machines need PostgreSQL",
                site=site or '""',
            )
        )


def leave(workspace: "Workspace", store: "Store", campaign: "Launched") -> int:
    """Let others carry a launched campaign, from its hour on, and say how to watch them."""
    from mailer.wiring.course import begin
    from mailer.wiring.doors import now

    later = campaign.status == "scheduled" and campaign.starts_at > now()
    if later:
        zone = workspace.settings.organisation.timezone
        moment = clock_time(campaign.starts_at, zone, now())
        show.talk(Text("It begins {moment}.", moment=moment))
    else:
        begin(store, campaign)
    if not store.remote:
        show.talk(
            Text("'mailer serve' carries it. To watch: mailer status {slug} --watch", slug=campaign.slug)
        )
        return 0
    show.talk(Text("The workers carry it. To watch: mailer status {slug} --watch", slug=campaign.slug))
    if not later:
        call_workers(workspace, campaign)
    return 0


def call_workers(workspace: "Workspace", campaign: "Launched") -> None:
    """At once; without this call they find it within ten seconds."""
    from mailer.cluster.opening import hand_over

    try:
        if not asyncio.run(hand_over(workspace, campaign.public_id)):
            show.talk(Text("No worker gives a sign of life: it waits until 'mailer worker' runs."))
    except LaterError as fault:
        show.talk(Text("{message}: they will find it by themselves.", message=fault.message))
