"""A person's fields as the tables keep them, and as a message may show them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mailer.fields import STANDARD

NAMES = ("first_name", "last_name", "language")  # each has a column; a list's own fields share one, as JSON


def columns(fields: Mapping[str, str]) -> tuple[str, str, str, str]:
    """A person's fields as the table keeps them: NAMES, and own fields as JSON."""
    first, last, language = (fields.get(name, "") for name in NAMES)
    own = sorted(one for one in fields.items() if one[1] and one[0] not in STANDARD)
    return first, last, language, _as_json(tuple(own)) if own else "{}"


@lru_cache(maxsize=4096)  # services and workplaces are few
def _as_json(own: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(own), ensure_ascii=False)


def shown_fields(email: str, names: tuple[Any, ...], own: str) -> dict[str, str]:
    """The values a message may show."""
    named = dict(zip(NAMES, names, strict=True))
    return {"email": email, **named, **(json.loads(own) if own != "{}" else {})}
