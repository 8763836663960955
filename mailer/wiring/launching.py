"""From a checked draft to a campaign that is launched: facts, gates, the edition, the audience."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.addresses import check_domain, is_reserved, split_mailbox
from mailer.compose.edition import compile_edition
from mailer.deliver.gates import LARGE, Facts
from mailer.deliver.retry import DEFAULT_EXPIRY
from mailer.errors import FaultsError, MailerError, RefusedError, UsageError
from mailer.findings import Level, has_errors
from mailer.model import Edition
from mailer.store.campaigns import Launched
from mailer.store.driver import RuleError
from mailer.store.launches import Audience, Launch, new_public_id
from mailer.store.store import Store
from mailer.tokens import Keys, Purpose
from mailer.wiring.asking import site_fault, unsubscribe_fault
from mailer.wiring.doors import envelope_sender, is_real
from mailer.wiring.lanes import will_last
from mailer.wiring.rehearsal import Rehearsal, rehearse
from mailer.wiring.witnesses import on_lists
from mailer.words import Text
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from mailer.workspace.guard import privacy_faults
from mailer.workspace.texts import read_text

_FARTHEST = timedelta(days=366)
_CONSENTED = ("agreement", "employer_permission")  # bases that reach people at work (L2142-6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A send as it would be: what is shown before anybody says yes."""

    draft: Draft
    edition: Edition
    audience: Audience
    rehearsal: Rehearsal
    facts: Facts
    real: bool
    starts_at: datetime
    expires_at: datetime
    scheduled: bool
    lasts: float  # seconds, under the limits of [transport], with what has left lately


def plan(
    workspace: Workspace,
    store: Store,
    keys: Keys,
    draft: Draft,
    *,
    now: datetime,
    at: datetime | None,
    skipped: Sequence[str] = (),
) -> Plan:
    """All that is known before a send; nothing is stored.

    Raises FaultsError (the campaign has errors), RefusedError (a sample to real people, nobody to write to).
    """
    campaign, edition = draft.campaign, draft.edition
    if has_errors(draft.findings) or campaign is None or edition is None:
        raise FaultsError(Text("{file} has faults: nothing was sent", file=draft.file), draft.findings)
    audience = _audience(store, campaign.lists)
    real = is_real(workspace.settings)
    if campaign.sample and real:
        _only_reserved(audience)
    if not audience.size:
        raise RefusedError(_nobody(campaign.lists))
    rehearsal = rehearse(store, keys, edition, campaign.lists, now)
    starts_at, expires_at = _span(now, at or campaign.send_at or now, campaign.expires or DEFAULT_EXPIRY)
    return Plan(
        draft=draft,
        edition=edition,
        audience=audience,
        rehearsal=rehearsal,
        facts=_facts(
            workspace, store, keys, draft, edition, audience, rehearsal, skipped if real else _ASKED
        ),
        real=real,
        starts_at=starts_at,
        expires_at=expires_at,
        scheduled=starts_at > now,
        lasts=will_last(
            workspace, store, edition.envelope.sender, audience.size, now, (starts_at - now).total_seconds()
        ),
    )


def _span(now: datetime, wanted: datetime, lasting: timedelta) -> tuple[datetime, datetime]:
    """From its first message to its end; a time that is over is now."""
    begins = max(wanted, now)
    if begins - now > _FARTHEST or lasting > _FARTHEST:
        raise UsageError(Text("a campaign begins within a year, and expires within a year of its beginning"))
    return begins, begins + lasting


_ASKED = ("site", "unsubscribe")  # nothing is asked of the network for a send that stays here


def _audience(store: Store, lists: Sequence[str]) -> Audience:
    """Whom the lists hold: looked at within a transaction that is thrown away."""
    with store.sketch():
        return store.launches.audience(lists)


def _nobody(lists: Sequence[str]) -> Text:
    return Text(
        "nobody is on {lists}: nothing was sent. Bring people in: "
        "mailer subscribers import FILE --list {first}",
        lists=", ".join(lists),
        first=lists[0],
    )


def _only_reserved(audience: Audience) -> None:
    real = [domain for domain, _ in audience.domains if not is_reserved(domain)]
    if real:
        raise RefusedError(
            Text(
                "this campaign is a sample (sample = true) and {domain} may be somebody's: it goes only to "
                "this machine, a folder, or domains reserved for examples",
                domain=real[0],
            )
        )


