"""Reminders: who has a ballot and has not cast it, asked one by one and never as a list.

A ballot that was cast is known by its digest alone; of all digests only eight bytes each are held, in order,
so that a million of them take 8 MB.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable

from mailer.ballots.casting import Ballot, ballot, named_ballot, read_ballot, read_named_ballot
from mailer.tokens.keys import Keys

LEAST = 20  # people left in, and left out: with fewer, to be written to would tell who has answered
_BYTES = 8


class Unanswered:
    """Asked of a subscriber: whether they may still answer."""

    def __init__(self, spent: Iterable[bytes], drawn: Callable[[int], Ballot | None]) -> None:
        """`spent`: the digests of ballots that were cast; `drawn`: the ballot of a subscriber."""
        self._spent = array("Q", sorted(int.from_bytes(digest[:_BYTES]) for digest in spent))
        self._drawn = drawn

    @property
    def answered(self) -> int:
        """How many ballots were cast."""
        return len(self._spent)

    def __call__(self, subscriber: int) -> bool:
        own = self._drawn(subscriber)
        assert own is not None, "drawn with the key it is read with"
        mark = int.from_bytes(own.spending[:_BYTES])
        at = bisect_left(self._spent, mark)
        return at == len(self._spent) or self._spent[at] != mark


def unanswered(key: bytes, spent: Iterable[bytes]) -> Unanswered:
    """In the mode `ballot`, under the key of the questionnaire."""
    return Unanswered(spent, lambda subscriber: read_ballot(key, ballot(key, subscriber)))


def unanswered_by_name(keys: Keys, public_id: str, spent: Iterable[bytes]) -> Unanswered:
    """In the mode `named`."""
    return Unanswered(
        spent,
        lambda subscriber: read_named_ballot(keys, public_id, named_ballot(keys, public_id, subscriber)),
    )
