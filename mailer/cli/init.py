"""`mailer init`: a workspace that already works."""

from pathlib import Path

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text, plural


@click.command(
    "init",
    short_help=say(Text("Make a workspace that already works.")),
    help=say(Text("Make DIR (here if none is named) a workspace that already works.")),
)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Write what is missing; nothing that is there is touched."""
    from mailer.workspace.beginning import begin

    written = begin(folder)
    for name in written:
        show.data(str(folder / name))
    show.talk(
        Text(
            "{files} written. Next: {place}mailer render relation-clients",
            files=plural("{count} file", "{count} files", count=len(written)),
            place="" if folder == Path() else f"cd {folder} && ",
        )
    )
