"""The parts of an XLSX workbook, and how they name one another (ECMA-376, part 2, 9.3: relationships)."""

import posixpath
from dataclasses import dataclass, field

from mailer.people.sheets.archive import Archive
from mailer.people.sheets.elements import listen

_MOST_LISTED = 100_000  # elements of one part


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a part names: by which name, of which kind, where."""

    name: str
    kind: str  # worksheet, sharedStrings, styles, hyperlink…
    target: str  # as it is written: an address, or a path from `folder`
    folder: str

    @property
    def part(self) -> str:
        """The target's name in the archive; what leads out of it is in no archive we read."""
        if self.target.startswith("/"):
            return posixpath.normpath(self.target).lstrip("/")
        return posixpath.normpath(posixpath.join(self.folder, self.target))


def relations(archive: Archive, part: str) -> list[Relation] | None:
    """What `part` names (empty: the workbook's outermost parts); None: there is no list of it."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive.names:
        return None
    return [
        Relation(
            name=values.get("Id", ""),
            kind=values.get("Type", "").rpartition("/")[2],
            target=values.get("Target", ""),
            folder=folder,
        )
        for element, values in listed(archive, rels)
        if element == "Relationship"
    ]


def listed(archive: Archive, part: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a part with their attributes, in their order. FaultsError: see `listen`."""
    found = _Listed()
    for _ in listen(archive, archive.blocks(part), found):
        pass
    return found.found


@dataclass(slots=True)
class _Listed:
    """A listener that keeps what workbook.xml and the like say."""

    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def start(self, name: str, values: dict[str, str]) -> None:
        if len(self.found) < _MOST_LISTED:
            self.found.append((name, values))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass
