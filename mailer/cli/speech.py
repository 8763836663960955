"""Which language the command line speaks."""

import gettext
import locale
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from mailer.words import DOMAIN, LANGUAGES, LOCALE_FOLDER, Text


class Speech:
    """The language chosen for this run."""

    language = "en"


def speak() -> None:
    """Choose the language of this run, for our sentences and for Click's."""
    Speech.language = choose(os.environ, Path.cwd())
    # Click takes its words from gettext's own domain: ours holds them too.
    os.environ["LANGUAGE"] = Speech.language
    gettext.bindtextdomain(DOMAIN, str(LOCALE_FOLDER))
    gettext.textdomain(DOMAIN)


def say(text: Text) -> str:
    """A sentence in the language of this run."""
    return text.say(Speech.language)


def choose(environ: Mapping[str, str], folder: Path) -> str:
    """The locale's language if it says one, else the organisation's, else English.

    `LC_ALL=C` and `LC_MESSAGES=C` are how scripts ask for untranslated words. `LANG=C` or nothing is
    what bare machines have: it asks for nothing, and the workspace's own language is spoken.
    """
    if environ.get("LC_ALL") in {"C", "POSIX"}:  # stronger than LANGUAGE (GNU gettext manual, 2.3.3)
        return "en"
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "")
        if not value:
            continue
        spoken = value.split(":")[0].split(".")[0].split("_")[0].lower()
        if spoken not in {"c", "posix"}:
            return spoken if spoken in LANGUAGES else "en"
        if name != "LANG":
            return "en"
    if sys.platform == "win32":
        spoken = (locale.getlocale()[0] or "")[:2].lower()
        return "fr" if spoken == "fr" else "en"
    return _organisation_language(folder) or "en"


def _organisation_language(folder: Path) -> str | None:
    for parent in (folder, *folder.parents):
        try:
            settings = tomllib.loads((parent / "mailer.toml").read_text(encoding="utf-8-sig"))
            language = settings["organisation"]["language"]
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return language if language in LANGUAGES else None
    return None
