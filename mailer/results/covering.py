"""Which cells of a table are covered, so that no figure, sum or difference of looks isolates a few people.

A table parts a known total into cells. A release shows each cell or covers it; the covered ones are known by
their sum alone. What is known at one look can be held against what was known at an earlier one, so that a
release is sound when every set of answers that can be counted so holds nobody, or `k` people at least:

* each cell shown, and the sum of those covered;
* for each earlier release, each cell shown in both: what came since;
* what is covered now less the cells that were shown then; what was covered then, if it is all shown now;
* both covers together, where they overlap: what came since.

Any other set that holds another is a sum of these. Of two releases that cover the same cells the later one
says all that the earlier says, so few are kept. Covered cells are at least two, and nobody can tell how what
is left of their sum, once each has what is known of it, lies between them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NONE = "."  # the cell of those who left the question; `table` keeps it from being an option


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One table as it was shown: its total and its cells, None for those covered.

    `total` None: nothing of it was shown. `most` is the one covered cell of which is told that all others
    together are fewer than k.
    """

    total: int | None
    cells: Mapping[str, int | None]
    most: str = ""

    @property
    def covered(self) -> frozenset[str]:
        """The cells that are not shown."""
        return frozenset(name for name, count in self.cells.items() if count is None)

    def sum_of(self, names: frozenset[str]) -> int:
        """How many are in the cells shown among `names`, and in the covered ones if all of them are."""
        assert self.total is not None
        shown = sum(self.cells.get(name) or 0 for name in names)
        covered = self.covered
        return shown + (self.total - self._shown() if covered and covered <= names else 0)

    def _shown(self) -> int:
        return sum(count or 0 for count in self.cells.values())


def release(counts: Mapping[str, int], past: Sequence[Release], k: int) -> Release:
    """What may be shown of `counts`, after `past`. Their totals differ by nobody, or by `k` at least."""
    told = [one for one in past if one.total is not None]
    covered = {name for name, count in counts.items() if 0 < count < k}
    covered |= {
        name for name, count in counts.items() for one in told if _is_few(_since(name, count, one), k)
    }
    # Told to be nearly everybody, and no more since: what they were then would be known, and the rest.
    covered |= {one.most for one in told if one.most and counts[one.most] <= (one.total or 0) - k + 1}
    while not _is_sound(frozenset(covered), counts, told, k):
        left = [name for name, count in counts.items() if count and name not in covered]
        if not left:
            covered = set(counts)
            break
        covered.add(min(left, key=lambda name: (name != NONE, counts[name])))  # an answer is dearer than none
    cells = {name: None if name in covered else count for name, count in counts.items()}
    return Release(total=sum(counts.values()), cells=cells, most=_most(covered, counts, k))


def nothing(names: Sequence[str]) -> Release:
    """A table of which nothing is shown, not even its total."""
    return Release(total=None, cells=dict.fromkeys(names))


def least(name: str, releases: Sequence[Release], k: int) -> int:
    """How many are known to be in a cell, from all releases: what was shown once does not become untrue."""
    found = [one.cells.get(name) or 0 for one in releases]
    found += [one.total - k + 1 for one in releases if one.most == name and one.total is not None]
    return max(found, default=0)


def _since(name: str, count: int, then: Release) -> int:
    """What came into a cell since it was shown; nothing that can be known if it was not."""
    shown = then.cells.get(name, 0)
    return 0 if shown is None else count - shown


def _is_few(people: int, k: int) -> bool:
    return people != 0 and people < k


def _is_sound(covered: frozenset[str], counts: Mapping[str, int], past: Sequence[Release], k: int) -> bool:
    if covered == counts.keys():
        return True  # the total alone
    total = sum(counts[name] for name in covered)
    if covered and (len(covered) < 2 or total < k or not _is_loose(covered, counts, past, k)):
        return False
    return not any(_is_few(people, k) for one in past for people in _differences(covered, counts, one))


def _is_loose(covered: frozenset[str], counts: Mapping[str, int], past: Sequence[Release], k: int) -> bool:
    """Whether more is covered than is known of its cells: that nobody is there is shown, so 1 at least."""
    known = sum(max(1, least(name, past, k)) for name in covered)
    return sum(counts[name] for name in covered) > known


def _differences(covered: frozenset[str], counts: Mapping[str, int], then: Release) -> list[int]:
    """The sizes of the sets of answers that this release and an earlier one tell together."""
    before = then.covered
    now = sum(counts[name] for name in covered)
    found = [now - then.sum_of(covered)] if covered else []
    if before and not before & covered:
        found.append(sum(counts.get(name, 0) for name in before) - then.sum_of(before))
    if before:
        both = covered | before
        found.append(sum(counts.get(name, 0) for name in both) - then.sum_of(both))
    return found


def _most(covered: set[str], counts: Mapping[str, int], k: int) -> str:
    """The cell that holds nearly everybody; empty when telling so would tell the others.

    With fewer than k - 1 others that hold anybody, each of them may still hold one or several.
    """
    others = [name for name in covered if counts[name]]
    if len(others) < 2:
        return ""
    most = max(others, key=lambda name: counts[name])
    rest = sum(counts.values()) - counts[most]
    return most if 0 < rest < k and len(others) - 1 <= k - 2 and counts[most] >= k else ""
