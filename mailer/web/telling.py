"""A record of somebody, as `mailer subscribers show --json` gives it, in words that people read.

All that the record holds is told: what has no words of its own here is told under the key it has there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailer.moments import moment
from mailer.words import Text

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_KNOWN = "known"  # whoever reads it is
_FILE = "import: "  # what precedes a file's name (wiring/importing.py)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of a record: its title (empty: the first), and entries of (label, value) pairs."""

    title: str
    entries: list[list[tuple[str, str]]]

    @property
    def plain(self) -> list[str]:
        """The values alone, of a chapter whose only label would repeat its title at each of them."""
        if any(len(one) != 1 or one[0][0] != self.title for one in self.entries):
            return []
        return [one[0][1] for one in self.entries]


def told(
    record: Mapping[str, object],
    language: str,
    titles: Mapping[str, str],
    when: Callable[[datetime], str],
) -> list[Chapter]:
    """The chapters of a record, without what is empty. `titles` are those of lists, `when` says moments."""

    def value(key: str, given: object) -> str:
        text = str(given)
        if key == "list":
            return titles.get(text, text)
        if _MOMENT.fullmatch(text):
            return when(moment(text))
        if isinstance(given, bool):
            return (Text("yes") if given else Text("no")).say(language)
        if key == "source" and text.startswith(_FILE):
            return Text("a file we brought in: {name}", name=text.removeprefix(_FILE)).say(language)
        return _said(_WORDS.get(text) if key in _CLOSED else None, text, language)

    def pairs(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        for key, given in entry.items():
            if isinstance(given, Mapping):
                yield from pairs(given)
            elif isinstance(given, list | tuple):
                yield _label(key, language), ", ".join(value(key, one) for one in given)
            elif given not in ("", None):
                yield _label(key, language), value(key, given)

    plain = {
        key: given
        for key, given in record.items()
        if key != _KNOWN and not isinstance(given, Mapping | list | tuple)
    }
    chapters = [Chapter("", [list(pairs(plain))])]
    for key, given in record.items():
        several = given if isinstance(given, list | tuple) else [given] if isinstance(given, Mapping) else []
        entries = [list(pairs(one if isinstance(one, Mapping) else {key: one})) for one in several]
        if any(entries):
            chapters.append(Chapter(_label(key, language), [one for one in entries if one]))
    return chapters


def _label(key: str, language: str) -> str:
    return _said(_LABELS.get(key), key, language)


def _said(text: Text | None, otherwise: str, language: str) -> str:
    return text.say(language) if text is not None else otherwise


_LABELS = {
    "email": Text("address"),
    "since": Text("since"),
    "at": Text("on"),
    "fields": Text("What we know of you"),
    "first_name": Text("first name"),
    "last_name": Text("last name"),
    "language": Text("language"),
    "memberships": Text("Lists"),
    "list": Text("list"),
    "state": Text("standing"),
    "source": Text("where it comes from"),
    "proof": Text("proof"),
    "suppressed": Text("Nothing is sent to you"),
    "reason": Text("reason"),
    "deliveries": Text("Messages sent to you"),
    "returned": Text("What came back of them"),
    "kind": Text("what came back"),
    "status": Text("code"),
    "campaign": Text("message"),
    "consents": Text("What you agreed to"),
    "signups": Text("Waiting for your yes"),
    "until": Text("until"),
    "digest": Text("their print (SHA-256)"),
    "purpose": Text("for what"),
    "text": Text("the words you were shown"),
    "channel": Text("way"),
    "ended_at": Text("ended on"),
    "updated": Text("last changed"),
    "begun": Text("left on"),
    "attempts": Text("attempts"),
    "reply": Text("the mailbox's answer"),
    "outcome": Text("outcome"),
    "answers": Text("Your answers, under your name"),
    "question": Text("question"),
    "value": Text("answer"),
    "notices": Text("Mails to you that wait"),
    "subject": Text("subject"),
    "expires": Text("until"),
    "exports": Text("Lists with you that were written to a file"),
    "people": Text("people on it"),
    "clicks": Text("Links you followed, since you agree"),
    "link": Text("link"),
    "day": Text("on"),
    "not_kept": Text("Not kept of anybody"),
    "ending": Text("how it ended"),
}
_CLOSED = frozenset(
    {"state", "reason", "source", "channel", "ending", "purpose", "outcome", "not_kept", "kind"}
)  # whose words are ours
_WORDS = {
    "subscribed": Text("subscribed"),
    "unsubscribed": Text("unsubscribed"),
    "pending": Text("waiting"),
    "in_flight": Text("leaving now"),
    "sent": Text("sent"),
    "deferred": Text("to be tried again"),
    "refused": Text("refused by the mailbox"),
    "excluded": Text("not sent to you"),
    "unknown": Text("sent or not: nobody knows"),
    "hard": Text("for good"),
    "soft": Text("for now"),
    "sender": Text("by our fault"),
    "complaint": Text("your complaint"),
    "departure": Text("your mail to leave"),
    "objection": Text("on your own wish"),
    "bounced": Text("the mailbox refuses our mails"),
    "complained": Text("you complained to your provider"),
    "erased": Text("erased"),
    "clicks": Text("which links you follow"),
    "openings": Text("whether you open a mail"),
    "ballots": Text("what you answer without a name"),
    "network": Text("the address of your computer"),
    "site": Text("this site"),
    "operator": Text("us, by hand"),
    "page": Text("this site"),
    "cli": Text("us, by hand"),
    "import": Text("a file we brought in"),
    "paper": Text("on paper"),
    "subscription": Text("to receive messages"),
    "tracking": Text("that the links you follow are known"),
}
