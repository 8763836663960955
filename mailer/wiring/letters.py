"""Letters: each recipient's message, in the edition of the campaign that is theirs."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from mailer.ballots.casting import ballot, named_ballot
from mailer.compose.subjects import writer_of
from mailer.errors import LaterError
from mailer.model import Edition, Message, Recipient
from mailer.store.answers import Answers
from mailer.store.store import Store
from mailer.store.visits import Stored
from mailer.tokens.keys import Keys
from mailer.wiring.closing import questionnaire_of
from mailer.words import Text


def editions_of(store: Store, public_id: str) -> list[Stored]:
    """All the editions of a launched campaign."""
    found = (store.visits.stored(public_id, one) for one in store.campaigns.edition_numbers(public_id))
    return [one for one in found if one is not None]


Ballot = Callable[[int], str]


def ballots_of(store: Store, edition: Edition, keys: Keys, answers: Answers) -> Ballot | None:
    """The ballot of each subscriber; None where the questionnaire has none, or is closed."""
    asked = edition.asked or edition.public_id
    questionnaire = questionnaire_of(store, asked)
    if questionnaire is None or not questionnaire.has_ballots:
        return None
    key = answers.key(asked)
    if key is None:
        return None
    if questionnaire.mode == "named":
        return partial(named_ballot, keys, asked)
    return partial(ballot, key)


def letters_of(store: Store, public_id: str, keys: Keys, answers: Answers) -> "Letters":
    """The letters of a launched campaign, as it is now."""
    editions = editions_of(store, public_id)
    found = {one.number: ballots_of(store, one.edition, keys, answers) for one in editions}
    return Letters(editions, keys, {number: own for number, own in found.items() if own is not None})


class Letters:
    """`mailer.deliver.ports.Writer` over the editions there are when a run begins."""

    def __init__(self, editions: Iterable[Stored], keys: Keys, ballots: Mapping[int, Ballot]) -> None:
        """`ballots`: for the numbers of the editions that have some."""
        self._writers = {
            one.number: writer_of(
                one.edition, keys, message_id_key=one.message_id_key, ballot=ballots.get(one.number)
            )
            for one in editions
        }

    def write(self, recipient: Recipient, date: datetime) -> Message:
        """Raises `RenderError` when this person cannot be written to."""
        writer = self._writers.get(recipient.edition)
        if writer is None:  # where several machines send, between two looks at the campaign's status
            raise LaterError(Text("the campaign was amended in this very moment: the same command goes on"))
        return writer.write(recipient, date)
