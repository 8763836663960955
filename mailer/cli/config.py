"""`mailer config show`: what is in force, and where each value comes from."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text


@click.group("config", help=say(Text("The settings in force.")))
def command() -> None:
    """A group of one, so that the contract's words stay free for others."""


@command.command(
    "show",
    short_help=say(Text("Print each setting and its origin.")),
    help=say(Text("Print each setting and where it comes from; secrets stay hidden.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def show_settings(json_wanted: bool) -> None:
    """One line each: key, value, origin."""
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    settings = workspace.settings.sources
    if json_wanted:
        show.as_json([{"key": one.key, "value": one.shown(), "origin": one.origin} for one in settings])
        return
    heads = (Text("KEY"), Text("VALUE"), Text("FROM"))
    show.table([[say(head) for head in heads], *([one.key, one.as_toml(), one.origin] for one in settings)])
