"""The register's own shape: its parts in their order, as Markdown in one language."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from mailer.settings import Settings
from mailer.wiring.processing.entries import Row
from mailer.wiring.processing.lists import entries_of
from mailer.wiring.processing.organisation import controller, objections, questionnaires, security
from mailer.words import Text


def register(
    settings: Settings,
    own_fields: Mapping[str, Collection[str]],
    today: date,
    language: str,
    *,
    encrypted: bool | None = None,
) -> str:
    """`own_fields`: those of each list that the database knows. `encrypted`: the disk, None if not known."""
    title = Text("Register of processing activities (GDPR, article 30)")
    lines = [
        f"# {title.say(language)}",
        "",
        Text("Written on {day} from mailer.toml, by mailer.", day=today.isoformat()).say(language),
        "",
        *_rows(controller(settings), language),
    ]
    for at, one in enumerate(settings.lists.values(), 1):
        lines += _part(at, Text("{title}", title=one.title), entries_of(settings, one, own_fields), language)
    number = len(settings.lists)
    lines += _part(number + 1, Text("Questionnaires"), questionnaires(settings), language)
    lines += _part(number + 2, Text("Departures and objections"), objections(), language)
    lines += _part(
        number + 3, Text("Measures of security, of all of them"), security(settings, encrypted), language
    )
    return "\n".join(lines) + "\n"


def _part(number: int, title: Text, rows: Sequence[Row], language: str) -> Iterator[str]:
    yield from ("", f"## {number}. {_line(title.say(language))}", "")
    yield from _rows(rows, language)


def _rows(rows: Sequence[Row], language: str) -> Iterator[str]:
    colon = "\u00a0:" if language == "fr" else ":"
    for head, words in rows:
        yield f"* **{head.say(language)}**{colon} {_line(words.say(language))}"


def _line(text: str) -> str:
    """No-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()
