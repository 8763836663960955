"""`mailer render`: a campaign as one person would get it, written to files."""

from pathlib import Path

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "render",
    short_help=say(Text("Write a campaign as one person would get it.")),
    help=say(Text("Write the campaign FILE as a person would get it: <slug>.html, <slug>.txt, <slug>.eml.")),
)
@click.argument("name", metavar="FILE")
@click.option(
    "--for",
    "email",
    metavar="EMAIL",
    help=say(Text("The person, found in the campaign's lists; an invented one if not given.")),
)
@click.option(
    "--out",
    "out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=say(Text("Where to write them; out/ in the workspace if not given.")),
)
def command(name: str, email: str | None, out: Path | None) -> None:
    """Faults stop it with exit 3; nothing is sent."""
    from datetime import datetime
    from functools import partial
    from zoneinfo import ZoneInfo

    from mailer.wiring.doors import store_if_any
    from mailer.wiring.drafting import known_fields, person_of
    from mailer.workspace.folder import workspace_of
    from mailer.workspace.rendering import render

    workspace = workspace_of(name)
    now = datetime.now(ZoneInfo(workspace.settings.organisation.timezone))
    with store_if_any(workspace, away=show.fault) as store:
        rendered = render(
            workspace,
            name,
            email,
            out or workspace.root / "out",
            now,
            find=partial(person_of, store),
            known=known_fields(store, workspace),
        )
    for path in rendered.files:
        show.data(str(_from_here(path)))
    show.findings(rendered.findings, err=True)
    for note in rendered.notes:
        show.talk(note)


def _from_here(path: Path) -> Path:
    """The path as one would type it where one stands."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
