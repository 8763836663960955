"""`mailer worker`: a sender of the cluster."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "worker",
    short_help=say(Text("Send as one of several machines (PostgreSQL).")),
    help=say(
        Text(
            "Carry campaigns that are running, deferred or scheduled, beside other workers on the same "
            "PostgreSQL database."
        )
    ),
)
@click.option(
    "--pumps",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help=say(Text("Carry N campaigns, or parts of one, at the same time.")),
)
@click.option(
    "--metrics",
    metavar="N",
    type=click.IntRange(0, 65535),
    help=say(Text("Give figures to Prometheus on this port of this machine.")),
)
def command(pumps: int, metrics: int | None) -> None:
    """Until Ctrl-C or SIGTERM."""
    from mailer.cli.ends import trouble
    from mailer.cli.interrupts import run
    from mailer.cluster.opening import worker_of
    from mailer.wiring.lanes import ways_of
    from mailer.wiring.watching import watching
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    with watching(metrics) as (watch, figures):
        several = len(ways_of(workspace)) > 1  # a password that is missing is told now
        worker = worker_of(workspace, pumps, watch, show.talk, trouble(several))
        if figures:
            show.talk(Text("Metrics are at {address}.", address=figures))
        show.talk(Text("This worker is at work; Ctrl-C ends it."))
        run(worker.run(), worker.stop)
