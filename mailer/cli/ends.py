"""How a send ended: what is said, and the exit code."""

from datetime import datetime

from mailer.cli import show
from mailer.cli.times import clock_time
from mailer.deliver.pump import End, Result, Troubled
from mailer.delivery import Outcome
from mailer.words import Text, plural

DONE, FAILED, LATER, INTERRUPTED = 0, 1, 75, 130

# Why the pump paused, and what to do about it.
PAUSES = {
    "sender": Text("the server refuses the sender: check [sender] and your account at the relay"),
    "policy": Text("the server refuses our mail, whoever it is for: ask your relay, and do not insist"),
    "login": Text("the server wants a login, or refuses this one: check the username and the password"),
    "authentication": Text(
        "mail in this sender's name is not trusted: SPF, DKIM, DMARC or the name of the server must be mended"
    ),
    "spam": Text("the server takes this mail for spam: read its words, then change the text or its links"),
    "protocol": Text("the server does not understand what we say: report this with its words"),
    "certificate": Text("the server's certificate is not the one of {host}: nothing was said to it"),
    "no-tls": Text("the server offers no encryption: nothing was said to it"),
    "no-login": Text("the server offers no way to log in that we know"),
    "size": Text("the message is larger than the server takes: make its images lighter"),
    "folder": Text("the folder cannot be written"),
    "content": Text(
        "the content is refused, again and again: read the server's words; change the text, and give it to "
        "who has none yet with 'mailer send FILE --amend', then to these with --retry-refused"
    ),
    "unknown": Text("20 replies were lost: the network or the server is at fault"),
    "everybody": Text(
        "20 people in a row were refused: the server refuses everybody, or the list is not what you think"
    ),
    "mailboxes": Text(
        "more than 5 in 100 addresses are refused: providers take that for spam. Look at who they are "
        "('mailer status'), and whether this is the right list"
    ),
    "practice": Text(
        "it was launched for practice, into a folder or to this machine, and [transport] leads to people "
        "now: put [transport] back, or cancel it and send a copy under another name"
    ),
    "folder-now": Text(
        "it was launched to people, and [transport] writes into a folder now: put [transport] back"
    ),
    "faults": Text("the server refuses our mail again and again, whoever it is for: ask your relay"),
}


def told(result: Result, slug: str, zone: str, now: datetime) -> int:
    """Say it on standard error; the exit code of docs/contract.md."""
    tally = result.tally
    match result.end:
        case End.DONE | End.EXPIRED:
            show.talk(_finished(result))
            return DONE
        case End.LIMIT:
            show.talk(
                plural(
                    "{count} is left: the same command goes on.",
                    "{count} are left: the same command goes on.",
                    count=tally.left,
                )
            )
            return DONE
        case End.LATER:
            return _later(result, zone, now)
        case End.PAUSED:
            why = (
                Text(PAUSES[result.reason].msgid, host=result.lane)
                if result.reason in PAUSES
                else Text("{reason}", reason=result.reason)
            )
            show.talk(Text("Paused: {why}{words}.", why=why, words=words(result.outcome)))
            show.talk(
                plural(
                    "{count} is left. Once it is mended, the same command goes on.",
                    "{count} are left. Once it is mended, the same command goes on.",
                    count=tally.left,
                )
            )
            return FAILED
        case End.HALTED if result.reason == "cancelled":
            show.talk(Text("Cancelled by another command: nobody more is written to."))
            return FAILED
        case End.HALTED:
            show.talk(Text("Paused by another command: mailer resume {slug}", slug=slug))
            return INTERRUPTED
        case End.STOPPED:
            show.talk(
                plural(
                    "Stopped; {count} is left. The same command goes on.",
                    "Stopped; {count} are left. The same command goes on.",
                    count=tally.left,
                )
            )
            return INTERRUPTED


def trouble(several: bool) -> Troubled:
    """What to say when a relay is set aside, and when it works again; `several`: which one."""

    def say_so(name: str, outcome: Outcome | None) -> None:
        if outcome is None:
            show.talk(Text("{relay} works again.", relay=name) if several else Text("Connected again."))
        elif several and outcome.halt:
            show.talk(
                Text(
                    "{relay} refuses our mail{words}: set aside; look into it. The others go on, and it is "
                    "tried again in a quarter of an hour.",
                    relay=name,
                    words=words(outcome),
                )
            )
        elif several:
            show.talk(
                Text(
                    "No connection to {relay}{words}: set aside, and tried again.",
                    relay=name,
                    words=words(outcome),
                )
            )
        else:
            show.talk(Text("No connection{words}: trying again.", words=words(outcome)))

    return say_so


def _finished(result: Result) -> Text:
    tally = result.tally
    return Text(
        "{sent}; {refused} refused, {excluded} excluded, {unknown} unknown.",
        sent=plural("{count} message sent", "{count} messages sent", count=tally.sent),
        refused=tally.refused,
        excluded=tally.excluded,
        unknown=tally.unknown,
    )


def _later(result: Result, zone: str, now: datetime) -> int:
    if result.until is not None:
        moment = clock_time(result.until, zone, now)
        show.talk(
            Text(
                "{deferred} were told to come back later: next attempt {moment}. The same command goes on; "
                "'mailer serve' or 'mailer worker' does by itself.",
                deferred=result.tally.deferred,
                moment=moment,
            )
        )
    else:
        show.talk(
            plural(
                "No connection{words}; {count} is left. The same command goes on.",
                "No connection{words}; {count} are left. The same command goes on.",
                words=words(result.outcome),
                count=result.tally.left,
            )
        )
    return LATER


def words(outcome: Outcome | None) -> Text:
    """The server's own words, if it said any."""
    if outcome is None or not (outcome.text or outcome.code):
        return Text("{nothing}", nothing="")
    code = f"{outcome.code} " if outcome.code else ""
    return Text(" ({code}{text})", code=code, text=outcome.text[:200])
