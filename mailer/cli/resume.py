"""`mailer resume`: a paused campaign goes on."""

import click

from mailer.cli import show
from mailer.cli.course import is_now, launched
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "resume",
    short_help=say(Text("Let a paused campaign go on.")),
    help=say(Text("Let the paused campaign SLUG go on.")),
)
@click.argument("name", metavar="SLUG")
def command(name: str) -> None:
    """The site's embedded sender carries it, the workers, or the next `send`."""
    from mailer.cli.detaching import call_workers
    from mailer.wiring.doors import now
    from mailer.wiring.practice import stays
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(name)
    with launched(name) as (store, campaign):
        is_now(campaign, "paused")
        stays(workspace.settings, campaign)
        status = "scheduled" if campaign.starts_at > now() else "running"
        with store.together():
            store.campaigns.change(campaign.public_id, "paused", status)
        if store.remote:
            show.talk(Text("It goes on: the workers carry it."))
            if status == "running":
                call_workers(workspace, campaign)
            return
        show.talk(
            Text("It goes on, if 'mailer serve' runs; otherwise: mailer send {slug}", slug=campaign.slug)
        )
