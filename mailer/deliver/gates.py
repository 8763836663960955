"""The gates before a real send: one table, each a question about facts, with its cure.

A gate is closed for mail that leaves this machine; on loopback or into a folder it only warns. Each can be
skipped by its name, except what `sample` says, which is a promise of the file itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mailer.words import Text, plural

LARGE = 200  # people: above, a campaign is tested, and held after its first ones
_MORE, _LESS = 1.5, 0.5  # of the usual number: something may have gone wrong with the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known before a send; gathered by wiring, which alone can ask."""

    size: int  # people who would be written to
    warnings: int  # of `check`
    unwritable: int  # people for whom it cannot be written, as it was tried for one of each kind
    text: bool  # the mail has a text part
    site: Text | None  # what is wrong with the site; None: nothing, or there is none by choice
    unsubscribe: Text | None  # what is wrong with the way out of the list
    tested: bool
    approvals: int
    approvals_wanted: int
    without_basis: tuple[str, ...]  # lists
    unproved: int  # people of lists of consent of whom nothing says that they gave it
    new_lists: tuple[tuple[str, str], ...]  # slug and title of those never really written to
    usual: int | None  # people of the last campaign to the first list
    sender: str  # the domain of From
    envelope: str  # that of MAIL FROM, which SPF is asked about
    signers: tuple[str, ...]  # the domains in whose names we sign; none: the relay signs, or nobody
    employer: int  # people at an employer's domain
    employer_basis: bool  # an agreement or permission covers every list
    employer_prefix: bool  # the subject is marked as the union's
    held: bool  # a pause follows the first ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A gate that is closed."""

    name: str
    message: Text
    cure: Text


Gate = Callable[[Facts], tuple[Text, Text] | None]


def _check(facts: Facts) -> tuple[Text, Text] | None:
    if facts.unwritable:
        return (
            plural(
                "the mail cannot be written for {count} person",
                "the mail cannot be written for {count} people",
                count=facts.unwritable,
            ),
            Text("mend the text or these people's fields; passed over, the gate sets them aside"),
        )
    if not facts.warnings:
        return None
    return (
        plural("the check has {count} warning", "the check has {count} warnings", count=facts.warnings),
        Text("mend them: 'mailer check' shows each with its cure"),
    )


def _unsubscribe(facts: Facts) -> tuple[Text, Text] | None:
    if facts.unsubscribe is None:
        return None
    return facts.unsubscribe, Text("start the site ('mailer serve') and try again")


def _site(facts: Facts) -> tuple[Text, Text] | None:
    if facts.site is None:
        return None
    return facts.site, Text('put the site on the network over https, or write url = "" under [site]')


def _text(facts: Facts) -> tuple[Text, Text] | None:
    if facts.text:
        return None
    return Text("the mail has no text part"), Text("give the template a layout.txt that prints the tracts")


def _tested(facts: Facts) -> tuple[Text, Text] | None:
    if facts.tested or facts.size <= LARGE:
        return None
    return (
        Text("this text has not been tested since it was last changed"),
        Text("send it to yourself first: mailer test FILE --to EMAIL"),
    )


def _basis(facts: Facts) -> tuple[Text, Text] | None:
    if not facts.without_basis:
        return None
    return (
        Text("nothing says why the law lets you write to {lists}", lists=", ".join(facts.without_basis)),
        Text("write legal_basis under [lists.…] in mailer.toml"),
    )


def _first_use(facts: Facts) -> tuple[Text, Text] | None:
    if not facts.new_lists:
        return None
    return (
        Text("{lists} has never been written to", lists=", ".join(title for _, title in facts.new_lists)),
        Text(
            "make sure these are the right people: mailer subscribers export --list {list}",
            list=facts.new_lists[0][0],
        ),
    )


def _usual_size(facts: Facts) -> tuple[Text, Text] | None:
    if facts.usual is None or _LESS * facts.usual <= facts.size <= _MORE * facts.usual:
        return None
    return (
        Text("{size} people, where the last campaign had {usual}", size=facts.size, usual=facts.usual),
        Text("look whether somebody has changed the list"),
    )


