"""`mailer test`: the real mail, marked [TEST], to oneself."""

import click

from mailer.cli import show
from mailer.cli.speech import say
from mailer.words import Text


@click.command(
    "test",
    short_help=say(Text("Send a campaign to yourself, marked [TEST].")),
    help=say(
        Text(
            "Send the campaign FILE, marked [TEST], in the name of a person who does not exist: its links "
            "act on nobody."
        )
    ),
)
@click.argument("name", metavar="FILE")
@click.option(
    "--to",
    "to",
    metavar="EMAIL",
    multiple=True,
    help=say(Text("Who receives it; those of [send].test_to if not given.")),
)
@click.option("--as", "email", metavar="EMAIL", help=say(Text("Whose fields it shows, found in its lists.")))
@click.option("--approve", is_flag=True, help=say(Text("Approve it in the name of --to, an approver.")))
def command(name: str, to: tuple[str, ...], email: str | None, approve: bool) -> int:
    """Exit 1 when a message did not leave."""
    from mailer.cli.interrupts import run
    from mailer.deliver.causes import words
    from mailer.delivery import Kind
    from mailer.wiring import trying
    from mailer.wiring.doors import keys_of, sign_of, store_of
    from mailer.wiring.drafting import draft_of, person_of
    from mailer.wiring.lanes import first_way
    from mailer.workspace.folder import find_campaign, workspace_of

    workspace = workspace_of(name)
    store = store_of(workspace)
    try:
        draft = draft_of(workspace, find_campaign(workspace.root, name), store)
        addresses = _addresses(to or workspace.settings.send.test_to)
        approving = trying.approvers(workspace, addresses) if approve else []
        person = None
        if email is not None and draft.campaign is not None:
            person = person_of(store, _addresses([email])[0], draft.campaign.lists)
            if person is None:
                show.talk(
                    Text(
                        "Nobody has the address {email} in its lists: an invented person's fields are shown.",
                        email=email,
                    )
                )
        sender = draft.edition.envelope.sender if draft.edition else workspace.settings.sender.mailbox
        first, sign = first_way(workspace, sender), sign_of(workspace)
        sent = run(
            trying.send_test(draft, keys_of(workspace), first.way, addresses, person, sign), lambda: None
        )
        approved = trying.record(store, draft, sent, approving)
    finally:
        store.close()
    show.findings(draft.findings, err=True)
    subjects = len(draft.campaign.subjects) if draft.campaign else 1
    if subjects > 1:
        show.talk(Text("{count} subjects: each address is sent one mail for each.", count=subjects))
    for address, outcome in sent:
        if outcome.kind is Kind.SENT:
            if len(workspace.settings.transport.relays) > 1:
                show.talk(Text("Sent to {address} through {relay}.", address=address, relay=first.name))
            else:
                show.talk(Text("Sent to {address}.", address=address))
        else:
            show.talk(Text("Not sent to {address}{words}.", address=address, words=words(outcome)))
    for approver in approved:
        show.talk(Text("Approved by {approver}, as it is now.", approver=approver))
    done = len(sent) == len(addresses) * subjects and all(outcome.kind is Kind.SENT for _, outcome in sent)
    return 0 if done else 1


def _addresses(given: "tuple[str, ...] | list[str]") -> list[str]:
    from mailer.addresses import AddressError, check_address
    from mailer.errors import UsageError

    if not given:
        raise UsageError(Text("nobody to send it to: add --to EMAIL, or test_to under [send]"))
    found = []
    for one in given:
        try:
            found.append(check_address(one))
        except AddressError as fault:
            raise UsageError(Text("'{email}': {reason}", email=one, reason=fault.message)) from None
    return found
