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
    """Write campaigns/SLUG.md, and a questionnaire beside it that waits to be named."""
    from mailer.workspace.folder import workspace_of
    from mailer.workspace.models import new_from_model, new_questionnaire

    workspace = workspace_of(None)
    written = new_from_model(workspace, slug)
    show.data(written)
    show.talk(Text("Write your tract in it, then: mailer check {slug}", slug=slug))
    beside = new_questionnaire(workspace, slug)
    if beside:
        show.talk(
            Text(
                "To ask questions: {file}, and in the campaign the line {line}",
                file=beside,
                line='questionnaire = "questionnaire.toml"',
            )
        )