def _aligned(facts: Facts) -> tuple[Text, Text] | None:
    """DMARC passes when a signature, or SPF, passes in the name of From (RFC 9989).

    One of ours is enough. Without any, what the relay signs cannot be known from here: SPF alone is sure.
    """
    if any(_same_house(one, facts.sender) for one in facts.signers):
        return None
    if facts.signers:
        return (
            Text(
                "no signature is in the name of {sender}, which the mail says it comes from ({signers})",
                sender=facts.sender,
                signers=", ".join(facts.signers),
            ),
            Text(
                "write domain = {domain} under [[dkim]], with a key whose record is in the DNS of {sender}",
                domain=f'"{facts.sender}"',
                sender=facts.sender,
            ),
        )
    if _same_house(facts.envelope, facts.sender):
        return None
    return (
        Text(
            "the mail says it comes from {sender}, and is sent in the name of {envelope}: if your relay does "
            "not sign for {sender}, it will be taken for a forgery",
            sender=facts.sender,
            envelope=facts.envelope,
        ),
        Text(
            "take [sender].envelope or the address of [bounces] in {sender}, or sign: mailer dkim new; if "
            "you know that the relay signs for {sender}, --skip aligned",
            sender=facts.sender,
        ),
    )


def _same_house(one: str, other: str) -> bool:
    """Aligned, relaxed (RFC 9989, 4.10), as far as one can say without asking the DNS where a house ends."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _consent(facts: Facts) -> tuple[Text, Text] | None:
    """Who relies on consent must be able to show it (GDPR, article 7(1))."""
    if not facts.unproved:
        return None
    message = plural(
        "nothing says that {count} person agreed to receive it",
        "nothing says that {count} people agreed to receive it",
        count=facts.unproved,
    )
    return message, Text(
        "import them again with --proof, which says how they agreed and when; or let them sign up on the "
        "site; or correct legal_basis"
    )


def _work_addresses(facts: Facts) -> tuple[Text, Text] | None:
    """Code du travail, L2142-6: the cure names what is missing, and nothing else."""
    if not facts.employer or (facts.employer_basis and facts.employer_prefix):
        return None
    message = plural(
        "{count} person would receive it at work", "{count} would receive it at work", count=facts.employer
    )
    if facts.employer_basis:
        return message, Text("mark the subject as the union's: write subject_prefix under [sender]")
    if facts.employer_prefix:
        return message, Text(
            "the law asks for an agreement or the employer's permission: write legal_basis and legal_ref of "
            "each list"
        )
    return message, Text(
        "the law asks for an agreement or the employer's permission: write legal_basis and legal_ref of "
        "each list, and subject_prefix under [sender]"
    )


def _approved(facts: Facts) -> tuple[Text, Text] | None:
    if facts.approvals >= facts.approvals_wanted:
        return None
    return (
        Text("{count} of {wanted} approvals", count=facts.approvals, wanted=facts.approvals_wanted),
        Text("an approver says yes with: mailer test FILE --to EMAIL --approve"),
    )


def _hold(facts: Facts) -> tuple[Text, Text] | None:
    """Closed only for who sets `hold = "0m"` and writes to many: nobody could stop a mistake."""
    if facts.held or facts.size <= LARGE:
        return None
    return (
        Text("there is no pause after the first messages"),
        Text('write hold = "10m" under [send]: time to look and to cancel'),
    )


GATES: dict[str, Gate] = {
    "check": _check,
    "unsubscribe": _unsubscribe,
    "site": _site,
    "text": _text,
    "aligned": _aligned,
    "tested": _tested,
    "basis": _basis,
    "consent": _consent,
    "first-use": _first_use,
    "usual-size": _usual_size,
    "work-addresses": _work_addresses,
    "approved": _approved,
    "hold": _hold,
}


def closed(facts: Facts, skipped: Iterable[str]) -> list[Closed]:
    """The gates that are closed, those of `skipped` left out, in the table's order."""
    skip = frozenset(skipped)
    found = []
    for name, gate in GATES.items():
        if name not in skip and (said := gate(facts)) is not None:
            found.append(Closed(name=name, message=said[0], cure=said[1]))
    return found
