"""The next publication: when it is due, and all that it may show after the last one."""

from collections.abc import Mapping, Sequence

from mailer.ballots.crossings import crossing_id, read_crossing
from mailer.ballots.model import Questionnaire
from mailer.results.counting import Counted, Tallies, cell_name, count
from mailer.results.covering import Release, nothing, release
from mailer.results.crossing import Crossed, cross
from mailer.results.publication import Publication

_PART = 20  # with many answers a step is a twentieth of them: few steps are kept, and each isolates more
Releases = Mapping[str, tuple[Release, ...]]


def is_due(people: int, published: Publication | None, k: int, *, closed: bool) -> bool:
    """Whether enough people have answered since the last publication; once closed, `k` are enough."""
    before = published.people if published else 0
    return people - before >= (k if closed else max(k, before // _PART))


def publish(
    questionnaire: Questionnaire,
    tallies: Tallies,
    people: int,
    texts: Mapping[str, Sequence[str]],
    before: Publication | None,
) -> Publication:
    """What everybody sees from now on; `texts` are the ids of free words by the name of their rows."""
    k, last = questionnaire.k, before or Publication(people=0)
    counted = count(questionnaire, tallies, people)
    tables: dict[str, tuple[Release, ...]] = {}
    for one in counted:
        tables[one.id] = _next(one, tables, last.tables.get(one.id, ()), k)
    for one in counted:
        if any(tables[name][-1].covered for name in one.tied):
            tables[one.id] = _kept(nothing(list(one.cells)), last.tables.get(one.id, ()))
    return Publication(
        people=people,
        tables=tables,
        crossings=_crossings(questionnaire, tallies, people, counted, tables, last),
        texts={name: _texts(ids, last.texts.get(name, ()), k) for name, ids in texts.items()},
    )


def _next(one: Counted, tables: Releases, before: tuple[Release, ...], k: int) -> tuple[Release, ...]:
    """Nothing of a question whose people cannot be told: how many answered it would tell."""
    if any(tables[table][-1].cells[cell] is None for table, cell in one.asked):
        return _kept(nothing(list(one.cells)), before)
    return _kept(release(one.cells, before, k), before)


def _kept(now: Release, before: tuple[Release, ...]) -> tuple[Release, ...]:
    """With the earlier ones that say something which it does not: see `covering`."""
    found = [
        one for one in before if one.total is not None and (one.covered, one.most) != (now.covered, now.most)
    ]
    return (*found, now)


def _texts(ids: Sequence[str], before: Sequence[str], k: int) -> tuple[str, ...]:
    """All of them when enough are new; in the order of their random ids."""
    return tuple(sorted(ids)) if len(set(ids) - set(before)) >= k else tuple(before)


def _crossings(
    questionnaire: Questionnaire,
    tallies: Tallies,
    people: int,
    counted: Sequence[Counted],
    tables: Releases,
    last: Publication,
) -> dict[str, Crossed]:
    alone = {one.id: one.cells for one in counted}
    found = {}
    for one, other in questionnaire.crosstabs:
        name = crossing_id(one, other)
        cells = _crossed(tallies, name, alone[one], alone[other])
        hidden = (_hidden(tables[one][-1]), _hidden(tables[other][-1]))
        crossed = cross(cells, people, questionnaire.k, hidden, last.crossings.get(name))
        if crossed is not None:
            found[name] = crossed
    return found


def options_of(cells: Mapping[str, object]) -> list[str]:
    """The cells of a table that are options, which alone are crossed."""
    return [name for name in cells if name.startswith(cell_name(""))]


def _hidden(now: Release) -> set[int]:
    return {at for at, name in enumerate(options_of(now.cells)) if now.cells[name] is None}


def _crossed(
    tallies: Tallies, name: str, one: Mapping[str, int], other: Mapping[str, int]
) -> list[list[int]]:
    """Options by options; a last row and a last column of those who did not choose one in the other."""
    places = [{cell: at for at, cell in enumerate(options_of(cells))} for cells in (one, other)]
    found = [[0] * len(places[1]) for _ in places[0]]
    for (row, value), people in tallies.items():
        if row == name:
            pair = read_crossing(value)
            found[places[0][cell_name(pair[0])]][places[1][cell_name(pair[1])]] += people
    for cells, (cell, _at) in zip(found, places[0].items(), strict=True):
        cells.append(max(0, one[cell] - sum(cells)))
    below = [max(0, other[cell] - sum(row[at] for row in found)) for cell, at in places[1].items()]
    return [*found, [*below, 0]]
