"""`mailer serve`: the members' site, and the sender that carries campaigns by itself."""

from urllib.parse import urlsplit

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text

_HOST, _PORT = "127.0.0.1", 8000


@click.command(
    "serve",
    short_help=say(Text("Run the members' site, which also sends.")),
    help=say(
        Text(
            "Run the members' site: links, unsubscribing, questionnaires. With SQLite it also carries "
            "campaigns that are running, deferred or scheduled."
        )
    ),
)
@click.option("--host", metavar="H", help=say(Text("Where to listen; this machine only if not given.")))
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), help=say(Text("The port to listen on.")))
@click.option(
    "--metrics",
    metavar="N",
    type=click.IntRange(0, 65535),
    help=say(Text("Give figures to Prometheus on this port of this machine.")),
)
def command(host: str | None, port: int | None, metrics: int | None) -> None:
    """Until Ctrl-C or SIGTERM."""
    from mailer.settings.checks import is_loopback
    from mailer.web.serving import run
    from mailer.wiring.site import run_site
    from mailer.wiring.watching import watching
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    address = urlsplit(workspace.settings.site.url)
    own = address.hostname is not None and is_loopback(address.hostname)
    with watching(metrics) as (watch, figures):
        if figures:
            show.talk(Text("Metrics are at {address}.", address=figures))
        run(
            run_site(
                workspace,
                host or (address.hostname if own and address.hostname else _HOST),
                port if port is not None else (address.port if own and address.port else _PORT),
                log=lambda line: click.echo(line, err=True),
                tell=show.talk,
                started=lambda place: show.talk(
                    Text("The site answers at {address}; Ctrl-C ends it.", address=place)
                ),
                watching=watch,
            )
        )
