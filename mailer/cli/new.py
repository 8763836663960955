"""`mailer new`: a campaign to write, from the template's model."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "new",
    short_help=say(Text("Begin a campaign from the model.")),
    help=say(Text("Begin the campaign SLUG from the model.")),
)
@click.argument("slug")
def command(slug: str) -> None:
    """Write campaigns/SLUG.md."""
    from mailer.workspace.folder import workspace_of
    from mailer.workspace.models import new_from_model

    written = new_from_model(workspace_of(None), slug)
    show.data(written)
    show.talk(Text("Write your tract in it, then: mailer check {slug}", slug=slug))
