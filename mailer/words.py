"""What people read: sentences kept apart from their values until the language is known.

The core is pure and speaks to nobody, so it returns `Text` values; the edges (cli, pages, mails)
say them in a reader's language. English sentences are the message ids (GNU gettext manual, 4).
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DOMAIN = "mailer"
LANGUAGES = ("fr", "en")
LOCALE_FOLDER = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A sentence to translate and the values to put in it.

    `Text("unknown key {key}", key="subjet")`; values may themselves be `Text`.
    The sentence is always one of ours, so `str.format` never meets a stranger's braces.
    """

    msgid: str
    plural: str | None
    values: Mapping[str, object] = field(hash=False)

    def __init__(self, msgid: str, /, **values: object) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "plural", None)
        object.__setattr__(self, "values", values)

    def say(self, language: str) -> str:
        """The sentence in `language` (ISO 639-1); English when no catalogue has it."""
        catalogue = translations(language)
        values = {
            name: value.say(language) if isinstance(value, Text) else value
            for name, value in self.values.items()
        }
        if self.plural is None:
            pattern = catalogue.gettext(self.msgid)
        else:
            count = values["count"]
            assert isinstance(count, int)
            pattern = catalogue.ngettext(self.msgid, self.plural, count)
        return pattern.format(**values)

    def __str__(self) -> str:
        return self.say("en")


def plural(one: str, many: str, /, *, count: int, **values: object) -> Text:
    """A sentence whose form follows `count`: `plural("{count} fault", "{count} faults", count=2)`."""
    text = Text(one, count=count, **values)
    object.__setattr__(text, "plural", many)
    return text


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of `language`; one that answers in English when there is none."""
    return gettext.translation(DOMAIN, LOCALE_FOLDER, languages=[language], fallback=True)
