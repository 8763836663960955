"""Keys of mailer.toml as most of them are: a text, a number, several, a choice."""

from mailer.settings import checks
from mailer.toml.table import Key
from mailer.words import Text


def text(name: str, doc: Text, default: str = "", check: checks.Check = checks.one_line) -> Key:
    """A text; it may be empty if it is so by default."""
    return Key(name, "string", default=default, check=check if default else checks.optional(check), doc=doc)


def count(name: str, default: int, doc: Text, maximum: int | None = None, minimum: int = 0) -> Key:
    """A number, 0 or more unless `minimum` says otherwise."""
    return Key(name, "integer", default=default, minimum=minimum, maximum=maximum, doc=doc)


def several(name: str, doc: Text, check: checks.Check) -> Key:
    """Texts, each checked; none by default."""
    return Key(name, "strings", default=(), check=check, doc=doc)


def choice(name: str, default: str, choices: tuple[str, ...], doc: Text) -> Key:
    """One of some words."""
    return Key(name, "string", default=default, choices=choices, doc=doc)


def needed(name: str, doc: Text, check: checks.Check) -> Key:
    """A text that nobody can leave out."""
    return Key(name, "string", required=True, check=check, doc=doc)
