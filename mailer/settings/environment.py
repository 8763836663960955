"""Settings from the environment: MAILER_SITE_URL stands for [site].url and overrides it."""

import re
from collections.abc import Iterator, Mapping

from mailer.findings import Finding, Place, warning
from mailer.settings.schema import SCHEMA
from mailer.toml.document import Document
from mailer.toml.table import Key, Table
from mailer.words import Text

PASSWORD = "MAILER_SMTP_PASSWORD"  # noqa: S105  its name; read where the connection is made, never kept
BOUNCES_PASSWORD = "MAILER_BOUNCES_PASSWORD"  # noqa: S105  of the mailbox where mail returns
PREFIX = "MAILER_"
_SECRETS = (PASSWORD, BOUNCES_PASSWORD)


def with_environment(document: Document, environ: Mapping[str, str]) -> tuple[Document, list[Finding]]:
    """The document with the values of `environ` over its own; each has its variable for place.

    A list is written with commas. Keys of lists, relays and DKIM, and segments, have no variable.
    """
    keys = {PREFIX + "_".join(path).upper(): (path, key) for path, key in _single(SCHEMA)}
    findings = []
    for variable in sorted(name for name in environ if name.startswith(PREFIX) and name not in _SECRETS):
        if variable in keys:
            path, key = keys[variable]
            document = document.overlay(path, _value(environ[variable], key), Place(variable))
        elif guess := _closest(variable, keys):
            message = Text("this variable is not one of ours")
            cure = Text("did you mean '{guess}'?", guess=guess)
            findings.append(warning("unknown-variable", Place(variable), message, cure))
    return document, findings


def _single(table: Table, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Key]]:
    """The keys that stand once in the file."""
    for key in table:
        if key.kind == "table":
            yield from _single(key.keys, (*prefix, key.name))
        elif not key.keys and key.kind != "named values":
            yield (*prefix, key.name), key


def _value(text: str, key: Key) -> object:
    """The text as TOML would have typed it; left as it is if it cannot be, for the table to refuse."""
    match key.kind:
        case "integer" if re.fullmatch(r"-?[0-9]{1,18}", text.strip()):
            return int(text)
        case "boolean" if text.strip().lower() in ("true", "false"):
            return text.strip().lower() == "true"
        case "strings":
            return [part.strip() for part in text.split(",") if part.strip()]
        case _:
            return text


def _closest(variable: str, known: Mapping[str, object]) -> str:
    """Only a near miss is ours: other programs (Symfony's MAILER_DSN) share the prefix."""
    import difflib  # noqa: PLC0415

    matches = difflib.get_close_matches(variable[:60], list(known), n=1, cutoff=0.85)
    return matches[0] if matches else ""
