"""`mailer bounces`: what becomes of the mails that come back."""

import click

from mailer.cli.bounces import acting, reading
from mailer.cli.speech import say
from mailer.words import Text


@click.group("bounces", help=say(Text("Mails that come back: refusals, complaints, departures.")))
def command() -> None:
    """Each subcommand opens what it needs."""


for one in (acting.poll, acting.ingest, reading.command):
    command.add_command(one)
