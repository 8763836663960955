"""What is shown before a real send, and the yes that it needs."""

import sys
from collections.abc import Sequence
from datetime import datetime

from mailer.cli import show
from mailer.cli.agreeing import typed
from mailer.cli.times import clock_time
from mailer.deliver.gates import GATES, Closed, closed
from mailer.errors import RefusedError, UsageError
from mailer.findings import Finding, Place, error, warning
from mailer.settings import Settings
from mailer.wiring.planning import Plan
from mailer.wiring.rehearsal import Failure
from mailer.words import Text, plural

_SHOWN_DOMAINS = 5
_SHOWN_FAILURES = 20
_GUESS_PER_CONNECTION = 5.0  # messages a second, until the server has shown its own


def summary(plan: Plan, settings: Settings, now: datetime) -> list[Text]:
    """Who writes what to whom, and until when."""
    audience = plan.audience
    domains = ", ".join(f"{domain} {count}" for domain, count in audience.domains[:_SHOWN_DOMAINS])
    return [
        *letterhead(plan, settings),
        Text("Mostly:  {domains}", domains=domains),
        Text(
            "{people}; {suppressed} suppressed, {departed} have left",
            people=plural("{count} person", "{count} people", count=audience.size),
            suppressed=audience.suppressed,
            departed=audience.departed,
        ),
        *_reminded(plan),
        *_overlaps(plan),
        *times(plan, settings, now),
    ]


def _reminded(plan: Plan) -> list[Text]:
    if plan.reminder is None:
        return []
    return [Text("Only those of them who have not answered; how many is told once it is sent.")]


def _overlaps(plan: Plan) -> list[Text]:
    """Who is on several of the lists, and who is left out by what."""
    audience, lines = plan.audience, []
    if audience.shared:
        lines.append(
            plural(
                "{count} of them is on several of these lists: one message",
                "{count} of them are on several of these lists: one message each",
                count=audience.shared,
            )
        )
    if audience.left_out:
        names = ", ".join(f"{name} {people}" for name, people in audience.left_out_by)
        lines.append(
            plural(
                "{count} person of these lists is excluded{names}",
                "{count} people of these lists are excluded{names}",
                count=audience.left_out,
                names=f" ({names})" if names else "",
            )
        )
    return lines


def letterhead(plan: Plan, settings: Settings) -> list[Text]:
    """To whom, from whom, what."""
    campaign = plan.draft.campaign
    assert campaign is not None
    titles = ", ".join(settings.lists[slug].title for slug in campaign.lists)
    return [
        Text("To:      {titles}", titles=titles),
        *([Text("Only:    {segment}", segment=campaign.segment)] if campaign.segment else []),
        Text("From:    {sender}", sender=plan.edition.envelope.sender),
        *(
            Text("Subject: {subject}", subject=campaign.marks.blank(subject).strip())
            for subject in campaign.subjects
        ),
    ]


def times(plan: Plan, settings: Settings, now: datetime) -> list[Text]:
    """When it begins, if not now, and until when it lasts, if it does."""
    lines, zone = [], settings.organisation.timezone
    if plan.scheduled:
        lines.append(Text("Begins {moment}.", moment=clock_time(plan.starts_at, zone, now)))
    seconds = duration(plan, settings)
    if seconds >= 60:
        end = datetime.fromtimestamp(plan.starts_at.timestamp() + seconds, tz=now.tzinfo)
        lines.append(Text("It lasts until {moment}.", moment=clock_time(end, zone, now)))
    return lines


def duration(plan: Plan, settings: Settings) -> float:
    """Seconds a send takes under all limits, guessed before the server has shown how fast it is."""
    ways = settings.transport.relays or (settings.transport,)
    speed = _GUESS_PER_CONNECTION * sum(way.connections for way in ways)
    return max(plan.lasts, plan.audience.size / speed)


def rehearsed(plan: Plan) -> list[Finding]:
    """For whom the mail cannot be written, the most people first: one line for each kind of them."""
    failures = sorted(plan.rehearsal.failures, key=lambda one: -one.people)
    return [_unwritable(plan, one) for one in failures[:_SHOWN_FAILURES]]


def _unwritable(plan: Plan, failure: Failure) -> Finding:
    message = plural(
        "{count} person such as {email}{empty}: {reason}",
        "{count} people such as {email}{empty}: {reason}",
        count=failure.people,
        email=failure.email,
        empty=Text(" (without {fields})", fields=", ".join(failure.empty)) if failure.empty else "",
        reason=failure.reason,
    )
    cure = Text(
        "see their mail: mailer render {slug} --for {email}", slug=plan.draft.slug, email=failure.email
    )
    return warning("unwritable", Place(plan.draft.file), message, cure)


def in_time(plan: Plan) -> None:
    """Refuse a send that the limits would not let end before it expires."""
    allowed = (plan.expires_at - plan.starts_at).total_seconds()
    if plan.lasts >= allowed:
        raise RefusedError(
            Text(
                "under the limits of [transport] this would last beyond its end ({hours} h): "
                'write a longer expires = "…" in the campaign, or raise the limits if your relay allows it',
                hours=round(allowed / 3600),
            )
        )


def pass_gates(plan: Plan, skipped: Sequence[str]) -> None:
    """Closed gates stop mail that leaves this machine; otherwise they only warn."""
    unknown = [name for name in skipped if name not in GATES]
    if unknown:
        raise UsageError(Text("there is no gate '{name}': {gates}", name=unknown[0], gates=", ".join(GATES)))
    found = closed(plan.facts, skipped)
    if not found:
        return
    findings = [_finding(plan, gate) for gate in found]
    if plan.real:
        raise RefusedError(
            Text(
                "not sent; to do it all the same: {flags}",
                flags=" ".join(f"--skip {gate.name}" for gate in found),
            ),
            findings,
        )
    show.findings(findings, err=True)


def _finding(plan: Plan, gate: Closed) -> Finding:
    made = error if plan.real else warning
    message = Text("[{gate}] {message}", gate=gate.name, message=gate.message)
    return made("gate", Place(plan.draft.file), message, gate.cure)


def confirm(count: int, *, yes: bool) -> None:
    """The number of people, typed; `--yes` answers for who has no terminal."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(Text("nobody is there to confirm: add --yes to send to {count}", count=count))
    answer = typed(
        plural(
            "Type {count} to send to {count} person",
            "Type {count} to send to {count} people",
            count=count,
        )
    )
    if answer.strip().replace("\u00a0", "").replace(" ", "") != str(count):
        raise RefusedError(Text("not confirmed: nothing was sent"))
