"""What somebody knows who has seen several looks at one table: every way it may have been, counted out."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, product

from mailer.results.covering import Release


def unions(shown: Release) -> Iterator[frozenset[str]]:
    """Each set of cells of which a release tells how many people it holds."""
    blocks = [frozenset({name}) for name, count in shown.cells.items() if count is not None]
    blocks += [shown.covered] if shown.covered else []
    for some in chain.from_iterable(combinations(blocks, size) for size in range(len(blocks) + 1)):
        yield frozenset().union(*some)


def people_in(shown: Release, names: frozenset[str]) -> int:
    """How many a release tells to be in a union of its blocks."""
    assert shown.total is not None
    open_ = sum(shown.cells[name] or 0 for name in names)
    return open_ + (shown.total - sum(c or 0 for c in shown.cells.values()) if shown.covered & names else 0)


def isolated(looks: Sequence[Release]) -> Iterator[int]:
    """The size of each set of answers that one look tells, or two of them together."""
    told = [one for one in looks if one.total is not None]
    for at, later in enumerate(told):
        for names in unions(later):
            yield people_in(later, names)
            for earlier in told[:at]:
                for inside in unions(earlier):
                    if inside <= names:
                        yield people_in(later, names) - people_in(earlier, inside)


def possible(looks: Sequence[Release], k: int) -> list[Mapping[str, set[int]]]:
    """For each look, the counts each cell may have had: whoever was in a cell stays in it."""
    names = list(looks[0].cells)
    worlds = [list(_fillings(look, names, k)) for look in looks]
    reached: list[list[tuple[int, ...]]] = [worlds[0]]
    for later in worlds[1:]:
        reached.append([w for w in later if any(_after(w, v) for v in reached[-1])])
    kept = [reached[-1]]
    for earlier in reached[-2::-1]:
        kept.append([v for v in earlier if any(_after(w, v) for w in kept[-1])])
    return [{name: {world[at] for world in some} for at, name in enumerate(names)} for some in reversed(kept)]


def _after(later: tuple[int, ...], earlier: tuple[int, ...]) -> bool:
    return all(one >= other for one, other in zip(later, earlier, strict=True))


def _fillings(look: Release, names: Sequence[str], k: int) -> Iterator[tuple[int, ...]]:
    """Nobody is in a covered cell only where all are covered: else that would be shown."""
    assert look.total is not None
    hidden = look.total - sum(count or 0 for count in look.cells.values())
    some = 0 if len(look.covered) == len(names) else 1
    ranges = [range(some, hidden + 1) if look.cells[n] is None else (look.cells[n],) for n in names]
    for world in product(*ranges):
        filled = tuple(int(count or 0) for count in world)
        if sum(filled) != look.total:
            continue
        if look.most and filled[names.index(look.most)] <= look.total - k:
            continue
        yield filled
