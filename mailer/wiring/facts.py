"""The facts that the gates look at (deliver/gates.py): from settings, database and the site itself."""

from collections.abc import Sequence
from datetime import timedelta

from mailer.addresses import check_domain, split_mailbox
from mailer.deliver.gates import Facts
from mailer.findings import Level
from mailer.model import Edition
from mailer.store.launches import Audience
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.wiring.asking import site_fault, unsubscribe_fault
from mailer.wiring.doors import envelope_sender, is_real
from mailer.wiring.rehearsal import Rehearsal
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from mailer.workspace.guard import privacy_faults

NETWORK = ("site", "unsubscribe")  # asked of the network: not for a send that stays here
_CONSENTED = ("agreement", "employer_permission")  # bases that reach people at work (L2142-6)


def facts_of(
    workspace: Workspace,
    store: Store,
    keys: Keys,
    draft: Draft,
    edition: Edition,
    audience: Audience,
    rehearsal: Rehearsal,
    skipped: Sequence[str],
) -> Facts:
    """All that gates are held against.

    `skipped`: names of gates; of those of `NETWORK`, nothing is asked.
    """
    settings, campaign = workspace.settings, draft.campaign
    assert campaign is not None
    lists = [settings.lists[slug] for slug in campaign.lists]
    whole = [*draft.findings, *workspace.findings, *privacy_faults(workspace.root)]  # as `check` says them
    with store.glance():
        tested, approvers = store.campaigns.trials(draft.slug, edition.digest)
        usual = {slug: store.campaigns.usual_audience(slug) for slug in campaign.lists}
        consented = [one.slug for one in lists if one.legal_basis == "consent" and is_real(settings)]
        unproved = sum(store.consents.unproved(slug) for slug in consented)
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
        unproved=unproved,
        new_lists=tuple((one.slug, one.title) for one in lists if usual[one.slug] is None),
        usual=usual[campaign.lists[0]],
        employer=_at_work(workspace, audience),
        employer_basis=all(one.legal_basis in _CONSENTED for one in lists),
        employer_prefix=bool(settings.sender.subject_prefix),
        held=settings.send.hold > timedelta(0),
    )


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _at_work(workspace: Workspace, audience: Audience) -> int:
    """People at an employer's domain, or one below it."""
    employers = tuple(map(check_domain, workspace.settings.organisation.employer_domains))
    below = tuple(f".{one}" for one in employers)
    return sum(count for domain, count in audience.domains if domain.endswith(below) or domain in employers)
