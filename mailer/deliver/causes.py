"""How a run ended and why a campaign is paused, in words: for terminals, logs, and mails to operators.

Whatever a server said may hold a member's address: it is taken out before anybody writes it down.
"""

import re
from typing import TYPE_CHECKING

from mailer.deliver.network import cause
from mailer.delivery import Outcome
from mailer.words import Text

if TYPE_CHECKING:  # asyncio, which `status` need not wait for
    from mailer.deliver.result import Result

# Why somebody must act, and what to do about it.
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
    "complaints": Text(
        "more than 3 in 1,000 people call it junk: look at who is on the list, and at the text, before "
        "anybody else has it"
    ),
    "missed": Text("its hour passed by more than an hour while nothing that sends was running"),
    "operator": Text("somebody asked for it"),
}
# Of a run, by the values of `pump.End`.
ENDS = {
    "done": Text("done"),
    "later": Text("later"),
    "paused": Text("paused"),
    "halted": Text("halted by another command"),
    "stopped": Text("stopped"),
    "expired": Text("its time is over"),
    "limit": Text("as many as were asked for"),
}
_ADDRESS = re.compile(r"""[^\s<>()\[\]"',;:]+@[^\s<>()\[\]"',;:]+""")
_MOST = 200  # characters of a server's words


def why(reason: str, lane: str = "") -> Text:
    """The sentence of a pause's reason; of one that has none, the word. `lane`: the server it is about."""
    known = PAUSES.get(reason)
    return Text("{reason}", reason=reason) if known is None else Text(known.msgid, host=lane or "[transport]")


def words(outcome: Outcome | None) -> Text:
    """The server's own words, if it said any, without anybody's address."""
    if outcome is None or not (outcome.text or outcome.code):
        return Text("{nothing}", nothing="")
    if not outcome.code and (found := cause(outcome.text)) is not None:
        return Text(" ({code}{text})", code="", text=found)
    code = f"{outcome.code} " if outcome.code else ""
    text = nameless(outcome.text)[:_MOST]
    if outcome.reason == "garbage":
        return Text(" (an answer that makes no sense: {code}{text})", code=code, text=text)
    return Text(" ({code}{text})", code=code, text=text)


def nameless(text: str) -> str:
    """A server's words, `…` in the place of each mail address."""
    return _ADDRESS.sub("…", text)


def brief(slug: str, result: "Result") -> Text:
    """One line for the log of who carries campaigns: its end, and why if somebody must act."""
    count = {"slug": slug, "sent": result.tally.sent, "left": result.tally.left}
    if result.end == "paused":
        return Text(
            "{slug}: paused, {sent} sent, {left} left: {why}{words}",
            why=why(result.reason, result.lane),
            words=words(result.outcome),
            **count,
        )
    return Text("{slug}: {end}, {sent} sent, {left} left", end=ENDS[result.end], **count)
