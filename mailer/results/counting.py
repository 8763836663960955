"""Rows counted into tables: each question as one or several parts of a known number of people."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailer.ballots.model import Condition, Kind, Question, Questionnaire
from mailer.results.covering import NONE

OTHER = ".other"  # the cell of answers in one's own words; no option is a dot and a word of ours alone
CHOSEN = ".chosen"  # the cell of who chose the option that a table is about
WROTE = ".wrote"  # of who wrote something
Tallies = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One table: `cells` in the order they are shown; those who left the question are the last one.

    `asked`: the cells (of earlier tables) whose people were asked; when it is empty, everybody was.
    `tied` are tables that are only shown when each of them is whole.
    """

    id: str
    cells: Mapping[str, int]
    asked: tuple[tuple[str, str], ...] = ()
    tied: tuple[str, ...] = ()


def count(questionnaire: Questionnaire, tallies: Tallies, people: int) -> list[Counted]:
    """The tables of all questions, in order; `people` answered."""
    found: list[Counted] = []
    questions = {question.id: question for question in questionnaire.questions}
    for question in questionnaire.questions:
        asked = tuple(cell for one in question.conditions for cell in _cells_of(one, questions[one.question]))
        total = _asked(question, questions, tallies, people)
        tables = [*_tables(question, tallies)]
        tied = tuple(name for name, _cells in tables) if question.kind is Kind.RANK else ()
        for name, cells in tables:
            left = {NONE: max(0, total - sum(cells.values()))}
            rest = tied if name != question.line_id(1) else ()
            found.append(Counted(id=name, cells={**cells, **left}, asked=asked, tied=rest))
    return found


def cell_name(option: str) -> str:
    """The cell of an option: no option of a file is taken for one of ours."""
    return f"={option}"


def table_of(question: Question, value: str) -> tuple[str, str]:
    """The table and the cell where a stored value of a question is counted."""
    if is_several(question):
        number = question.options.index(value) + 1
        return f"{question.id}#{number}", CHOSEN
    return question.id, cell_name(value)


def is_several(question: Question) -> bool:
    """Whether one person may give several answers, so that each is a table of its own."""
    return question.kind is Kind.MULTIPLE and question.maximum > 1


def bounds(question: Question) -> list[int]:
    """Where the classes of a number begin, whatever was answered: to choose them by the answers would tell.

    Each number up to ten of them; else tens (or fives, or twenties…), else 1, 2, 5, 10, 20, 50…
    """
    low, high = question.minimum, question.maximum
    if high - low <= 10:
        return list(range(low, high + 1))
    width = next((one for one in (2, 5, 10, 20) if (high - low) // one <= 9), 0)
    if width:
        return [low, *(at for at in range((low // width + 1) * width, high + 1, width))]
    marks = [sign * step * 10**power for power in range(10) for step in (1, 2, 5) for sign in (1, -1)]
    return sorted({low, *(one for one in (0, *marks) if low < one <= high)})


def _cells_of(condition: Condition, parent: Question) -> list[tuple[str, str]]:
    return [table_of(parent, value) for value in condition.values]


def knows_asked(question: Question, questions: Mapping[str, Question]) -> bool:
    """Whether rows, which nothing ties to each other, tell how many were asked.

    Not where two conditions must hold, nor where one person may have given several of the wanted answers.
    """
    if not question.conditions:
        return True
    one, *others = question.conditions
    return not others and not (is_several(questions[one.question]) and len(one.values) > 1)


def _asked(question: Question, questions: Mapping[str, Question], tallies: Tallies, people: int) -> int:
    """How many were asked, where rows can tell; else everybody: who was not asked has left it."""
    if not question.conditions or not knows_asked(question, questions):
        return people
    (condition,) = question.conditions
    return sum(tallies.get((condition.question, value), 0) for value in condition.values)


def _tables(question: Question, tallies: Tallies) -> Iterator[tuple[str, dict[str, int]]]:
    own = {OTHER: _rows(tallies, question.other_id)} if question.other else {}
    if question.kind is Kind.TEXT:
        yield question.id, {WROTE: _rows(tallies, question.id)}
    elif question.kind is Kind.NUMBER:
        yield question.id, _classes(question, tallies)
    elif is_several(question):
        for number, option in enumerate(question.options, 1):
            yield f"{question.id}#{number}", {CHOSEN: tallies.get((question.id, option), 0)}
        if question.other:
            yield f"{question.id}#0", {CHOSEN: own[OTHER]}
    elif question.lines:
        places = question.maximum if question.kind is Kind.RANK else len(question.rows)
        for number in range(1, places + 1):
            yield question.line_id(number), _options(question.line_id(number), question.options, tallies)
    else:
        offered = tuple(question.offered.values())
        yield question.id, {**_options(question.id, offered, tallies), **own}


def _options(name: str, options: tuple[str, ...], tallies: Tallies) -> dict[str, int]:
    return {cell_name(option): tallies.get((name, option), 0) for option in options}


def _rows(tallies: Tallies, name: str) -> int:
    return sum(count for (row, _value), count in tallies.items() if row == name)


def _classes(question: Question, tallies: Tallies) -> dict[str, int]:
    begins = bounds(question)
    found = {cell_name(str(begin)): 0 for begin in begins}
    for (name, value), count in tallies.items():
        if name == question.id:
            found[cell_name(str(begins[bisect_right(begins, int(value)) - 1]))] += count
    return found
