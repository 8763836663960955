"""The catalogues of what people read: gather the sentences, keep the .po files in step, compile the .mo.

`make catalogues`. Sentences come from the code (`Text`, `plural`, `_`), from the templates (`_`) and from
Click (`click.pot`, those our command line can show). English is written by itself: the sentence is
its own translation. French keeps what is translated; what is new stays empty, and a test says so.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LANGUAGES = {"fr": "French", "en": "English"}
KEYWORDS = {"Text": None, "plural": (1, 2), "_": None}  # None: the first argument
TEMPLATE_SUFFIXES = (".mjml", ".html", ".txt")


def main() -> int:
    """Rewrite every catalogue; the exit code is that of `make`."""
    sentences = gather(ROOT)
    for language in LANGUAGES:
        catalogue = merged(sentences, read(language), language)
        _file(language, "po").parent.mkdir(parents=True, exist_ok=True)
        with _file(language, "po").open("wb") as stream:
            write_po(stream, catalogue, include_lineno=False, sort_by_file=True)
        with _file(language, "mo").open("wb") as stream:
            write_mo(stream, catalogue)
        missing = len(untranslated(catalogue))
        sys.stdout.write(f"{language}: {len(catalogue)} sentences, {missing} to translate\n")
    return 0


def gather(root: Path) -> Catalog:
    """Every sentence under `root` that a person may read, without translations."""
    sentences = Catalog()
    for path in sorted((root / "mailer").rglob("*.py")):
        _add(sentences, root, path, "python")
    for path in sorted((*(root / "templates").rglob("*"), *(root / "mailer").rglob("templates/*"))):
        if path.suffix in TEMPLATE_SUFFIXES:
            _add(sentences, root, path, "jinja2.ext:babel_extract")
    with (ROOT / "tests" / "tools" / "click.pot").open("rb") as stream:
        for message in messages(read_po(stream)):
            sentences.add(message.id, locations=[("click", 0)])
    return sentences


def _add(sentences: Catalog, root: Path, path: Path, method: str) -> None:
    # silent=false: a template that Jinja2 cannot read must not lose its sentences unnoticed.
    found = extract_from_file(method, path, keywords=KEYWORDS, options={"silent": "false"})
    for line, msgid, _comments, _context in found:
        sentences.add(msgid, locations=[(path.relative_to(root).as_posix(), line)])


def merged(sentences: Catalog, old: Catalog, language: str) -> Catalog:
    """The catalogue of `language` for exactly these sentences, with the translations that `old` has."""
    new = Catalog(
        locale=language,
        header_comment=f"# What mailer says in {LANGUAGES[language]}. `make catalogues` keeps it in step.",
        project="mailer",
        version="1",
        msgid_bugs_address="SECURITY.md",
        last_translator="The mailer founders",
        language_team="The mailer founders",
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        fuzzy=False,
    )
    for message in messages(sentences):
        known = old.get(message.id)
        translation = message.id if language == "en" else _translation(known, message)
        new.add(message.id, translation, message.locations)
    return new


def _translation(known: Message | None, message: Message) -> str | tuple[str, ...] | list[str] | None:
    # A sentence that has become plural needs a new translation, with both forms.
    if known is None or known.fuzzy or known.pluralizable != message.pluralizable:
        return None
    return known.string


def read(language: str) -> Catalog:
    """The committed catalogue of `language`; an empty one before the first."""
    if not _file(language, "po").exists():
        return Catalog(locale=language)
    with _file(language, "po").open("rb") as stream:
        return read_po(stream, locale=language)


def messages(catalogue: Catalog) -> list[Message]:
    """The sentences of a catalogue, its header left out."""
    return [message for message in catalogue if message.id]


def untranslated(catalogue: Catalog) -> list[Message]:
    """The sentences without a translation, or with one only guessed (fuzzy)."""
    return [message for message in messages(catalogue) if message.fuzzy or not all(forms(message))]


def forms(message: Message) -> tuple[str, ...]:
    """The translations of a sentence: one, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _file(language: str, suffix: str) -> Path:
    return ROOT / "mailer" / "locale" / language / "LC_MESSAGES" / f"mailer.{suffix}"


if __name__ == "__main__":
    sys.exit(main())
