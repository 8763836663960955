"""`mailer cancel`: those not written to yet never will be."""

import click

from mailer.cli import show
from mailer.cli.course import is_now, launched
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "cancel",
    short_help=say(Text("End a campaign: nobody more is written to.")),
    help=say(Text("End the campaign SLUG for good: those who do not have it yet never will.")),
)
@click.argument("name", metavar="SLUG")
def command(name: str) -> None:
    """What is in flight is finished; the rest becomes excluded(cancelled)."""
    from mailer.wiring.course import cancel

    with launched(name) as (store, campaign):
        is_now(campaign, "running", "scheduled", "paused")
        cancel(store, campaign)
        tally = store.campaigns.tally(campaign.public_id)
        show.talk(
            Text(
                "Cancelled: {sent} have it, {excluded} never will.", sent=tally.sent, excluded=tally.excluded
            )
        )
