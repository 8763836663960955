"""What a look at returned mail came to: for machines, and for people with what is theirs to do."""

import shlex

from mailer.cli import show
from mailer.cli.bounces.words import KINDS, REASONS
from mailer.cli.speech import say
from mailer.listen.returns import Class
from mailer.wiring.returning import Summary, Unproven, Wish
from mailer.words import Text, plural

NOTHING = "nothing"


def as_json(found: Summary) -> dict[str, object]:
    """Keys are the contract's (docs/contract.md)."""
    kinds = found.kinds
    return {
        "found": found.found,
        "known": found.known,
        **{kind.value: kinds[kind.value] for kind in Class},
        NOTHING: kinds[NOTHING],
        "bounced": found.suppressed["bounced"],
        "complained": found.suppressed["complained"],
        "faults": [{"reason": reason, "mails": mails} for reason, mails in found.faults.most_common()],
        "paused": list(found.paused),
        "to_look_at": [
            {
                "letter": one.letter,
                "kind": one.kind,
                "address": one.address,
                "status": one.status,
                "reason": one.reason,
            }
            for one in found.unproven
        ],
        "wishes": [
            {"letter": one.letter, "email": one.email, "words": one.words, "command": command(one)}
            for one in found.wishes
        ],
        "complete": not found.broken_off,
    }


def command(wish: Wish) -> str:
    """The line that does it, ready for a shell; empty when the address cannot be read."""
    return f"mailer subscribers unsubscribe {shlex.quote(wish.email)} --all" if wish.email else ""


def tell(found: Summary) -> None:
    """The same as lines."""
    show.data(say(plural("{count} mail read", "{count} mails read", count=found.found)))
    for count, line in _lines(found):
        if count:
            show.data(f"  {count} " + say(line))
    for reason, mails in found.faults.most_common():
        show.data("    " + say(Text("{label}: {value}", label=REASONS[reason], value=str(mails))))
    for slug in found.paused:
        show.talk(Text("{slug} is paused: too much of it comes back. 'mailer report {slug}'", slug=slug))
    if found.unproven:
        show.talk(
            Text("Nothing in these proves that they are about a message of ours; they changed nothing:")
        )
        for one in found.unproven:
            show.data("  " + _unproven(one))
    if found.wishes:
        show.talk(Text("These people write that they want to leave; nothing was done. If it is right:"))
        for wish in found.wishes:
            show.data("  " + say(Text("{letter}: “{words}”", letter=wish.letter, words=wish.words)))
            show.data("    " + (command(wish) or say(Text("their address cannot be read"))))


def _lines(found: Summary) -> list[tuple[int, Text]]:
    kinds = found.kinds
    return [
        (kinds[Class.HARD.value], Text("came back for good")),
        (kinds[Class.SOFT.value], Text("came back for now")),
        (found.suppressed["bounced"], Text("addresses are given up: nothing more is sent to them")),
        (kinds[Class.COMPLAINT.value], Text("complaints: nothing more is sent to these people")),
        (kinds[Class.DEPARTURE.value], Text("left by mail")),
        (kinds[Class.SENDER.value], Text("came back by our fault or our relay's: nobody is counted for it")),
        (kinds[Class.UNPROVEN.value], Text("prove nothing")),
        (kinds[NOTHING], Text("say nothing that changes anything")),
        (found.known, Text("were read before")),
    ]


def _unproven(one: Unproven) -> str:
    kind, reason = say(KINDS[one.kind]), say(REASONS[one.reason]) if one.reason else ""
    return "  ".join(filter(None, (one.letter, kind, one.address, one.status, reason)))
