"""`python -m bench [PART…]`: one table; exit 1 when a target is missed, or a fifth of a figure was lost."""

import sys

from bench import history
from bench.apart import measured
from bench.rows import table

LONG = ("million", "launching", "importing")  # only when it is asked for
PARTS = (
    "startup",
    "compiling",
    "message",
    "signing",
    "site",
    "results",
    "bounces",
    "segments",
    "sending",
    "machines",
)


def main() -> int:
    """1 when a target is missed, or a fifth of a figure was lost."""
    chosen = sys.argv[1:] or PARTS
    if unknown := set(chosen) - {*PARTS, *LONG}:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join((*PARTS, *LONG))}")
    rows = [row for part in chosen for row in measured(part)]
    worse = history.against(rows, history.read())
    history.note(rows)
    print(history.machine())
    print(table([*rows, *worse]))
    return int(bool(worse) or not all(met for *_, met in rows))


if __name__ == "__main__":
    sys.exit(main())
