"""What to do next in this workspace, in one line."""

import shlex
from pathlib import Path

from mailer.errors import SettingsError
from mailer.words import Text, plural


def next_step() -> Text:
    """The sentence `mailer` alone prints."""
    from mailer.wiring.doors import store_if_any
    from mailer.wiring.drafting import known_fields
    from mailer.workspace.folder import find_root, open_workspace
    from mailer.workspace.overview import overview

    if find_root(Path.cwd()) is None:
        return Text("There is no workspace here. Make one: mailer init DIR")
    try:
        workspace = open_workspace(Path.cwd())
    except SettingsError as fault:
        return Text(
            "mailer.toml has {faults}. See them: mailer check",
            faults=plural("{count} fault", "{count} faults", count=len(fault.findings)),
        )
    with store_if_any(workspace) as store:
        campaigns = overview(workspace, known_fields(store, workspace))
        launched = {one.slug: one.status for one in store.campaigns.all()} if store is not None else {}
    for slug, status in launched.items():
        if status in ("scheduled", "running", "paused"):
            return Text("{slug} is not over. How far it is: mailer status {slug}", slug=slug)
    if not campaigns:
        return Text("There is no campaign yet. Begin one: mailer new SLUG")
    faulty = next((campaign for campaign in campaigns if campaign.errors), None)
    if faulty is not None:
        return Text(
            "{file} has {faults}. See them: mailer check {slug}",
            file=faulty.file,
            slug=shlex.quote(faulty.slug),
            faults=plural("{count} fault", "{count} faults", count=faulty.errors),
        )
    # The one an author is on comes before the sample, and before those that were sent.
    chosen = min(campaigns, key=lambda campaign: (campaign.slug in launched, campaign.sample))
    if chosen.slug in launched:
        return Text("{slug} is over. How it went: mailer status {slug}", slug=chosen.slug)
    return Text("{file} is ready to be looked at: mailer render {slug}", file=chosen.file, slug=chosen.slug)
