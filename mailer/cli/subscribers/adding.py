"""`mailer subscribers add`: one person brought into a list by hand."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.cli.subscribers.words import LIST, checked, store_here
from mailer.errors import RefusedError, UsageError
from mailer.words import LANGUAGES, Text


@click.command(
    "add",
    short_help=say(Text("Bring one person into a list.")),
    help=say(Text("Bring the person with the address EMAIL into a list.")),
)
@click.argument("email", metavar="EMAIL")
@click.option("--list", "slug", metavar="LIST", required=True, help=LIST)
@click.option("--first-name", metavar="NAME", help=say(Text("First name.")))
@click.option("--last-name", metavar="NAME", help=say(Text("Last name.")))
@click.option(
    "--language",
    metavar="LANGUAGE",
    type=click.Choice(LANGUAGES),
    help=say(Text("fr or en.")),
)
@click.option("--proof", metavar="TEXT", help=say(Text("How they asked for it, and when.")))
def command(
    email: str,
    slug: str,
    first_name: str | None,
    last_name: str | None,
    language: str | None,
    proof: str | None,
) -> None:
    """Exit 4 when they left the list or objected: that takes `resubscribe`."""
    from mailer.letters import is_one_line
    from mailer.model import Person
    from mailer.wiring.importing import list_named
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    list_named(workspace, slug)
    address = checked(email)
    named = {"first_name": first_name, "last_name": last_name, "language": language}
    fields = {name: value for name, value in named.items() if value}
    if not all(is_one_line(value) for value in fields.values()):
        raise UsageError(Text("a name stands on one line, without invisible characters"))
    with store_here() as store, store.together():
        done = store.people.bring(
            slug, [Person(email=address, fields=fields)], source="operator", proof=proof or ""
        )
    if done.suppressed or done.departed:
        raise RefusedError(
            Text(
                "{email} left, or asked for nothing more: if they want to come back, "
                'mailer subscribers resubscribe {email} --list {slug} --proof "…"',
                email=address,
                slug=slug,
            )
        )
    show.talk(Text("{email} is on {slug}.", email=address, slug=slug))
