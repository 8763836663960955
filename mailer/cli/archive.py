"""`mailer archive`: what of the campaigns that were sent stands in the public archive, changed afterwards.

A file's `public` says so at the launch. Once a campaign is over its file is not read again, and somebody may
ask on the telephone that a text be taken down.
"""

import click

from mailer.cli import show as telling
from mailer.cli.course import is_now, launched
from mailer.cli.speech import say
from mailer.words import Text


@click.group("archive", help=say(Text("The public archive of campaigns that were sent.")))
def command() -> None:
    """Each subcommand opens the store itself."""


@command.command(
    "show",
    short_help=say(Text("Put a campaign into the public archive.")),
    help=say(
        Text(
            "Put the campaign SLUG into the public archive, for everybody and for search engines. Nothing "
            "of it names anybody: every field is empty there."
        )
    ),
)
@click.argument("name", metavar="SLUG")
def show(name: str) -> None:
    """Whatever its file said; from the next request on."""
    from mailer.workspace.folder import workspace_of

    site = workspace_of(name).settings.site.url
    with launched(name) as (store, campaign):
        is_now(campaign, "running", "paused", "finished")
        with store.together():
            store.campaigns.make_public(campaign.public_id, public=True)
        where = f"{site}/a/{campaign.slug}"
        telling.talk(Text("Everybody may read it at {address}", address=where))


@command.command(
    "hide",
    short_help=say(Text("Take a campaign out of the public archive.")),
    help=say(
        Text(
            "Take the campaign SLUG out of the public archive and of its feed. Search engines and readers of "
            "the feed may keep their copy; the link in its mails still opens it."
        )
    ),
)
@click.argument("name", metavar="SLUG")
def hide(name: str) -> None:
    """Twice is once; from the next request on."""
    with launched(name) as (store, campaign):
        with store.together():
            store.campaigns.make_public(campaign.public_id, public=False)
        telling.talk(Text("{slug} is not in the archive any more.", slug=campaign.slug))
