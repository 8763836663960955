"""More of a launched campaign: those who joined, another text, replies that were lost, refusals.

Each shows whom it reaches, asks for their number, and is one transaction: done, or as before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.cli import show
from mailer.cli.starting import Request, unchanged
from mailer.errors import RefusedError, UsageError
from mailer.words import Text, plural

if TYPE_CHECKING:
    from mailer.store.campaigns import Launched
    from mailer.store.launches import Audience
    from mailer.store.repeats import Replies
    from mailer.wiring.planning import Plan
    from mailer.workspace.drafts import Draft

_SHOWN_CODES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is about to be done, for how many people."""

    count: int
    act: "Callable[[], Launched]"


Prepare = Callable[[Request, "Launched"], Prepared | None]  # None: there is nobody to do it for


def asked(*, top_up: bool, amend: bool, resend_unknown: bool, retry_refused: str | None) -> Prepare | None:
    """What the options want; None for a plain send. UsageError when they want two things."""
    wishes: list[Prepare] = []
    if top_up:
        wishes.append(_top_up)
    if amend:
        wishes.append(_amend)
    if resend_unknown:
        wishes.append(_resend)
    if retry_refused is not None:
        replies = _replies(retry_refused)
        wishes.append(lambda request, campaign: _retry(request, campaign, replies))
    if len(wishes) > 1:
        raise UsageError(
            Text("--top-up, --amend, --resend-unknown and --retry-refused are asked one at a time")
        )
    return wishes[0] if wishes else None


def answer(request: Request, campaign: "Launched | None", prepare: Prepare) -> "Launched":
    """Shown, confirmed and done; the campaign as it is then."""
    from mailer.cli import confirm

    campaign = _open(request, campaign)
    prepared = prepare(request, campaign)
    if prepared is None:
        return campaign
    confirm.confirm(prepared.count, yes=request.yes)
    return prepared.act()


def show_all(request: Request, campaign: "Launched | None", prepare: Prepare) -> int:
    """What would be done, and what keeps it from being done."""
    prepare(request, _open(request, campaign))
    show.talk(Text("Nothing was sent: this was a dry run."))
    return 0


def _open(request: Request, campaign: "Launched | None") -> "Launched":
    """A campaign of which more may be asked."""
    from mailer.wiring.practice import stays

    if campaign is None:
        raise UsageError(Text("{slug} was not sent yet: mailer send {slug}", slug=request.path.stem))
    if request.at is not None:
        raise UsageError(Text("{slug} has begun: leave --at out", slug=campaign.slug))
    if campaign.status == "cancelled":
        raise RefusedError(
            Text("{slug} was cancelled: copy it under another name to send it again", slug=campaign.slug)
        )
    stays(request.workspace.settings, campaign)
    if campaign.closed_at is not None:
        raise RefusedError(
            Text(
                "{slug} has been over for so long that only counts are kept of it ([retention] deliveries): "
                "nobody knows any more who has it; copy it under another name to send it again",
                slug=campaign.slug,
            )
        )
    return campaign


# --- a further wave --------------------------------------------------------------------------


def _top_up(request: Request, campaign: "Launched") -> Prepared | None:
    from mailer.cli import confirm
    from mailer.wiring.doors import now
    from mailer.wiring.drafting import draft_of
    from mailer.wiring.freezing import top_up
    from mailer.wiring.parts import sieve_of

    unchanged(request, campaign)
    store = request.store
    if campaign.reminds:
        raise UsageError(Text("{slug} is a reminder: send another one to remind again", slug=campaign.slug))
    sieve = sieve_of(request.workspace, store, campaign.part, now())
    with store.glance():
        lists = store.campaigns.lists(campaign.public_id)
        audience = store.waves.newcomers(campaign.public_id, lists, sieve)
    if not audience.size:
        show.talk(Text("Nobody has joined since {slug} was launched.", slug=campaign.slug))
        return None
    planned = _plan(request, campaign, draft_of(request.workspace, request.path, store), audience)
    confirm.in_time(planned)
    for line in confirm.summary(planned, request.workspace.settings, now()):
        show.talk(line)
    show.findings(confirm.rehearsed(planned), err=True)
    confirm.pass_gates(planned, request.skipped)
    return Prepared(
        count=audience.size,
        act=lambda: top_up(request.workspace, store, campaign, planned, hold=request.hold, now=now()),
    )


