"""`mailer questionnaire`: what becomes of the answers to a campaign's questionnaire."""

import click

from mailer.cli.questionnaire import closing, exporting, results
from mailer.cli.speech import say
from mailer.words import Text


@click.group("questionnaire", help=say(Text("The questionnaires of campaigns that were sent.")))
def command() -> None:
    """Each subcommand opens the store itself."""


for one in (results.command, exporting.command, closing.command):
    command.add_command(one)
