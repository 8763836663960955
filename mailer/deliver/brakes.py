"""Brakes: stop before a fault of ours, or of the list, reaches everybody. A function of what was finished.

Counted since the campaign was last told to go on, whoever sends it: what the ledger held then is `before`.
Who says "go on" is asked again after as many people again, so a list that is simply old costs a few answers,
not one for each fifty.
"""

from dataclasses import dataclass

from mailer.delivery import Finished, Kind, Outcome

MOST_UNKNOWN = 20  # P2: more is not bad luck
MOST_CONTENT = 5  # refusals of the content in a row: the next ones would be refused too
MOST_REFUSED = 20  # refusals of recipients in a row: so many at once are the server's answer to all
FEWEST = 50  # finished ones before a part of them means anything (standards.md, F8)
MAILBOXES, FAULTS = 0.05, 0.02  # of the finished: mailboxes refused, refusals that are the sender's fault


@dataclass(slots=True)
class Streak:
    """Refusals in a row, through one way out."""

    refused: int = 0
    content: int = 0


class Brakes:
    """Of one process; made anew from the ledger whenever it takes a campaign up."""

    def __init__(self, finished: Finished | None = None) -> None:
        found = finished or Finished()
        self._people = found.people
        self._mailboxes = found.mailboxes
        self._unknown = found.unknown
        self._faults = 0
        self._enough = max(FEWEST, found.before)

    def judged(self, outcome: Outcome, streak: Streak) -> str:
        """Why to pause after this outcome, or nothing; `streak` is of the lane it came through."""
        kind = outcome.kind
        if kind is Kind.DEFERRED or outcome.reason == "expired":
            return ""
        self._people += 1
        if kind is Kind.SENT:
            streak.content = streak.refused = 0
            return self._proportions()
        if kind is Kind.UNKNOWN:
            self._unknown += 1
            return "unknown" if self._unknown >= MOST_UNKNOWN else ""
        return self._refused(outcome, streak)

    def fault(self) -> str:
        """A refusal that is the sender's fault: it settles nobody. Why to pause after it, or nothing."""
        self._faults += 1
        return "faults" if self._faults > FAULTS * self._people and self._people >= self._enough else ""

    def _refused(self, outcome: Outcome, streak: Streak) -> str:
        streak.refused += 1
        if outcome.reason == "content":
            streak.content += 1
            if streak.content >= MOST_CONTENT:
                return "content"
        if outcome.reason == "mailbox":
            self._mailboxes += 1
        if streak.refused >= MOST_REFUSED:
            return "everybody"
        return self._proportions()

    def _proportions(self) -> str:
        if self._people < self._enough or self._mailboxes <= MAILBOXES * self._people:
            return ""
        return "mailboxes"
