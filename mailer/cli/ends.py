"""How a send ended: what is said, and the exit code."""

from datetime import datetime

from mailer.cli import show
from mailer.cli.times import clock_time
from mailer.deliver.causes import why, words
from mailer.deliver.result import End, Result
from mailer.deliver.troubles import Troubled
from mailer.delivery import Outcome
from mailer.words import Text, plural

DONE, FAILED, LATER, INTERRUPTED = 0, 1, 75, 130


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
            cause = why(result.reason, result.lane)
            show.talk(Text("Paused: {why}{words}.", why=cause, words=words(result.outcome)))
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