def _plan(request: Request, campaign: "Launched", draft: "Draft", audience: "Audience") -> "Plan":
    from mailer.wiring.doors import keys_of, now
    from mailer.wiring.planning import plan_more

    keys = keys_of(request.workspace)
    return plan_more(
        request.workspace,
        request.store,
        keys,
        draft,
        campaign,
        audience,
        now=now(),
        skipped=request.skipped,
    )


# --- another text ------------------------------------------------------------------------------


def _amend(request: Request, campaign: "Launched") -> Prepared | None:
    from mailer.cli import confirm
    from mailer.wiring.amending import amend, amendable
    from mailer.wiring.doors import now
    from mailer.wiring.drafting import draft_of

    _paused(campaign)
    settings = request.workspace.settings
    draft = draft_of(request.workspace, request.path, request.store)
    reach, audience = amendable(request.workspace, request.store, campaign, draft, now())
    planned = _plan(request, campaign, draft, audience)
    confirm.in_time(planned)
    reached = plural(
        "{count} person has no message yet and will have this text; for {others} it is too late",
        "{count} people have no message yet and will have this text; for {others} it is too late",
        count=reach.people,
        others=reach.others,
    )
    lines = (*confirm.letterhead(planned, settings), reached, *confirm.times(planned, settings, now()))
    for line in lines:
        show.talk(line)
    show.findings(confirm.rehearsed(planned), err=True)
    confirm.pass_gates(planned, request.skipped)
    return Prepared(
        count=reach.people,
        act=lambda: amend(request.workspace, request.store, campaign, planned, hold=request.hold, now=now()),
    )


def _paused(campaign: "Launched") -> None:
    if campaign.status == "finished":
        raise RefusedError(
            Text("{slug} is over, nobody waits for a text: send it under another name", slug=campaign.slug)
        )
    if campaign.status != "paused":
        raise RefusedError(
            Text(
                "{slug} is not paused, so its text cannot change: 'mailer pause {slug}', then the same "
                "command",
                slug=campaign.slug,
            )
        )


# --- once more -----------------------------------------------------------------------------------


def _resend(request: Request, campaign: "Launched") -> Prepared | None:
    from mailer.wiring.again import resend_unknown
    from mailer.wiring.doors import now

    if campaign.status != "finished":
        unchanged(request, campaign)
    count = request.store.campaigns.tally(campaign.public_id).unknown
    if not count:
        show.talk(Text("No reply about {slug} is missing: there is nobody to ask again.", slug=campaign.slug))
        return None
    show.talk(
        plural(
            "The reply about {count} message was lost: it may have arrived, and would then arrive twice, "
            "under one Message-ID, by which some mail programs show it once.",
            "The replies about {count} messages were lost: they may have arrived, and would then arrive "
            "twice, under one Message-ID, by which some mail programs show it once.",
            count=count,
        )
    )
    return Prepared(count=count, act=lambda: resend_unknown(request.store, campaign, now()))


def _replies(typed: str) -> "Replies":
    from mailer.store.repeats import ANY, replies_like

    replies = replies_like(typed) if typed else ANY
    if replies is None:
        raise UsageError(
            Text("'{code}' begins no reply of a server: write 550, 5.7.1, 55 or 5.2", code=typed)
        )
    return replies


def _retry(request: Request, campaign: "Launched", replies: "Replies") -> Prepared | None:
    from mailer.reports.words import reason
    from mailer.wiring.again import retry_refused
    from mailer.wiring.doors import now

    if campaign.status != "finished":
        unchanged(request, campaign)
    found = request.store.repeats.refused(campaign.public_id, replies)
    if not found:
        show.talk(Text("Nobody was refused in this way."))
        return None
    for code, enhanced, word, people in found[:_SHOWN_CODES]:
        reply = f" ({' '.join(filter(None, (str(code), enhanced)))})" if code else ""
        show.talk(Text("{people}: {why}{reply}", people=people, why=reason(word), reply=reply))
    count = sum(people for *_, people in found)
    return Prepared(count=count, act=lambda: retry_refused(request.store, campaign, replies, now()))
