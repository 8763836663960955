"""`mailer send`: a campaign to everyone on its lists, exactly once; the same command resumes."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import LaterError, RefusedError, UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.store.campaigns import Launched
    from mailer.store.store import Store
    from mailer.wiring.lanes import WayOut
    from mailer.wiring.launching import Plan
    from mailer.workspace.folder import Workspace


@click.command(
    "send",
    short_help=say(Text("Send a campaign; the same command resumes.")),
    help=say(
        Text(
            "Send the campaign FILE to everyone on its lists, each exactly once. Interrupted, the same "
            "command goes on where it was."
        )
    ),
)
@click.argument("name", metavar="FILE")
@click.option("--dry-run", is_flag=True, help=say(Text("Show what would be sent, and send nothing.")))
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), help=say(Text("Send N messages, then stop."))
)
@click.option("--at", "at", metavar="TIME", help=say(Text("Begin at TIME, such as 2026-12-01T08:00.")))
@click.option("--yes", is_flag=True, help=say(Text("Do not ask for the number of people.")))
@click.option(
    "--skip", "skipped", metavar="GATE", multiple=True, help=say(Text("Pass the gate of this name."))
)
@click.option("--wait", is_flag=True, help=say(Text("Stay until everything is done, however long it takes.")))
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the figures as JSON.")))
def command(
    name: str,
    dry_run: bool,
    limit: int | None,
    at: str | None,
    yes: bool,
    skipped: tuple[str, ...],
    wait: bool,
    json_wanted: bool,
) -> int:
    """Exit 0 done, 4 refused, 75 later, 130 interrupted."""
    from mailer.wiring.doors import sign_of, store_of
    from mailer.wiring.lanes import ways_of
    from mailer.workspace.folder import find_campaign, workspace_of

    workspace = workspace_of(name)
    path = find_campaign(workspace.root, name)
    store = store_of(workspace)
    lock = store.sender_lock()
    try:
        campaign = store.campaigns.by_slug(path.stem)
        if dry_run:
            return _show_plan(workspace, store, path, at, skipped)
        if campaign is not None and (code := _over(campaign)) is not None:
            _print(store, campaign, json_wanted)
            return code
        if not lock.acquire():
            raise LaterError(
                Text("another send is at work here (process {pid}): nothing was done", pid=lock.owner())
            )
        # A password or a key that is missing is told before anything is launched.
        ways, _ = ways_of(workspace), sign_of(workspace)
        if campaign is None:
            campaign = _launched(workspace, store, path, at, skipped, yes)
        else:
            _unchanged(workspace, store, path, campaign, at)
        code = _carry(workspace, store, campaign, ways, limit or 0, wait)
        _print(store, campaign, json_wanted)
        return code
    finally:
        lock.release()
        store.close()


def _over(campaign: "Launched") -> int | None:
    """The exit code for a campaign that has ended; None for one that goes on."""
    match campaign.status:
        case "finished":
            show.talk(Text("Already sent, nothing to do."))
            return 0
        case "cancelled":
            raise RefusedError(
                Text("{slug} was cancelled: copy it under another name to send it again", slug=campaign.slug)
            )
    return None


def _print(store: "Store", campaign: "Launched", json_wanted: bool) -> None:
    from mailer.cli.figures import figures

    said = figures(store, campaign)
    if json_wanted:
        show.as_json(said)
    addresses = said["unknown_addresses"]
    assert isinstance(addresses, list)
    for address in addresses:
        show.talk(Text("unknown, the reply was lost: {address}", address=address))


# --- before -----------------------------------------------------------------------------


def _plan(
    workspace: "Workspace", store: "Store", path: Path, at: str | None, skipped: tuple[str, ...]
) -> "Plan":
    from mailer.cli import confirm
    from mailer.wiring.doors import keys_of, now
    from mailer.wiring.drafting import draft_of
    from mailer.wiring.launching import plan

    draft = draft_of(workspace, path, store)
    planned = plan(
        workspace,
        store,
        keys_of(workspace),
        draft,
        now=now(),
        at=_moment(at, workspace.settings.organisation.timezone),
        skipped=skipped,
    )
    confirm.in_time(planned)
    for line in confirm.summary(planned, workspace.settings, now()):
        show.talk(line)
    show.findings(confirm.rehearsed(planned), err=True)
    return planned


def _show_plan(
    workspace: "Workspace", store: "Store", path: Path, at: str | None, skipped: tuple[str, ...]
) -> int:
    from mailer.cli import confirm

    planned = _plan(workspace, store, path, at, skipped)
    confirm.pass_gates(planned, skipped)
    show.talk(Text("Nothing was sent: this was a dry run."))
    return 0


def _launched(
    workspace: "Workspace", store: "Store", path: Path, at: str | None, skipped: tuple[str, ...], yes: bool
) -> "Launched":
    from mailer.cli import confirm
    from mailer.wiring.doors import keys_of, now
    from mailer.wiring.launching import launch

    planned = _plan(workspace, store, path, at, skipped)
    confirm.pass_gates(planned, skipped)
    confirm.confirm(planned.audience.size, yes=yes)
    return launch(workspace, store, keys_of(workspace), planned, hold="hold" not in skipped, now=now())


def _moment(text: str | None, zone: str) -> datetime | None:
    """The time of `--at` for a campaign that begins."""
    from mailer.wiring.doors import now

    if text is None:
        return None
    moment = _time(text, zone)
    if moment < now():
        raise UsageError(Text("'{time}' is over: leave --at out to send now", time=text))
    return moment


def _time(text: str, zone: str) -> datetime:
    """A time as typed, in the organisation's zone unless it says another."""
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(Text("'{time}' is no time: write 2026-12-01T08:00", time=text)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _unchanged(
    workspace: "Workspace", store: "Store", path: Path, campaign: "Launched", at: str | None
) -> None:
    """What was frozen at launch goes on: say so rather than send another text, or at another time."""
    from mailer.wiring.drafting import draft_of

    zone = workspace.settings.organisation.timezone
    if at is not None and _time(at, zone) != campaign.starts_at:
        raise UsageError(
            Text(
                "{slug} is launched already, for another time: 'mailer cancel {slug}' and send a copy under "
                "another name, or leave --at out",
                slug=campaign.slug,
            )
        )
    draft = draft_of(workspace, path, store)
    digest = draft.campaign.digest if draft.campaign else None
    if digest != store.campaigns.edition_digest(campaign.public_id):
        raise RefusedError(
            Text(
                "{file} has changed since it was launched, and {slug} goes on with the text it had: put that "
                "text back, or 'mailer cancel {slug}' and send the new one under another name",
                file=draft.file,
                slug=campaign.slug,
            )
        )
    show.talk(Text("Going on with {slug}.", slug=campaign.slug))


# --- the send ---------------------------------------------------------------------------


def _carry(
    workspace: "Workspace",
    store: "Store",
    campaign: "Launched",
    ways: "Sequence[WayOut]",
    limit: int,
    wait: bool,
) -> int:
    from mailer.cli import ends
    from mailer.cli.interrupts import run
    from mailer.cli.progress import progress, waiting
    from mailer.cli.times import clock_time
    from mailer.deliver.pump import PATIENCE_S
    from mailer.wiring.doors import now
    from mailer.wiring.sending import Sending

    settings = workspace.settings
    zone = settings.organisation.timezone
    if campaign.status == "scheduled" and campaign.starts_at > now():
        moment = clock_time(campaign.starts_at, zone, now())
        if not wait:
            show.talk(
                Text(
                    "Launched; it begins {moment}, if 'mailer serve' or 'mailer send --wait' runs then.",
                    moment=moment,
                )
            )
            return ends.LATER
        show.talk(Text("It begins {moment}: waiting.", moment=moment))
    sending = Sending(
        workspace=workspace,
        ways=ways,
        limit=limit,
        patience=float("inf") if wait else PATIENCE_S,
        waiting=waiting(zone),
        troubled=ends.trouble(several=len(ways) > 1),
    )
    with progress(zone, sending.lasts) as sending.told:
        result = run(sending.run(store, campaign), sending.stop)
    return ends.told(result, campaign.slug, zone, now())
