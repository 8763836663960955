"""A questionnaire as pages and results read it: its questions in order, and when it closes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

YES, NO = "yes", "no"  # as forms send them, as they are stored, and as conditions name them


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"  # one option
    MULTIPLE = "multiple"  # several options, `maximum` at most
    YES_NO = "yes-no"
    SCALE = "scale"  # a whole number from `minimum` to `maximum`, chosen
    NUMBER = "number"  # the same, typed
    RANK = "rank"  # options in order, the first `maximum` of them
    MATRIX = "matrix"  # one option for each of `rows`
    TEXT = "text"  # free words, `maximum` characters at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One of `values`, as rows hold them, was answered to the earlier question whose id is `question`."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. What its kind does not use is empty.

    `labels` of a scale are two, for its ends, or one for each step; or none. It is asked of those for
    whom all of `conditions` hold.
    """

    id: str
    kind: Kind
    text: str
    hint: str
    required: bool
    options: tuple[str, ...] = ()
    other: bool = False  # an answer in one's own words beside the options
    rows: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 0
    labels: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    email: bool = False  # whether the mail asks it too

    @property
    def other_id(self) -> str:
        """The name of the field, and of the row, where the answer in one's own words stands."""
        return f"{self.id}.other"

    @property
    def lines(self) -> tuple[str, ...]:
        """What is answered line by line under one question: the options to rank, the rows of a matrix."""
        return {Kind.RANK: self.options, Kind.MATRIX: self.rows}.get(self.kind, ())

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its fields in a form. No id holds a dot, so they are no other question's."""
        lines = tuple(self.line_id(number) for number in range(1, len(self.lines) + 1))
        return (lines or (self.id,)) + ((self.other_id,) if self.other else ())

    def line_id(self, number: int) -> str:
        """The name of something numbered, from 1, under this question: `ordre.2`."""
        return f"{self.id}.{number}"

    @property
    def offered(self) -> Mapping[str, str]:
        """What may be chosen: as a form says it, and as it is stored. Empty where one writes.

        In a form an option is its number from 1, so that no encoding on the way can change it; the choices
        of a ranking are the ranks.
        """
        match self.kind:
            case Kind.YES_NO:
                return {YES: YES, NO: NO}
            case Kind.SCALE:
                return {str(step): str(step) for step in range(self.minimum, self.maximum + 1)}
            case Kind.RANK:
                return {str(rank): str(rank) for rank in range(1, self.maximum + 1)}
            case Kind.NUMBER | Kind.TEXT:
                return {}
            case _:
                return {str(number): option for number, option in enumerate(self.options, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A questionnaire file, checked. Under `k` answers nothing is shown of any.

    `crosstabs` are pairs of questions (ids) whose answers are also stored together.
    """

    title: str
    mode: str  # open, ballot or named: see `schema.MODES`
    closes: date | datetime | None
    k: int
    intro: str
    questions: tuple[Question, ...]
    crosstabs: tuple[tuple[str, str], ...] = ()

    @property
    def has_ballots(self) -> bool:
        """Whether each member answers once, through a link of their own."""
        return self.mode != "open"

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
