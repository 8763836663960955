"""`mailer db`: the database as such: where it is, its version, a copy of it elsewhere."""

from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.store.copying import Copied

_JSON = say(Text("Print it as JSON."))


@click.group("db", help=say(Text("The database: where it is, its version, a copy.")))
def command() -> None:
    """Each subcommand opens it itself."""


@command.command(
    "status",
    short_help=say(Text("Show where the database is and what it holds.")),
    help=say(Text("Show where the database is, its version, its size, and the rows of each table.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=_JSON)
def status(json_wanted: bool) -> None:
    """Looking changes nothing."""
    from mailer.wiring.databases import figures
    from mailer.workspace.folder import workspace_of

    found = figures(workspace_of(None))
    if json_wanted:
        show.as_json(found.as_json())
        return
    if not found.version:
        show.talk(Text("{where} holds nothing yet.", where=found.where))
        return
    show.table(
        [[say(Text("TABLE")), say(Text("ROWS"))], *([name, str(rows)] for name, rows in found.rows.items())]
    )
    show.talk(
        Text(
            "{where}, version {version} (this program knows {newest}), {size} KB",
            where=found.where,
            version=found.version,
            newest=found.newest,
            size=-(-found.size // 1024),
        )
    )
    if found.unfinished:
        show.talk(Text("It is a copy that is not finished: run the same 'mailer db copy' again."))


@command.command(
    "migrate",
    short_help=say(Text("Bring the database to this version of mailer.")),
    help=say(Text("Bring the database to this version of mailer, or make it. Every command does so too.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=_JSON)
def migrate(json_wanted: bool) -> None:
    """Older versions of the program refuse it afterwards."""
    from mailer.wiring.databases import migrate as bring
    from mailer.workspace.folder import workspace_of

    was, version = bring(workspace_of(None))
    if json_wanted:
        show.as_json({"was": was, "version": version})
    elif was == version:
        show.talk(Text("It is at version {version} already.", version=version))
    else:
        show.talk(Text("From version {was} to {version}.", was=was, version=version))


@command.command(
    "copy",
    short_help=say(Text("Copy the database into an empty one.")),
    help=say(
        Text(
            "Copy the database into an empty one, row by row, and compare them. Interrupted, the same "
            "command goes on."
        )
    ),
)
@click.option(
    "--to", "to", metavar="URL", required=True, help=say(Text("Where to: postgresql://… or sqlite:PATH."))
)
@click.option("--json", "json_wanted", is_flag=True, help=_JSON)
def copy(to: str, json_wanted: bool) -> None:
    """The settings are left as they are: the last line says what to write there."""
    from mailer.wiring.databases import copy as copied
    from mailer.workspace.folder import workspace_of

    done = copied(workspace_of(None), to, _told)
    if json_wanted:
        tables = {one.name: {"rows": one.rows, "digest": one.digest} for one in done}
        show.as_json({"tables": tables, "rows": sum(one.rows for one in done)})
    rows = plural("{count} row", "{count} rows", count=sum(one.rows for one in done))
    show.talk(Text("Copied and compared: {rows}.", rows=rows))
    show.talk(
        Text(
            "Now write its url under [database] in mailer.toml. Send nothing more from the old one: neither "
            "knows what the other sends."
        )
    )


def _told(one: "Copied") -> None:
    show.talk(Text("{table}: {rows}", table=one.name, rows=one.rows))
