"""Results as people read them: a publication held against its questionnaire, in one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.ballots.crossings import crossing_id
from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.compose.typography import typeset
from mailer.results.counting import CHOSEN, OTHER, cell_name, is_several, knows_asked
from mailer.results.covering import NONE, Release, least
from mailer.results.labels import cell_words
from mailer.results.publication import Publication
from mailer.results.publishing import options_of
from mailer.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One answer and how many gave it; None: covered, `least` of them are known. `share`: of the base."""

    cell: str  # as it is stored; `.other`, `.wrote`, `.` for what is no option
    label: str
    count: int | None
    least: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Figures of one table, of `base` people; of several lines, each has its own with a `title`."""

    name: str  # as rows are called
    title: str
    base: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One question with its figures; none where even their number would tell. `mean` of a scale."""

    id: str
    number: int
    kind: str
    text: str
    condition: bool
    asked_unknown: bool  # shares are of everybody: nothing tells how many were asked
    panels: tuple[Panel, ...]
    mean: float | None
    words: tuple[str, ...]  # free words that the section chose to show


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A crossing; None: covered. Rows are the answers to the question number `one`, columns to `other`."""

    name: str
    one: int
    other: int
    people: int
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[str, ...], tuple[str, ...]]
    cells: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All that may be shown. `people` are those in the figures, 0 before the first publication.

    `late`: how many last answers are in no figure for good, since the questionnaire is closed.
    """

    title: str
    k: int
    people: int
    closed: bool
    late: int
    questions: tuple[Answered, ...] = ()
    crossings: tuple[Grid, ...] = ()


def results_of(
    questionnaire: Questionnaire,
    publication: Publication | None,
    language: str,
    *,
    closed: bool = False,
    late: int = 0,
    words: Mapping[str, Sequence[str]] | None = None,
) -> Results:
    """`words`: by the name of their rows, the free words that may be read."""
    title = typeset(questionnaire.title, language)
    if publication is None:
        return Results(title=title, k=questionnaire.k, people=0, closed=closed, late=0)
    return Results(
        title=title,
        k=questionnaire.k,
        people=publication.people,
        closed=closed,
        late=late if closed else 0,
        questions=tuple(
            _answered(questionnaire, question, number, publication, language, words or {})
            for number, question in enumerate(questionnaire.questions, 1)
        ),
        crossings=tuple(_grids(questionnaire, publication, language)),
    )


def _answered(
    questionnaire: Questionnaire,
    question: Question,
    number: int,
    publication: Publication,
    language: str,
    words: Mapping[str, Sequence[str]],
) -> Answered:
    panels = tuple(_panels(question, publication, questionnaire.k, language))
    unknown = not knows_asked(question, {one.id: one for one in questionnaire.questions})
    if unknown:
        panels = tuple(_of_everybody(panel, language) for panel in panels)
    names = (question.id,) if question.kind is Kind.TEXT else (question.other_id,)
    return Answered(
        id=question.id,
        number=number,
        kind=str(question.kind),
        text=typeset(question.text, language),
        condition=bool(question.conditions),
        asked_unknown=unknown,
        panels=panels,
        mean=_mean(panels[0]) if question.kind is Kind.SCALE and panels else None,
        words=tuple(said for name in names for said in words.get(name, ())),
    )


def _of_everybody(panel: Panel, language: str) -> Panel:
    """Who was not asked is among those who gave no answer: it is said."""
    said = Text("no answer, or not asked").say(language)
    return replace(
        panel,
        figures=tuple(replace(one, label=said) if one.cell == NONE else one for one in panel.figures),
    )


def _panels(question: Question, publication: Publication, k: int, language: str) -> Iterator[Panel]:
    if is_several(question):
        panel = _several(question, publication, k, language)
        if panel is not None:
            yield panel
        return
    names = [question.line_id(number) for number in range(1, len(question.lines) + 1)] or [question.id]
    for number, name in enumerate(names, 1):
        releases = publication.tables.get(name, ())
        if not releases or releases[-1].total is None:
            continue
        title = ""
        if question.kind is Kind.MATRIX:
            title = typeset(question.rows[number - 1], language)
        elif question.kind is Kind.RANK:
            title = Text("Rank {rank}", rank=number).say(language)
        base = releases[-1].total
        figures = tuple(
            _figure(cell, cell_words(question, cell, language), releases, cell, base, k)
            for cell in releases[-1].cells
        )
        yield Panel(name=name, title=title, base=base, figures=figures)


def _several(question: Question, publication: Publication, k: int, language: str) -> Panel | None:
    """Each option is a table of its own, of the same people."""
    found: list[tuple[str, tuple[Release, ...]]] = [
        (cell_name(option), publication.tables.get(f"{question.id}#{number}", ()))
        for number, option in enumerate(question.options, 1)
    ]
    if question.other:
        found.append((OTHER, publication.tables.get(f"{question.id}#0", ())))
    if not all(releases and releases[-1].total is not None for _cell, releases in found):
        return None
    base = found[0][1][-1].total or 0
    figures = tuple(
        _figure(cell, cell_words(question, cell, language), releases, CHOSEN, base, k)
        for cell, releases in found
    )
    return Panel(name=question.id, title="", base=base, figures=figures)


def _figure(cell: str, label: str, releases: tuple[Release, ...], counted: str, base: int, k: int) -> Figure:
    count = releases[-1].cells[counted]
    known = least(counted, releases, k) if count is None else count
    return Figure(cell=cell, label=label, count=count, least=known, share=known / base if base else 0.0)


def _mean(panel: Panel) -> float | None:
    """Only of what is shown whole: with a covered step, it would give it away."""
    steps = [one for one in panel.figures if one.cell != NONE]
    if any(one.count is None for one in panel.figures):
        return None
    people = sum(one.count or 0 for one in steps)
    total = sum(int(one.cell.removeprefix(cell_name(""))) * (one.count or 0) for one in steps)
    return total / people if people else None


def _grids(questionnaire: Questionnaire, publication: Publication, language: str) -> Iterator[Grid]:
    places = {question.id: (number, question) for number, question in enumerate(questionnaire.questions, 1)}
    for pair in questionnaire.crosstabs:
        crossed = publication.crossings.get(crossing_id(*pair))
        if crossed is None:
            continue
        (one, first), (other, second) = (places[name] for name in pair)
        options = [options_of(publication.tables[name][-1].cells) for name in pair]
        yield Grid(
            name=crossing_id(*pair),
            one=one,
            other=other,
            people=crossed.people,
            rows=tuple(cell_words(first, cell, language) for cell in options[0]),
            columns=tuple(cell_words(second, cell, language) for cell in options[1]),
            values=(
                tuple(cell.removeprefix(cell_name("")) for cell in options[0]),
                tuple(cell.removeprefix(cell_name("")) for cell in options[1]),
            ),
            cells=tuple(row[:-1] for row in crossed.cells[:-1]),
        )