def _facts(
    workspace: Workspace,
    store: Store,
    keys: Keys,
    draft: Draft,
    edition: Edition,
    audience: Audience,
    rehearsal: Rehearsal,
    skipped: Sequence[str],
) -> Facts:
    settings, campaign = workspace.settings, draft.campaign
    assert campaign is not None
    lists = [settings.lists[slug] for slug in campaign.lists]
    whole = [*draft.findings, *workspace.findings, *privacy_faults(workspace.root)]  # as `check` says them
    with store.glance():
        tested, approvers = store.campaigns.trials(draft.slug, edition.digest)
        usual = {slug: store.campaigns.usual_audience(slug) for slug in campaign.lists}
    site = None if "site" in skipped else site_fault(settings.site.url, store)
    return Facts(
        size=audience.size,
        warnings=sum(finding.level is not Level.INFO for finding in whole),
        unwritable=rehearsal.unwritable,
        text=any(piece.strip() for piece in edition.text[::2]),  # words of its own, not only fields
        site=site,
        unsubscribe=None
        if "unsubscribe" in skipped or site is not None
        else unsubscribe_fault(settings.site.url, keys, campaign.lists[0]),
        sender=_domain_of(split_mailbox(edition.envelope.sender)[1]),
        envelope=_domain_of(envelope_sender(settings)),
        signers=tuple(one.domain for one in settings.dkim),
        tested=tested,
        approvals=len(approvers & set(settings.send.approvers)),
        approvals_wanted=settings.send.approvals,
        without_basis=tuple(one.title for one in lists if not one.legal_basis),
        new_lists=tuple((one.slug, one.title) for one in lists if usual[one.slug] is None),
        usual=usual[campaign.lists[0]],
        employer=_at_work(workspace, audience, [one.legal_basis for one in lists]),
        employer_prefix=bool(settings.sender.subject_prefix),
        held=settings.send.hold > timedelta(0),
    )


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _at_work(workspace: Workspace, audience: Audience, bases: Sequence[str]) -> int:
    """People at an employer's domain whom no agreement or permission covers, or whose mail has no prefix."""
    covered = all(basis in _CONSENTED for basis in bases)
    if covered and workspace.settings.sender.subject_prefix:
        return 0
    employers = tuple(map(check_domain, workspace.settings.organisation.employer_domains))
    return sum(
        count
        for domain, count in audience.domains
        if domain.endswith(tuple(f".{one}" for one in employers)) or domain in employers
    )


def launch(
    workspace: Workspace, store: Store, keys: Keys, planned: Plan, *, hold: bool, now: datetime
) -> Launched:
    """Freeze the edition and the audience; from here on the campaign is the store's."""
    draft, campaign = planned.draft, planned.draft.campaign
    assert campaign is not None
    edition = _compiled(draft, new_public_id())
    pause = workspace.settings.send.hold if hold else timedelta(0)
    held = planned.real and planned.audience.size > LARGE and pause > timedelta(0)
    taken = UsageError(Text("{slug} was launched in this very moment by another command", slug=draft.slug))
    with _told_as(taken), store.together():
        if store.campaigns.by_slug(draft.slug) is not None:
            raise taken
        store.launches.launch(
            Launch(
                slug=draft.slug,
                title=campaign.title or campaign.marks.blank(campaign.subject).strip(),
                edition=edition,
                questionnaire=_questionnaire(workspace, draft),
                message_id_key=keys.current[Purpose.MESSAGE_ID],
                lists=campaign.lists,
                starts_at=planned.starts_at,
                expires_at=planned.expires_at,
                hold_until=planned.starts_at + pause if held else None,
                scheduled=planned.scheduled,
                abroad=planned.real,
                first=on_lists(store, workspace.settings.send.witnesses, campaign.lists)
                if held
                else frozenset(),
            )
        )
    found = store.campaigns.by_slug(draft.slug)
    if found is None:
        raise MailerError(Text("the campaign {slug} could not be stored", slug=draft.slug))
    return found


@contextmanager
def _told_as(fault: UsageError) -> Iterator[None]:
    """Where others write at the same time, it is the schema that sees the second of two launches."""
    try:
        yield
    except RuleError:
        raise fault from None


def _compiled(draft: Draft, public_id: str) -> Edition:
    assert draft.campaign is not None
    assert draft.template is not None
    assert draft.house is not None
    return compile_edition(draft.campaign, draft.template, draft.house, draft.materials, public_id)


def _questionnaire(workspace: Workspace, draft: Draft) -> str:
    """The questionnaire's text, kept with the edition: pages never read the file again."""
    assert draft.campaign is not None
    name = draft.campaign.questionnaire_file
    if not name:
        return ""
    file = f"campaigns/{draft.slug}/{name}"
    text, findings = read_text(workspace.root / file, file)
    if text is None:
        raise FaultsError(Text("{file} has faults: nothing was sent", file=file), findings)
    return text
