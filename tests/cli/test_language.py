"""The language of the command line: the locale's, else the organisation's; the catalogues whole."""

import re
from pathlib import Path

import pytest

from mailer.cli.root import COMMANDS
from mailer.cli.speech import choose
from tests.cli.command import Mailer, Run

FRENCH, ENGLISH = "Il n’y a pas encore de campagne", "There is no campaign yet"
HELPS = [[], *([name] for name in COMMANDS), ["config", "show"]]
WRONG = [
    ["nope"],
    ["--nope"],
    ["check", "--jsn"],
    ["config", "sho"],
    ["new"],
    ["new", "a", "b"],
    ["render", "x", "--for"],
    ["check", "--json=1"],
    ["init", "mailer.toml"],
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Mailer:
    """A workspace without a campaign: `mailer` alone is quick to say so."""
    folder = tmp_path_factory.mktemp("empty")
    mailer = Mailer(folder=folder)
    settings = 'name = "CGT"\ncontact = "contact@example.org"\nlanguage = "fr"\n'
    mailer.write("mailer.toml", f'[organisation]\n{settings}[sender]\nfrom = "contact@example.org"\n')
    return mailer


@pytest.mark.parametrize(
    "environ, spoken",
    [
        ({"LANGUAGE": "fr"}, "fr"),
        ({"LANGUAGE": "en"}, "en"),
        ({"LANGUAGE": "fr_FR:en", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"LANGUAGE": "de:fr"}, "en"),
        ({"LC_ALL": "C"}, "en"),
        ({"LC_ALL": "POSIX"}, "en"),
        ({"LC_ALL": "C", "LANGUAGE": "fr"}, "en"),  # GNU gettext manual, 2.3.3
        ({"LC_MESSAGES": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_GB.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "fr"),  # says nothing: the organisation's
        ({"LANG": "C"}, "fr"),
        ({}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_BE"}, "fr"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
    ],
    ids=str,
)
def test_the_language_of_an_environment(empty: Mailer, environ: dict[str, str], spoken: str) -> None:
    assert choose(environ, empty.folder) == spoken


@pytest.mark.parametrize(
    "settings",
    [
        None,
        b"",
        b"not toml [",
        b"\xff\xfe",
        b"[organisation]\nlanguage = 3",
        b'[organisation]\nlanguage = "de"',
    ],
)
def test_without_a_language_of_the_organisation_it_is_english(tmp_path: Path, settings: bytes | None) -> None:
    if settings is not None:
        (tmp_path / "mailer.toml").write_bytes(settings)
    assert choose({}, tmp_path) == "en"


def test_the_organisation_is_that_of_the_folder_above(empty: Mailer) -> None:
    (empty.folder / "below" / "below").mkdir(parents=True)
    assert choose({}, empty.folder / "below" / "below") == "fr"


def test_the_command_speaks_it(empty: Mailer) -> None:
    assert empty(LANGUAGE=None).out.startswith(FRENCH)
    assert empty(LANGUAGE=None, LC_ALL="C").out.startswith(ENGLISH)
    assert empty(LANGUAGE="fr", LANG="en_GB.UTF-8").out.startswith(FRENCH)
    assert empty(LANGUAGE="en").out.startswith(ENGLISH)


# --- nothing is left in the other language -------------------------------------------


def sentences(text: str) -> set[str]:
    """Two words or more of each piece of a screen, commands, options and names set aside."""
    words = re.sub(r"'[^']*'|--?[a-z]+|<[^>]*>\.\w+|mailer( [a-z]+)*(?= )", " ", text)
    pieces = re.split(r"\n\s*\n|\n(?=\s*--?\w|\s*[a-z]+  )|  +|: ", words)
    found = {" ".join(piece.split()) for piece in pieces}
    return {piece for piece in found if len(re.findall(r"\b[A-Za-zÀ-ÿ]?[a-zà-ÿ]+\b", piece)) >= 2}


def both(mailer: Mailer, *arguments: str) -> tuple[Run, Run]:
    return mailer(*arguments, LANGUAGE="fr"), mailer(*arguments, LANGUAGE="en")


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_help_is_whole_in_both_languages(empty: Mailer, arguments: list[str]) -> None:
    french, english = both(empty, *arguments, "--help")
    assert (french.code, english.code) == (0, 0)
    assert sentences(english.out)
    assert sentences(french.out) & sentences(english.out) == set()
    # The same options and commands, in the same order.
    names = re.compile(r"^  (-[-a-z, ]*|[a-z]+)(?: [A-Z]+)? {2,}", re.MULTILINE)
    assert names.findall(french.out) == names.findall(english.out)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_complaints_are_whole_in_both_languages(empty: Mailer, arguments: list[str]) -> None:
    french, english = both(empty, *arguments)
    assert (french.code, english.code) == (2, 2)
    assert sentences(english.err)
    assert sentences(french.err) & sentences(english.err) == set()


def test_findings_and_talk_are_whole_in_french(mailer: Mailer) -> None:
    mailer.campaign("tract", "Bonjour {{ prenon }} {{ nom\n\n![](x.png) [ici](http://example.org/)")
    french, english = both(mailer, "check")
    assert french.code == english.code == 3
    assert sentences(french.out + french.err) & sentences(english.out + english.err) == set()
    assert "vouliez-vous dire" in french.out.lower()


def test_a_finding_is_punctuated_in_its_language(mailer: Mailer) -> None:
    mailer.campaign("tract", "Bonjour {{ prenon }}")
    (line,) = mailer("check", "tract", LANGUAGE="fr").lines
    assert re.search(r"prenon[^:]*\u00a0: ", line)


def test_json_keeps_its_keys_and_speaks_the_language(mailer: Mailer) -> None:
    mailer.campaign("tract", "Bonjour {{ prenon }}")
    french, english = both(mailer, "check", "--json")
    (one,), (other,) = french.json, english.json
    assert one["message"] != other["message"]
    assert one["cure"] != other["cure"]
    for key in ("file", "line", "column", "code", "level"):
        assert one[key] == other[key]


def test_a_french_mail_holds_no_english(mailer: Mailer) -> None:
    mailer.campaign("tract", "Un texte.\n\n# Un autre titre\n\nUn autre texte.", 'language = "fr"\n')
    mailer.campaign("leaflet", "Un texte.\n\n# Un autre titre\n\nUn autre texte.", 'language = "en"\n')
    for slug in ("tract", "leaflet"):
        assert mailer("render", slug).code == 0
    texts = [(mailer.folder / f"out/{slug}.txt").read_text(encoding="utf-8") for slug in ("tract", "leaflet")]
    french, english = (text.partition("\n-- \n")[2] for text in texts)
    ours = {"CGT Exemple", "1 rue de l’Exemple, 75000 Paris", "contact@example.org"}
    shared = {line for line in french.splitlines() if line and line in english.splitlines()}
    reason = ("Vous recevez ce message", "toutes les personnes")  # the list's own words, in two lines
    assert {line for line in shared if not line.startswith(("http", *reason))} == ours
