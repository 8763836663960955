"""A test: the real mail, marked, to whoever asks for it, in the name of a person who does not exist.

Its links act on nobody: the unsubscribe token is that of subscriber 0, and the addresses of a draft answer
"this is a test". Its images travel inside, since a draft's are on no site.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from mailer.addresses import address_key
from mailer.compose.edition import compile_edition
from mailer.compose.external import fields_of
from mailer.compose.message import MessageWriter
from mailer.compose.subjects import each
from mailer.deliver.ports import Sign, Way
from mailer.delivery import Kind, Outcome
from mailer.errors import FaultsError, UsageError
from mailer.findings import has_errors
from mailer.model import DRAFT_ID, Edition, Message, Recipient, unmarked
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.wiring.doors import now
from mailer.words import Text
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from mailer.workspace.rendering import nobody

MARK = "[TEST] "


def test_editions(draft: Draft) -> list[Edition]:
    """The draft as it would be sent under each of its subjects, marked, its images inside.

    Raises FaultsError when it has errors.
    """
    if has_errors(draft.findings) or draft.campaign is None or draft.template is None or draft.house is None:
        raise FaultsError(Text("{file} has faults: nothing was sent", file=draft.file), draft.findings)
    campaign = replace(draft.campaign, images="cid")
    edition = compile_edition(campaign, draft.template, draft.house, draft.materials, DRAFT_ID)
    return [marked(one) for one in each(edition)]


def marked(edition: Edition) -> Edition:
    """An edition whose subject says that it is a test."""
    first, *rest = edition.subject
    return replace(edition, subject=(MARK + first, *rest))


async def send_test(
    draft: Draft,
    keys: Keys,
    way: Way,
    to: Sequence[str],
    person: Recipient | None,
    sign: Sign | None,
) -> list[tuple[str, Outcome]]:
    """One message to each address of `to` under each subject, in this order; `person` lends its fields, the
    fictitious one's otherwise."""
    writers = [MessageWriter(one, keys) for one in test_editions(draft)]
    done: list[tuple[str, Outcome]] = []
    opened = await way.open()
    if isinstance(opened, Outcome):
        return [(address, opened) for address, _ in product(to, writers)]
    try:
        for address, writer in product(to, writers):
            recipient = _recipient(draft, address, person)
            message = await finished(writer.write(recipient, now()), sign)
            outcome = await opened.send(message, unmarked(message))
            done.append((address, outcome))
            if outcome.lost:
                break
    finally:
        await opened.close()
    return done


def by_itself(message: Message) -> Message:
    """With a Message-ID of its own: a mailbox shows the same one only once, and one tests again and again."""
    domain = message.message_id.partition("@")[2]
    own = f"<{secrets.token_hex(16)}@{domain}"
    header = message.header.replace(message.message_id.encode(), own.encode())
    return replace(message, message_id=own, header=header)


async def finished(message: Message, sign: Sign | None) -> Message:
    """By itself, then signed as any mail of ours: what one tests is what members will have."""
    own = by_itself(message)
    return own if sign is None else await sign(own)


def _recipient(draft: Draft, address: str, person: Recipient | None) -> Recipient:
    """Subscriber 0, whoever lends the fields: no link of a test is anybody's."""
    fictitious = nobody(draft, address)
    if person is None:
        return fictitious
    # Whoever tests must not answer a questionnaire in that person's name.
    assert draft.edition is not None
    own = {name: fictitious.fields.get(name, "") for name in fields_of(draft.edition.questionnaire)}
    return replace(fictitious, list=person.list, fields={**person.fields, "email": address, **own})


def approvers(workspace: Workspace, to: Sequence[str]) -> list[str]:
    """Those of `to` who may approve; UsageError when there is none."""
    allowed = {address_key(one): one for one in workspace.settings.send.approvers}
    found = [allowed[address_key(one)] for one in to if address_key(one) in allowed]
    if not found:
        raise UsageError(
            Text("none of these addresses may approve: [send].approvers in mailer.toml names who may")
        )
    return found


def record(
    store: Store, draft: Draft, sent: Sequence[tuple[str, Outcome]], approving: Sequence[str]
) -> list[str]:
    """Remember that this very text was tested, and who approved it: those of `approving` who were sent it."""
    assert draft.edition is not None
    times = Counter(address_key(address) for address, outcome in sent if outcome.kind is Kind.SENT)
    reached = {address for address, count in times.items() if count >= len(each(draft.edition))}
    if not reached:
        return []
    approved = [one for one in approving if address_key(one) in reached]
    with store.together():
        store.campaigns.tried(draft.slug, draft.edition.digest)
        for approver in approved:
            store.campaigns.tried(draft.slug, draft.edition.digest, approver)
    return approved
