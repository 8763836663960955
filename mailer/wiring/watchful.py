"""What returned mail means for campaigns, and for who answers for them: pauses, alerts (standards.md, F8).

A campaign that goes on in spite of a pause is asked about again when twice as many have come back.
"""

from mailer.delivery import Tally
from mailer.listen.returns import Class
from mailer.settings import Settings
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.alerts import alert
from mailer.wiring.returning import Summary
from mailer.words import Text

FEWEST = 50  # sent ones before a part of them means anything
# Of the sent: dead addresses, refusals that are ours, complaints. The reasons are the pump's where it has
# them.
_LIMITS = (
    (Class.HARD, 0.05, "mailboxes"),
    (Class.SENDER, 0.02, "faults"),
    (Class.COMPLAINT, 0.003, "complaints"),
)
MANY_UNPROVEN = 20  # in a day: somebody may be trying


def look(store: Store, settings: Settings, summary: Summary, *, afresh: bool = False) -> None:
    """Pause what must be looked at, tell who is to be told; within the caller's transaction.

    A campaign is counted when so many have come back since the last time that it may have to be paused;
    `afresh`: whether or not.
    """
    for public_id in sorted({public_id for public_id, _ in summary.came}):
        due = _due(store, public_id, summary)
        campaign = store.campaigns.by_id(public_id)
        if (due or afresh) and campaign is not None and campaign.status == "running":
            _brake(store, settings, campaign, summary)
    _our_faults(store, settings, summary)
    _forgeries(store, settings, summary)


def too_many(tally: Tally, counts: dict[str, int]) -> tuple[str, int] | None:
    """Why a campaign is to be paused, and how many say so; None: nothing out of the ordinary."""
    for kind, part, reason in _LIMITS:
        count = counts.get(kind.value, 0)
        if still(tally.sent, count, part) <= 0:
            return reason, count
    return None


def still(sent: int, count: int, part: float) -> int:
    """How many more must come back, at the least, before `count` is too much of `sent`: 0 when it is.

    More may be sent meanwhile, never fewer: whoever counts again after so many misses nothing.
    """
    if sent < FEWEST:
        return 1
    return 0 if count > part * sent else int(part * sent) + 1 - count


def _due(store: Store, public_id: str, summary: Summary) -> bool:
    """Whether what came back now may be what a pause waits for."""
    came = {reason: summary.came[public_id, kind] for kind, _, reason in _LIMITS}
    used_up = [store.returns.used_up(public_id, reason, count) for reason, count in came.items() if count]
    return any(used_up)


def _brake(store: Store, settings: Settings, campaign: Launched, summary: Summary) -> None:
    """Count the campaign: a second for a million people, so not for each mail that comes back."""
    tally, counts = store.campaigns.tally(campaign.public_id), store.returns.counts(campaign.public_id)
    found = None
    for kind, part, reason in _LIMITS:
        count = counts.get(kind.value, 0)
        again = 2 * store.returns.braked(campaign.public_id, reason)
        left = max(still(tally.sent, count, part), again - count)
        store.returns.leave(campaign.public_id, reason, left)
        if left <= 0 and found is None:
            found = reason, count
    if found is None:
        return
    reason, count = found
    if not store.campaigns.change(campaign.public_id, "running", "paused", reason):
        return
    store.returns.brake(campaign.public_id, reason, count)
    summary.paused.append(campaign.slug)
    alert(
        store,
        settings,
        f"paused {campaign.public_id}",
        Text("{slug} is paused: too much of it comes back", slug=campaign.slug),
        [
            Text(
                "Of {sent} messages of {slug}, {count} came back: {why}.",
                sent=tally.sent,
                slug=campaign.slug,
                count=count,
                why=WHY[reason],
            ),
            Text(
                "Nobody more is written to until somebody has looked: 'mailer report {slug}', then "
                "'mailer resume {slug}', or 'mailer cancel {slug}'.",
                slug=campaign.slug,
            ),
        ],
    )


WHY = {
    "mailboxes": Text("the addresses do not exist any more"),
    "faults": Text("the providers refuse our mail, whoever it is for"),
    "complaints": Text("people call it junk"),
}


def _our_faults(store: Store, settings: Settings, summary: Summary) -> None:
    count = summary.faults.total()
    if not count:
        return
    reasons = ", ".join(f"{reason} {number}" for reason, number in summary.faults.most_common())
    alert(
        store,
        settings,
        "faults",
        Text("Mail comes back by our fault, or our relay's"),
        [
            Text("Messages that came back: {reasons}.", reasons=reasons),
            Text(
                "No member is to blame, and none is counted. Ask your relay; look at SPF, DKIM and DMARC of "
                "your domain."
            ),
        ],
    )


def _forgeries(store: Store, settings: Settings, summary: Summary) -> None:
    if not summary.unproven or store.returns.unproven_today() < MANY_UNPROVEN:
        return
    alert(
        store,
        settings,
        "unproven",
        Text("Many bounces that prove nothing"),
        [
            Text(
                "Today {count} bounces or complaints came without anything that only our messages hold. They "
                "changed nothing. Somebody may be trying to have members struck off; or your relay puts its "
                "own address in the place of ours.",
                count=store.returns.unproven_today(),
            )
        ],
    )
