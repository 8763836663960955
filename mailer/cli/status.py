"""`mailer status`: how far a campaign is, or all of them."""

import time

import click

from mailer.cli import show
from mailer.cli.course import launched
from mailer.cli.speech import say
from mailer.words import Text

_EVERY_S = 1.0
_REST = 4  # a look at a million people takes a second, of the processor that sends


@click.command(
    "status",
    short_help=say(Text("Show how far a campaign is.")),
    help=say(Text("Show how far the campaign SLUG is, or every launched campaign.")),
)
@click.argument("name", metavar="[SLUG]", required=False)
@click.option("--watch", is_flag=True, help=say(Text("Show it again each second, until it ends.")))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the figures as JSON.")))
def command(name: str | None, watch: bool, json_wanted: bool) -> None:
    """One JSON object for a campaign, a list of them without SLUG."""
    if name is None:
        _all(json_wanted)
        return
    while True:
        begun = time.monotonic()
        if _one(name, json_wanted) or not watch:
            return
        time.sleep(max(_EVERY_S, _REST * (time.monotonic() - begun)))


def _one(name: str, json_wanted: bool) -> bool:
    """Whether it has ended."""
    from mailer.cli import figures

    with launched(name) as (store, campaign):
        if json_wanted:
            show.as_json(figures.figures(store, campaign))
        else:
            figures.tell(store, campaign)
        return campaign.status in ("finished", "cancelled")


def _all(json_wanted: bool) -> None:
    from mailer.cli import figures
    from mailer.reports.words import STATUSES
    from mailer.wiring.doors import store_if_any
    from mailer.workspace.folder import workspace_of

    with store_if_any(workspace_of(None)) as store:
        campaigns = store.campaigns.all() if store else []
        if json_wanted:
            show.as_json([figures.figures(store, one) for one in campaigns] if store else [])
            return
        if not campaigns or store is None:
            show.talk(Text("No campaign was sent yet."))
            return
        heads = [
            Text("CAMPAIGN"),
            Text("STATUS"),
            Text("SELECTED"),
            Text("SENT"),
            Text("LEFT"),
            Text("UNKNOWN"),
        ]
        rows = [[say(head) for head in heads]]
        for one in campaigns:
            tally = store.campaigns.tally(one.public_id)
            figures_ = (tally.audience, tally.sent, tally.left + tally.in_flight, tally.unknown)
            rows.append([one.slug, say(STATUSES[one.status]), *map(str, figures_)])
        show.table(rows)
