"""The named statements of queries.sql."""

import re
from functools import cache
from importlib.resources import files

_NAMED = re.compile(r"^-- name: (\w+)\n((?:--.*\n)*)((?:(?!^-- name: ).*\n)*)", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """Each statement under its name."""
    text = files("mailer.store").joinpath("queries.sql").read_text(encoding="utf-8")
    found = {}
    for name, _sentence, body in _NAMED.findall(text):
        assert name not in found, f"{name} stands twice in queries.sql"
        found[name] = _COMMENT.sub("", body).strip().removesuffix(";")
    return found


@cache
def migrations() -> list[tuple[int, str]]:
    """The numbered texts of schema/: (version, statements), oldest first."""
    folder = files("mailer.store") / "schema"
    return sorted(
        (int(path.name.partition(".")[0]), path.read_text(encoding="utf-8")) for path in folder.iterdir()
    )
