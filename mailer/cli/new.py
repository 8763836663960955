"""`mailer new`: a campaign to write, from the template's model; or the correction of another one."""

from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.workspace.folder import Workspace


@click.command(
    "new",
    short_help=say(Text("Begin a campaign from the model.")),
    help=say(Text("Begin the campaign SLUG from the model.")),
)
@click.argument("slug")
@click.option(
    "--correct",
    "corrected",
    metavar="SLUG",
    help=say(Text("Correct the campaign SLUG, for exactly those who received it.")),
)
def command(slug: str, corrected: str | None) -> None:
    """Write campaigns/SLUG.md, and a questionnaire beside it that waits to be named."""
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    if corrected is not None:
        _correct(workspace, slug, corrected)
    else:
        _new(workspace, slug)


def _new(workspace: "Workspace", slug: str) -> None:
    from mailer.workspace.models import new_from_model, new_questionnaire

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


def _correct(workspace: "Workspace", slug: str, corrected: str) -> None:
    """A campaign that was sent, and whose recipients are still known; its lists that are still there."""
    from mailer.wiring.doors import store_if_any
    from mailer.wiring.segments import received
    from mailer.workspace.models import new_correction

    with store_if_any(workspace) as store:
        if store is None:
            raise UsageError(Text("{slug} was not sent yet: mailer send {slug}", slug=corrected))
        with store.glance():
            launched = received(store, corrected)
            lists = [
                one for one in store.campaigns.lists(launched.public_id) if one in workspace.settings.lists
            ]
    if not lists:
        raise UsageError(Text("the lists of {slug} are no longer in mailer.toml", slug=corrected))
    written = new_correction(
        workspace, slug, of=corrected, title=" ".join(launched.title.split()), lists=lists
    )
    show.data(written)
    show.talk(Text("Write what was wrong and what is right, then: mailer check {slug}", slug=slug))
