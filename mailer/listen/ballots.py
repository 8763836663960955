"""Who may answer: the ballot of a link read, and whether the box still takes it."""

from datetime import datetime, tzinfo
from enum import Enum, auto

from mailer.ballots.casting import Ballot, read_ballot, read_named_ballot
from mailer.ballots.model import Questionnaire
from mailer.listen.desk import Box
from mailer.tokens.keys import Keys


class Shut(Enum):
    """Why a questionnaire cannot be answered through a link."""

    CLOSED = auto()
    NO_BALLOT = auto()  # it is answered once by each member, through the link of their mail
    FOREIGN = auto()  # no ballot of this questionnaire
    TEST = auto()  # nobody's: that of a test, or of a witness's copy


def admit(
    questionnaire: Questionnaire,
    box: Box,
    public_id: str,
    text: str | None,
    keys: Keys,
    now: datetime,
    zone: tzinfo,
) -> Ballot | Shut | None:
    """The ballot that stands as `text` in a link, or why it opens nothing; None: none is needed.

    Whether it was cast is not looked at: a page that is only read tells nobody whether its member answered.
    """
    if not questionnaire.has_ballots and text is not None:
        return Shut.FOREIGN
    if box.closed or questionnaire.is_closed(now, zone):
        return Shut.CLOSED
    if not questionnaire.has_ballots:
        return None
    if box.key is None:  # destroyed at closing
        return Shut.CLOSED
    if text is None:
        return Shut.NO_BALLOT
    if questionnaire.mode == "named":
        found = read_named_ballot(keys, public_id, text)
    else:
        found = read_ballot(box.key, text)
    if found is None:
        return Shut.FOREIGN
    return Shut.TEST if found.is_test else found
