"""`mailer lists`: each list, who stands how with it, what it was last sent; or one's sign-up form."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import UsageError
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
@click.option(
    "--form",
    "form_of",
    metavar="LIST",
    help=say(Text("Print the sign-up form of this open list, to paste into a page of another site.")),
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print them as JSON.")))
def command(form_of: str | None, json_wanted: bool) -> None:
    """Those of mailer.toml in its order, then those that only the database knows."""
    from mailer.wiring.doors import now, store_if_any
    from mailer.workspace.folder import workspace_of

    workspace = workspace_of(None)
    if form_of is not None:
        if json_wanted:
            raise UsageError(Text("--form prints HTML: leave --json out"))
        show.data(_form(workspace, form_of))
        return
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


def _form(workspace: "Workspace", slug: str) -> str:
    from mailer.listen.snippet import snippet
    from mailer.wiring.importing import list_named

    list_named(workspace, slug)
    settings = workspace.settings
    if not settings.site.url:
        raise UsageError(Text("a sign-up form leads to your site, and [site] url is empty"))
    if not settings.lists[slug].open:
        raise UsageError(
            Text("nobody may sign up for '{slug}': write open = true under [lists.{slug}]", slug=slug)
        )
    return snippet(settings, settings.lists[slug])


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
