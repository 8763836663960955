"""`mailer check`: every finding of the workspace, with its cure."""

import click

from mailer.cli import show
from mailer.cli.speech import Speech, say
from mailer.errors import SettingsError
from mailer.findings import Finding, has_errors, in_order
from mailer.words import Text


@click.command(
    "check",
    short_help=say(Text("Find every fault, with its cure.")),
    help=say(Text("Find every fault of the campaigns FILE… (all if none is named) and of the workspace.")),
)
@click.argument("names", metavar="[FILE]...", nargs=-1)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the findings as JSON.")))
def command(names: tuple[str, ...], json_wanted: bool) -> int:
    """Exit 3 when there is an error."""
    found = in_order(_findings(names))
    if json_wanted:
        show.as_json([finding.as_json(Speech.language) for finding in found])
    else:
        show.findings(found)
        show.talk(show.counts(found))
    return 3 if has_errors(found) else 0


def _findings(names: tuple[str, ...]) -> list[Finding]:
    from mailer.wiring.drafting import draft_of, store_if_any
    from mailer.workspace.folder import campaign_files, find_campaign, root_of, workspace_of
    from mailer.workspace.guard import privacy_faults

    try:
        workspace = workspace_of(names[0] if names else None)
    except SettingsError as fault:
        return [*fault.findings, *privacy_faults(root_of(names[0] if names else None))]
    root = workspace.root
    paths = [find_campaign(root, name) for name in names] if names else campaign_files(root)
    found = [*workspace.findings, *privacy_faults(root)]
    with store_if_any(workspace) as store:
        for path in dict.fromkeys(paths):
            found += draft_of(workspace, path, store).findings
    return found
