"""`mailer subscribers`: people brought into lists, shown, written out."""

import click

from mailer.cli.speech import say
from mailer.cli.subscribers import (
    adding,
    erasing,
    exporting,
    importing,
    leaving,
    retaining,
    showing,
    suppressing,
    undoing,
)
from mailer.words import Text


@click.group("subscribers", help=say(Text("The people of the lists.")))
def command() -> None:
    """Each subcommand opens the store itself."""


for one in (
    importing.command,
    undoing.undo,
    undoing.listing,
    adding.command,
    showing.one,
    leaving.unsubscribe,
    leaving.resubscribe,
    erasing.command,
    retaining.command,
    showing.export,
    exporting.command,
    suppressing.command,
):
    command.add_command(one)
