"""`mailer lists`: each list, who stands how with it, and when it was last written to."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.moments import stamp
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.store.campaigns import Launched
    from mailer.store.store import Store
    from mailer.workspace.folder import Workspace

_HEADS = (
    Text("LIST"),
    Text("TITLE"),
    Text("LEGAL BASIS"),
    Text("SUBSCRIBED"),
    Text("PENDING"),
    Text("UNSUBSCRIBED"),
    Text("LAST CAMPAIGN"),
)


@click.command(
    "lists",
    short_help=say(Text("List the lists, and how many are on each.")),
    help=say(Text("List the lists: their legal basis, how many are on each, and what it was last sent.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(json_wanted: bool) -> None:
    """Those of mailer.toml in its order, then those that only the database knows."""
    from mailer.wiring.doors import now, store_if_any
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    with store_if_any(workspace) as store:
        rows = _rows(workspace, store, now())
    if json_wanted:
        show.as_json(rows)
        return
    lines = [
        [
            row["list"],
            row["title"],
            row["legal_basis"] or "–",
            str(row["subscribed"]),
            str(row["pending"]),
            str(row["unsubscribed"]),
            f"{row['last_campaign']} {row['last_launched_at'][:10]}".strip(),
        ]
        for row in rows
    ]
    show.table([[say(head) for head in _HEADS], *lines])
    _tell_shared(rows)
    for row in rows:
        _tell_reasons(row)


def _tell_shared(rows: list[dict[str, Any]]) -> None:
    """Who is on two lists, each pair once: below the table, if there are any."""
    told: set[str] = set()
    for row in rows:
        told.add(row["list"])
        for other, people in row["shared"].items():
            if other not in told:
                both = {"list": row["list"], "other": other}
                show.data(
                    say(
                        plural(
                            "{count} person is on both {list} and {other}",
                            "{count} people are on both {list} and {other}",
                            count=people,
                            **both,
                        )
                    )
                )


def _tell_reasons(row: dict[str, Any]) -> None:
    """Why people left, one reason a line below the table, where there are enough to be shown."""
    from mailer.listen.reasons import WORDS, Reason

    if not row["reasons"]:
        return
    show.data()
    show.data(say(Text("{list}: why people left, over 12 months", list=row["list"])))
    for reason, people in row["reasons"].items():
        show.data(f"  {people:>6}  {say(WORDS[Reason(reason)])}")


def _rows(workspace: "Workspace", store: "Store | None", now: datetime) -> list[dict[str, Any]]:
    from mailer.listen.reasons import shown_reasons

    named = workspace.settings.lists
    reasons: dict[str, dict[str, int]] = {}
    standings: dict[str, dict[str, int]] = {}
    last: dict[str, Launched] = {}
    waiting: dict[str, int] = {}
    shared: dict[str, dict[str, int]] = {}
    if store is not None:
        with store.glance():
            standings, last = store.people.standings(), store.campaigns.last_by_list()
            waiting = store.signups.waiting()
            shared = store.people.shared()
            reasons = store.exits.reasons(f"{now.year - 1}-{now.month:02}")
    slugs = [*named, *sorted({*standings, *last, *waiting} - set(named))]
    found = []
    for slug in slugs:
        setting, states = named.get(slug), standings.get(slug, {})
        campaign = last.get(slug)
        found.append(
            {
                "list": slug,
                "title": setting.title if setting else "",
                "legal_basis": setting.legal_basis if setting else "",
                "subscribed": states.get("subscribed", 0),
                "pending": states.get("pending", 0) + waiting.get(slug, 0),
                "unsubscribed": states.get("unsubscribed", 0),
                "shared": dict(sorted(shared.get(slug, {}).items())),
                "last_campaign": campaign.slug if campaign else "",
                "last_launched_at": stamp(campaign.launched_at) if campaign else "",
                "reasons": shown_reasons(reasons.get(slug, {})),
            }
        )
    return found
