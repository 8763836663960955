"""`mailer campaigns`: what lies in campaigns/."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text


@click.command("campaigns", help=say(Text("List the campaigns of the workspace.")))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(json_wanted: bool) -> None:
    """One line each: slug, subject, lists, tracts, errors."""
    from mailer.wiring.doors import store_if_any
    from mailer.wiring.drafting import known_fields
    from mailer.workspace.folder import workspace_of
    from mailer.workspace.overview import overview

    workspace = workspace_of(None)
    with store_if_any(workspace, away=show.fault) as store:
        rows = overview(workspace, known_fields(store, workspace))
    if json_wanted:
        show.as_json([row.as_json() for row in rows])
        return
    if not rows:
        show.talk(Text("No campaign yet. Begin one: mailer new SLUG"))
        return
    heads = (Text("CAMPAIGN"), Text("SUBJECT"), Text("LISTS"), Text("TRACTS"), Text("ERRORS"))
    lines = [[row.slug, row.subject, ", ".join(row.lists), str(row.tracts), str(row.errors)] for row in rows]
    show.table([[say(head) for head in heads], *lines])
