"""A publication: what everybody sees until the next one. Kept as JSON beside the answers, with what was shown
before, since two looks are also a difference."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.results.covering import Release
from mailer.results.crossing import Crossed

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """`tables`: each table's releases, the last one shown now. `crossings`: the last of each that could be.

    `texts`: by question, the ids of free words that the section may read.
    """

    people: int
    tables: Mapping[str, tuple[Release, ...]] = field(default_factory=dict)
    crossings: Mapping[str, Crossed] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def write(publication: Publication) -> str:
    """As JSON text; `read` gives the same back."""
    return json.dumps(
        {
            "format": FORMAT,
            "people": publication.people,
            "tables": {
                name: [[one.total, dict(one.cells), one.most] for one in releases]
                for name, releases in publication.tables.items()
            },
            "crossings": {
                name: [one.people, one.cells, list(one.rows.items()), list(one.columns.items())]
                for name, one in publication.crossings.items()
            },
            "texts": {name: list(ids) for name, ids in publication.texts.items()},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read(content: str) -> Publication | None:
    """A publication as `write` wrote it; None: nothing was ever published."""
    if not content:
        return None
    given = json.loads(content)
    assert given["format"] == FORMAT, "only this program writes it"
    return Publication(
        people=given["people"],
        tables={
            name: tuple(Release(total=total, cells=cells, most=most) for total, cells, most in releases)
            for name, releases in given["tables"].items()
        },
        crossings={
            name: Crossed(
                people=people,
                cells=tuple(tuple(row) for row in cells),
                rows=dict(rows),
                columns=dict(columns),
            )
            for name, (people, cells, rows, columns) in given["crossings"].items()
        },
        texts={name: tuple(ids) for name, ids in given["texts"].items()},
    )
