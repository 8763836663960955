"""`mailer check`: every finding of the workspace, with its cure."""

import click

from mailer.cli import show
from mailer.cli.speech import Speech, say
from mailer.errors import LaterError, SettingsError
from mailer.findings import Finding, Place, has_errors, in_order, info
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
    from mailer.wiring.doors import is_real, store_if_any
    from mailer.wiring.drafting import draft_of
    from mailer.wiring.segments import segment_faults
    from mailer.workspace.disk import disk_faults
    from mailer.workspace.folder import campaign_files, find_campaign, root_of, workspace_of
    from mailer.workspace.guard import privacy_faults

    try:
        workspace = workspace_of(names[0] if names else None)
    except SettingsError as fault:
        return [*fault.findings, *privacy_faults(root_of(names[0] if names else None))]
    root = workspace.root
    paths = [find_campaign(root, name) for name in names] if names else campaign_files(root)
    found = [*workspace.findings, *privacy_faults(root)]
    if is_real(workspace.settings):  # people who do not exist need no lock
        found += disk_faults(root)
    with store_if_any(workspace, away=lambda fault: found.append(_away(fault))) as store:
        found += segment_faults(workspace, store)
        for path in dict.fromkeys(paths):
            found += draft_of(workspace, path, store).findings
    return found


def _away(fault: LaterError) -> Finding:
    """An author may work where the database of the others cannot be reached."""
    cure = Text("the lists' own fields were read from the files of subscribers/ alone; check again later")
    return info("database-away", Place("mailer.toml"), fault.message, cure)
