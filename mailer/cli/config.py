"""`mailer config`: what is in force and where each value comes from; the register of processing from it."""

from pathlib import Path

import click

from mailer.cli import show
from mailer.cli.files import FILE, write_new
from mailer.cli.speech import say
from mailer.words import LANGUAGES, Text


@click.group("config", help=say(Text("The settings in force.")))
def command() -> None:
    """What is in force, and what follows from it."""


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


@command.command(
    "register",
    short_help=say(Text("Write the register of processing activities.")),
    help=say(
        Text(
            "Write the register of processing activities (GDPR, article 30) from the settings, as Markdown. "
            "What they cannot know is marked as to be completed."
        )
    ),
)
@click.option(
    "--out", "out", metavar="F", type=FILE, help=say(Text("The file; standard output if not given."))
)
@click.option(
    "--language",
    metavar="LANGUAGE",
    type=click.Choice(LANGUAGES),
    help=say(Text("fr or en; the organisation's if not given.")),
)
def register(out: Path | None, language: str | None) -> None:
    """It tells of lists, never of anybody on them."""
    from mailer.fields import STANDARD
    from mailer.wiring.doors import now, store_if_any
    from mailer.wiring.processing import register as written
    from mailer.workspace.disk import is_encrypted
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    settings = workspace.settings
    with store_if_any(workspace) as store:
        own = {
            slug: (store.people.fields_of(slug) - set(STANDARD)) if store else () for slug in settings.lists
        }
    text = written(
        settings,
        own,
        now().date(),
        language or settings.organisation.language,
        encrypted=is_encrypted(workspace.root / "subscribers"),
    )
    if out is None:
        show.data(text.rstrip())
        return
    write_new(out, text.encode("utf-8"))
    show.talk(Text("Written: {file}", file=str(out)))
