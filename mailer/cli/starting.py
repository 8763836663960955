"""A campaign that begins or goes on: its plan and its yes, or the text it was launched with."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli import show
from mailer.errors import RefusedError, UsageError
from mailer.words import Text

if TYPE_CHECKING:
    from mailer.store.campaigns import Launched
    from mailer.store.store import Store
    from mailer.tokens.keys import Keys
    from mailer.wiring.planning import Plan
    from mailer.wiring.reminding import Reminder
    from mailer.workspace.drafts import Draft
    from mailer.workspace.folder import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `send` was asked, and where."""

    workspace: "Workspace"
    store: "Store"
    path: Path
    at: str | None
    skipped: tuple[str, ...]
    yes: bool
    reminds: str | None = None  # only those who have not answered this campaign's questionnaire

    @property
    def zone(self) -> str:
        """The organisation's time zone."""
        return self.workspace.settings.organisation.timezone

    @property
    def hold(self) -> bool:
        """Whether many people are written to in two steps."""
        return "hold" not in self.skipped


def show_plan(request: Request) -> int:
    """What would be sent, and what keeps it from being sent."""
    from mailer.cli import confirm

    confirm.pass_gates(_plan(request), request.skipped)
    show.talk(Text("Nothing was sent: this was a dry run."))
    return 0


def launched(request: Request) -> "Launched":
    """Shown, confirmed, and frozen."""
    from mailer.cli import confirm
    from mailer.wiring.doors import keys_of, now
    from mailer.wiring.freezing import launch

    planned = _plan(request)
    confirm.pass_gates(planned, request.skipped)
    confirm.confirm(planned.audience.size, yes=request.yes)
    keys = keys_of(request.workspace)
    return launch(request.workspace, request.store, keys, planned, hold=request.hold, now=now())


def _plan(request: Request) -> "Plan":
    from mailer.cli import confirm
    from mailer.wiring.doors import keys_of, now
    from mailer.wiring.drafting import draft_of
    from mailer.wiring.planning import plan

    workspace, store = request.workspace, request.store
    keys, draft = keys_of(workspace), draft_of(workspace, request.path, store)
    planned = plan(
        workspace,
        store,
        keys,
        draft,
        now=now(),
        at=_moment(request.at, request.zone),
        skipped=request.skipped,
        reminder=_reminder(request, keys, draft),
    )
    confirm.in_time(planned)
    for line in confirm.summary(planned, workspace.settings, now()):
        show.talk(line)
    show.findings(confirm.rehearsed(planned), err=True)
    return planned


def _reminder(request: Request, keys: "Keys", draft: "Draft") -> "Reminder | None":
    """Who is written to in a reminder, whose own text must lead to what it reminds of."""
    from mailer.wiring.planning import sound
    from mailer.wiring.reminding import leads_there, reminder_of

    if request.reminds is None:
        return None
    leads_there(sound(draft)[0], request.reminds)
    return reminder_of(request.workspace, request.store, keys, request.reminds)


def unchanged(request: Request, campaign: "Launched") -> None:
    """What was frozen at launch goes on: say so rather than send another text, or at another time."""
    from mailer.wiring.drafting import draft_of

    _same_reminder(request, campaign)
    if request.at is not None and _time(request.at, request.zone) != campaign.starts_at:
        raise UsageError(
            Text(
                "{slug} is launched already, for another time: 'mailer cancel {slug}' and send a copy under "
                "another name, or leave --at out",
                slug=campaign.slug,
            )
        )
    draft = draft_of(request.workspace, request.path, request.store)
    digest = draft.campaign.digest if draft.campaign else None
    if digest != request.store.campaigns.edition_digest(campaign.public_id):
        raise RefusedError(_changed(draft.file, campaign))


def _same_reminder(request: Request, campaign: "Launched") -> None:
    if request.reminds is None:
        return
    asked = request.store.campaigns.by_slug(request.reminds)
    if asked is None or asked.public_id != campaign.reminds:
        raise UsageError(
            Text(
                "{slug} is launched already, to other people: leave --only-unanswered out to go on with it, "
                "or send a copy under another name",
                slug=campaign.slug,
            )
        )


def _changed(file: str, campaign: "Launched") -> Text:
    if campaign.status == "finished":
        return Text(
            "{file} has changed since it was launched, and {slug} goes on with the text it had: put that "
            "text back, or send the new one under another name",
            file=file,
            slug=campaign.slug,
        )
    return Text(
        "{file} has changed since it was launched, and {slug} goes on with the text it had: put that "
        "text back; or 'mailer pause {slug}', then 'mailer send {slug} --amend' gives the new text to who "
        "has none yet; or 'mailer cancel {slug}' and send the new one under another name",
        file=file,
        slug=campaign.slug,
    )


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
