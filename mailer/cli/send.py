"""`mailer send`: a campaign to everyone on its lists, exactly once; the same command resumes."""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.errors import LaterError, RefusedError, UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.cli.more import Prepare
    from mailer.cli.starting import Request
    from mailer.store.campaigns import Launched
    from mailer.store.store import Store
    from mailer.wiring.lanes import WayOut
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
@click.option("--top-up", is_flag=True, help=say(Text("Write to those who joined its lists since.")))
@click.option("--amend", is_flag=True, help=say(Text("Give the file's new text to who has none yet.")))
@click.option(
    "--resend-unknown", is_flag=True, help=say(Text("Write once more to those whose reply was lost."))
)
@click.option(
    "--retry-refused",
    metavar="[CODE]",
    is_flag=False,
    flag_value="",
    help=say(Text("Try once more those who were refused, or those whose reply begins with CODE.")),
)
@click.option(
    "--only-unanswered",
    "reminds",
    metavar="SLUG",
    help=say(Text("Write only to those who have not answered the questionnaire of the campaign SLUG.")),
)
@click.option(
    "--detach", is_flag=True, help=say(Text("Leave it to 'mailer serve', or to the workers, and return."))
)
@click.option("--json", "json_wanted", is_flag=True, help=say(Text("Print the figures as JSON.")))
def command(
    name: str,
    dry_run: bool,
    limit: int | None,
    at: str | None,
    yes: bool,
    skipped: tuple[str, ...],
    wait: bool,
    top_up: bool,
    amend: bool,
    resend_unknown: bool,
    retry_refused: str | None,
    reminds: str | None,
    detach: bool,
    json_wanted: bool,
) -> int:
    """Exit 0 done, 4 refused, 75 later, 130 interrupted."""
    from mailer.cli import detaching, more, starting
    from mailer.wiring.doors import sign_of, store_of
    from mailer.wiring.lanes import ways_of
    from mailer.workspace.folder import find_campaign, workspace_of

    asked = more.asked(top_up=top_up, amend=amend, resend_unknown=resend_unknown, retry_refused=retry_refused)
    workspace = workspace_of(name)
    path = find_campaign(workspace.root, name)
    store = store_of(workspace)
    if asked is not None and reminds is not None:
        raise UsageError(Text("--only-unanswered begins a campaign: it goes with none of the others"))
    request = starting.Request(
        workspace=workspace, store=store, path=path, at=at, skipped=skipped, yes=yes, reminds=reminds
    )
    lock = store.sender_lock()
    try:
        if not dry_run:
            _retire(workspace, store)
        campaign = store.campaigns.by_slug(path.stem)
        if dry_run:
            return starting.show_plan(request) if asked is None else more.show_all(request, campaign, asked)
        if campaign is not None and asked is None and (code := _over(workspace, campaign)) is not None:
            _print(store, campaign, json_wanted)
            return code
        mail = _mail(workspace)
        if detach:
            detaching.check(workspace, store, limit=limit, wait=wait)
        # What is launched and left to others needs no lock; what changes a campaign's people does.
        if (asked is not None or not detach) and not lock.acquire():
            raise LaterError(
                Text("another send is at work here (process {pid}): nothing was done", pid=lock.owner())
            )
        # A password or a key that is missing is told before anything is launched.
        ways, _ = ways_of(workspace), sign_of(workspace)
        campaign = _begun(request, campaign, asked)
        if asked is not None and campaign.status == "finished":  # there was nobody to do it for
            code = 0
        elif detach:
            code = detaching.leave(workspace, store, campaign)
        else:
            with mail:
                code = _carry(workspace, store, campaign, ways, limit or 0, wait)
        _print(store, campaign, json_wanted)
        return code
    finally:
        lock.release()
        store.close()


def _begun(request: "Request", campaign: "Launched | None", asked: "Prepare | None") -> "Launched":
    """The campaign to be carried, launched if it is new; by who holds the sender's lock."""
    from mailer.cli import more, starting
    from mailer.wiring.again import settle_dead

    if asked is not None:
        if campaign is not None:
            settle_dead(request.store, campaign)
        return more.answer(request, campaign, asked)
    if campaign is None:
        return starting.launched(request)
    starting.unchanged(request, campaign)
    show.talk(Text("Going on with {slug}.", slug=campaign.slug))
    return campaign


def _over(workspace: "Workspace", campaign: "Launched") -> int | None:
    """The exit code for a campaign that has ended; None for one that goes on."""
    from mailer.wiring.practice import stays

    match campaign.status:
        case "finished":
            if not campaign.abroad:  # else: it was sent, wherever [transport] leads to since
                stays(workspace.settings, campaign)
            show.talk(Text("Already sent, nothing to do."))
            return 0
        case "cancelled":
            raise RefusedError(
                Text("{slug} was cancelled: copy it under another name to send it again", slug=campaign.slug)
            )
    stays(workspace.settings, campaign)
    return None


def _retire(workspace: "Workspace", store: "Store") -> None:
    """What is due to be forgotten: see [retention], and questionnaires that close."""
    from mailer.wiring.doors import now
    from mailer.wiring.forgetting import forget

    for line in forget(workspace, store, now()):
        show.talk(line)


def _print(store: "Store", campaign: "Launched", json_wanted: bool) -> None:
    from mailer.cli.figures import figures

    said = figures(store, campaign)
    if json_wanted:
        show.as_json(said)
    addresses = said["unknown_addresses"]
    assert isinstance(addresses, list)
    for address in addresses:
        show.talk(Text("unknown, the reply was lost: {address}", address=address))


def _mail(workspace: "Workspace") -> AbstractContextManager[None]:
    """Without a site people leave by mail: it is read before anybody is written to, and while they are."""
    from mailer.wiring.polling import poll_once, polling, reads_mail

    if not reads_mail(workspace):
        return nullcontext()
    poll_once(workspace, show.talk)
    return polling(workspace, show.talk)


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
    from mailer.deliver.troubles import PATIENCE_S
    from mailer.wiring.doors import now
    from mailer.wiring.sending import Sending

    settings = workspace.settings
    zone = settings.organisation.timezone
    if campaign.status == "scheduled" and campaign.starts_at > now():
        moment = clock_time(campaign.starts_at, zone, now())
        if not wait:
            show.talk(
                Text(
                    "Launched; it begins {moment}, if 'mailer serve', 'mailer worker' or "
                    "'mailer send --wait' runs then.",
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
        said=show.talk,
    )
    with progress(zone, sending.lasts) as sending.told:
        result = run(sending.run(store, campaign), sending.stop)
    return ends.told(result, campaign.slug, zone, now())
