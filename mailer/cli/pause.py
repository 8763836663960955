"""`mailer pause`: nobody more is written to until somebody resumes."""

import click

from mailer.cli import show
from mailer.cli.course import is_now, launched
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "pause",
    short_help=say(Text("Pause a campaign that is being sent.")),
    help=say(Text("Pause the campaign SLUG: whatever sends it stops within a second.")),
)
@click.argument("name", metavar="SLUG")
def command(name: str) -> None:
    """What is in flight is finished."""
    with launched(name) as (store, campaign):
        is_now(campaign, "running", "scheduled")
        with store.together():
            store.campaigns.change(campaign.public_id, campaign.status, "paused", "operator")
        show.talk(Text("Paused. To go on: mailer resume {slug}", slug=campaign.slug))
