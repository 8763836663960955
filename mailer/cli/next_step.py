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
    # The one an author is on comes first, then how the last one went; the sample is for who has none yet.
    own = [campaign for campaign in campaigns if not campaign.sample] or campaigns
    chosen = next((campaign for campaign in own if campaign.slug not in launched), None)
    if chosen is None:
        order = list(launched)
        last = max(own, key=lambda campaign: order.index(campaign.slug))
        return Text(
            "{slug} is over. How it went: mailer report {slug}. Another one: mailer new SLUG", slug=last.slug
        )
    return Text("{file} is ready to be looked at: mailer render {slug}", file=chosen.file, slug=chosen.slug)
