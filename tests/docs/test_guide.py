"""The guide does what it says: its files are written, its commands run, what they print is compared."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mailer.compose.typography import typeset_runs
from mailer.tokens.keys import KEYS_FILE
from mailer.words import Text, translations
from tests.cli.command import environment, letter
from tests.docs.pages import Fence, fences, page, prose, tables

GUIDES = {"fr": "fr_FR.UTF-8", "en": "en_GB.UTF-8"}
MARKS = {"fr": "À ÉCRIRE", "en": "TO WRITE"}  # of templates/tract/model*.md
ME = {"fr": "moi", "en": "me"}  # of `mailer test`
MAY_RUN = {"mailer", "mkdir", "cp", "rm"}


def steps(text: str) -> list[tuple[str, str]]:
    """The commands of a block of `$ …`, each with what it prints."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)
    assert not parts[0], "output before the first command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def pattern(printed: str) -> str:
    """What is printed, as a pattern: a line `…` is any lines, sizes may change with the template."""
    lines = ["(?:.*\n)*" if line == "…\n" else re.escape(line) for line in printed.splitlines(keepends=True)]
    return re.sub(r"\d+(?=(?:\\?\s|\\ | )(?:KB|Ko)\b)", r"\\d+", "".join(lines))


class Reader:
    """Somebody who does all that the guide says, in one folder."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder = folder
        self.environ = environment(LANG=GUIDES[language], LANGUAGE=None)

    def obey(self, fence: Fence) -> None:
        """Write a file (`toml > mailer.toml`, `>>` to go on with it), or run commands and compare.

        `toml > mailer.toml [site]` puts the block in the place of that table.
        """
        kind, *target = fence.info.split()
        if target:
            self.write(fence.text, *target)
        if kind == "console":
            for command, printed in steps(fence.text):
                found = self.run(command)
                assert re.fullmatch(pattern(printed), found), f"$ {command}  (line {fence.line})\n{found}"

    def write(self, text: str, mark: str, name: str, table: str = "") -> None:
        """A block of the guide into a file, or over one table of it, comments below it included."""
        path = self.folder / name
        if table:
            before = path.read_text(encoding="utf-8")
            text, count = re.subn(
                rf"^{re.escape(table)}\n(?:(?!\[).*\n)*", lambda _: f"{text}\n", before, flags=re.M
            )
            assert count == 1
        with path.open({">": "w", ">>": "a"}[mark], encoding="utf-8") as opened:
            opened.write(text)

    def run(self, command: str) -> str:
        """What a command shows on a terminal."""
        program, *arguments = shlex.split(command)
        if program == "cd":
            [name] = arguments
            self.folder /= name
            assert self.folder.is_dir()
            return ""
        assert program in MAY_RUN
        own = [sys.executable, "-m", "mailer"] if program == "mailer" else [program]
        done = subprocess.run(
            [*own, *arguments],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )
        assert done.returncode in (0, 3, 4)  # done, faults found, refused by a gate
        return done.stdout.decode()


@pytest.mark.parametrize("language", GUIDES)
def test_all_it_says_happens(language: str, tmp_path: Path) -> None:
    reader = Reader(tmp_path, language)
    for fence in fences(page(f"docs/guide/{language}.md")):
        reader.obey(fence)
    [message] = (reader.folder / "out").glob("*.eml")
    assert b"To: camille.martin@example.org" in message.read_bytes()
    outbox = [letter(path) for path in (reader.folder / "subscribers" / "outbox").glob("*.eml")]
    assert sorted(str(sent["To"]) for sent in outbox) == [
        "camille.martin@example.org",
        f"{ME[language]}@example.org",
        "sam.leroy@example.org",
    ]


def test_both_say_the_same() -> None:
    french, english = (outline(page(f"docs/guide/{language}.md")) for language in GUIDES)
    assert french == english


def outline(text: str) -> list[str]:
    """What a guide holds, whatever its words: headings, points, rows, blocks, commands."""
    held = []
    for line in prose(text).split("\n"):
        mark = re.match(r"#+ |\* |\|", line)
        held += [mark[0]] if mark else []
    for fence in fences(text):
        held.append(" ".join(fence.info.split()[:2]))
        if fence.info == "console":
            commands = [shlex.split(command) for command, _ in steps(fence.text)]
            held += [" ".join(words[: 2 if words[0] == "mailer" else 1]) for words in commands]
    return held


# What the last table of each guide tells people to look up: the program's own sentences.
LOOKED_UP = (
    Text("there is no workspace here: run 'mailer init DIR' to make one"),
    Text("the settings have faults: nothing was done"),
    Text("'{words}' is still to be written", words=Text("TO WRITE")),
    Text("a questionnaire file needs a site, and [site].url is empty"),
    Text(
        "nobody is on {lists}: nothing was sent. Bring people in: "
        "mailer subscribers import FILE --list {first}",
        lists="",
        first="",
    ),
    Text("nobody is there to confirm: add --yes to send to {count}", count=2),
    Text("no password for {name}: set {variable}, or password_file under [transport]", name="", variable=""),
    Text("another send is at work here (process {pid}): nothing was done", pid=0),
    Text("Paused: {why}{words}.", why="", words=""),
    Text("unknown, the reply was lost: {address}", address=""),
    Text("{file} cannot be read: {reason}. Put your copy of it back.", file=KEYS_FILE, reason=""),
    Text(
        "The program failed ({name}: {reason}). Run it again with --debug and report what it shows.",
        name="",
        reason="",
    ),
)


@pytest.mark.parametrize("language", GUIDES)
def test_the_sentences_one_looks_up_are_the_programs_own(language: str) -> None:
    *_, (_, rows) = tables(page(f"docs/guide/{language}.md"))
    said = [text.say(language).replace("TO WRITE", MARKS[language]) for text in LOOKED_UP]
    seen = [row[0][1:-1] for row in rows if row[0].startswith("`") and "command not found" not in row[0]]
    assert len(seen) == len(said)
    assert [one for one, whole in zip(seen, said, strict=True) if not whole.startswith(one)] == []
    french = translations("fr")  # a sentence the program no longer says has left its catalogue
    assert [text.msgid for text in LOOKED_UP if french.gettext(text.msgid) == text.msgid] == []


def test_french_is_typeset() -> None:
    for line in prose(page("docs/guide/fr.md")).split("\n"):
        parts = re.split(r"(`[^`]*`|\]\([^)]*\))", line)
        words = [part if at % 2 == 0 else "x" * len(part) for at, part in enumerate(parts)]
        assert typeset_runs(words, "fr") == words, line
