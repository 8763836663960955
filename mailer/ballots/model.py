"""A questionnaire as pages and results read it: its questions in order, and when it closes."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Kind(StrEnum):
    """How a question is answered, in this version."""

    SINGLE = "single"  # one option
    MULTIPLE = "multiple"  # several options, `maximum` at most
    SCALE = "scale"  # a whole number from `minimum` to `maximum`
    TEXT = "text"  # free words, `maximum` characters at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. What its kind does not use is empty.

    `labels` of a scale are two, for its ends, or one for each step; or none.
    """

    id: str
    kind: Kind
    text: str
    hint: str
    required: bool
    options: tuple[str, ...] = ()
    other: bool = False  # an answer in one's own words beside the options
    minimum: int = 0
    maximum: int = 0
    labels: tuple[str, ...] = ()

    @property
    def other_id(self) -> str:
        """The name of the field, and of the row, where the answer in one's own words stands."""
        return f"{self.id}.other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A questionnaire file, checked. Under `k` answers nothing is shown of any."""

    title: str
    mode: str  # open
    closes: date | datetime | None
    k: int
    intro: str
    questions: tuple[Question, ...]

    def closing(self, zone: tzinfo) -> datetime | None:
        """The first instant at which nothing is taken any more: a bare date closes at its end in `zone`.

        None: it never closes by itself.
        """
        if self.closes is None:
            return None
        if isinstance(self.closes, datetime):
            return self.closes if self.closes.tzinfo else self.closes.replace(tzinfo=zone)
        return datetime.combine(self.closes + timedelta(days=1), time(), zone)

    def is_closed(self, now: datetime, zone: tzinfo) -> bool:
        """Whether it takes no answer at `now` (with its time zone)."""
        closing = self.closing(zone)
        return closing is not None and now >= closing
