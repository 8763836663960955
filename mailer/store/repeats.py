"""What an operator may ask again: people whose reply was lost, people who were refused."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailer.delivery import State
from mailer.store.driver import Driver, Row
from mailer.store.launches import SLICE

_CODE = re.compile(r"[45]\d{0,2}|[45]\.\d{1,3}(?:\.\d{1,3})?", re.ASCII)
_PERMANENT = 500  # and above: 5yz (RFC 5321, 4.2.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Which replies: reply codes from `low` to `high`, or an enhanced code and all below it."""

    low: int = 0
    high: int = 999
    enhanced: str = "-"  # a code that no reply has

    def as_values(self) -> dict[str, object]:
        """As the queries name them."""
        return {
            "low": self.low,
            "high": self.high,
            "enhanced": self.enhanced,
            "below": f"{self.enhanced}.%",
        }


ANY = Replies()


def replies_like(typed: str) -> Replies | None:
    """`550`, `55`, `5`, `5.7`, `5.7.1`: the replies that begin so. None: `typed` begins none."""
    if not _CODE.fullmatch(typed):
        return None
    if "." in typed:
        return Replies(low=1, high=0, enhanced=typed)
    missing = 3 - len(typed)
    return Replies(low=int(typed + "0" * missing), high=int(typed + "9" * missing))


class Repeats:
    """The verbs; those that change run within the caller's transaction."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def refused(self, campaign: str, replies: Replies = ANY) -> list[tuple[int, str, str, int]]:
        """Who was refused with such a reply: (code, enhanced code, reason, people), the most first."""
        rows = self._driver.rows("refused_codes", campaign=campaign, **replies.as_values())
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def unknown_again(self, campaign: str) -> int:
        """Those whose reply was lost are to be written to once more; how many they are.

        With the same text and the same Message-ID (P3): whoever has it may see that it is the same.
        """
        return self._again(campaign, State.UNKNOWN, ANY)

    def refused_again(self, campaign: str, replies: Replies = ANY) -> int:
        """Those who were refused with such a reply, or expired, are to be tried once more.

        With the last text, unless theirs has begun to leave and was not refused for good: a 5yz is a
        definite no that wants another request, a 4yz wants the same again (RFC 5321, 4.2.1).
        """
        return self._again(campaign, State.REFUSED, replies)

    def _again(self, campaign: str, state: State, replies: Replies) -> int:
        found = self._driver.row("last_edition", campaign=campaign)
        assert found is not None
        last, people = int(found[0]), 0
        moved: dict[int, int] = {}
        for rows in self._batches(campaign, state, replies):
            people += len(rows)
            changes = []
            for subscriber, edition, marked_at, code in rows:
                fresh = state is State.REFUSED and (not marked_at or code >= _PERMANENT)
                changes.append((subscriber, last if fresh else edition))
                if fresh and edition != last:
                    moved[edition] = moved.get(edition, 0) + 1
            self._slice(campaign, state, changes)
        for edition, count in moved.items():
            self._driver.run("add_readers", campaign=campaign, number=edition, people=-count)
            self._driver.run("add_readers", campaign=campaign, number=last, people=count)
        return people

    def _batches(self, campaign: str, state: State, replies: Replies) -> Iterator[list[Row]]:
        """The people in question, a slice at a time."""
        after = 0
        while rows := list(
            self._driver.rows(
                "settled_people",
                campaign=campaign,
                state=state.value,
                after=after,
                most=SLICE,
                **replies.as_values(),
            )
        ):
            yield rows
            after = rows[-1][0]

    def _slice(self, campaign: str, state: State, people: Sequence[tuple[int, int]]) -> None:
        """A slice of people of any wave, ready to be claimed."""
        found = self._driver.row("next_slice_number", campaign=campaign)
        assert found is not None
        self._driver.run(
            "add_slice",
            campaign=campaign,
            number=found[0],
            wave=None,
            state="open",
            size=len(people),
            members="",
        )
        self._driver.run_many(
            "ask_again",
            [
                {
                    "campaign": campaign,
                    "subscriber": subscriber,
                    "state": state.value,
                    "slice": found[0],
                    "edition": edition,
                }
                for subscriber, edition in people
            ],
        )
