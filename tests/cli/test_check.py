"""`mailer check`: every fault at once, with file:line:column and a cure; exit 3 on errors."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import Mailer, Run, environment

LINE = re.compile(r"(?P<file>[^:]+):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*) (?P<said>.+: .+)")
FAULTY = """\
+++
subject = "Tract"
lists = ["nope"]
subjet = "x"
template = "trac"
from = "bad"
+++

# Titre

Bonjour {{ prenon }}, {{ first_name

![](absent.png)
"""


def places(run: Run) -> list[str]:
    """The places of the findings, each line of the result being one."""
    found = [LINE.fullmatch(line) for line in run.lines]
    assert all(found)
    return [f"{one['file']}:{one['line']}:{one['column']}" for one in found if one]


def test_a_clean_workspace(mailer: Mailer) -> None:
    run = mailer("check")
    assert (run.code, run.out, run.err) == (0, "", "0 errors, 0 warnings\n")


def test_every_fault_at_once_each_where_it_stands(mailer: Mailer) -> None:
    mailer.write("campaigns/tract.md", FAULTY)
    run = mailer("check")
    assert run.code == 3
    assert places(run) == [
        "campaigns/tract.md:3:9",  # no such list
        "campaigns/tract.md:4:1",  # no such key
        "campaigns/tract.md:5:12",  # no such template
        "campaigns/tract.md:6:8",  # not an address
        "campaigns/tract.md:11:12",  # no such field
        "campaigns/tract.md:11:23",  # never closed
        "campaigns/tract.md:13:5",  # an image without words…
        "campaigns/tract.md:13:5",  # …nor file
    ]
    assert "campaigns/tract.md:4:1 unknown key 'subjet': did you mean 'subject'?" in run.lines
    assert run.err == "8 errors, 0 warnings\n"


def test_a_faulty_placeholder_alone_is_not_also_an_empty_tract(mailer: Mailer) -> None:
    mailer.campaign("tract", "{{ prenon }}")
    assert places(mailer("check")) == ["campaigns/tract.md:8:4"]


def test_json_says_the_same(mailer: Mailer) -> None:
    mailer.write("campaigns/tract.md", FAULTY)
    said, run = mailer("check"), mailer("check", "--json")
    assert (run.code, run.err) == (3, "")
    assert {frozenset(finding) for finding in run.json} == {
        frozenset(("file", "line", "column", "code", "level", "message", "cure"))
    }
    assert said.lines == [
        f"{one['file']}:{one['line']}:{one['column']} {one['message']}: {one['cure']}" for one in run.json
    ]


def test_a_warning_is_no_error(mailer: Mailer) -> None:
    mailer.campaign("tract", "[ici](https://example.org/)")
    run = mailer("check", "tract")
    assert run.code == 0
    assert run.lines[0].startswith("campaigns/tract.md:8:7 (warning) 'ici' ")
    assert run.err == "0 errors, 1 warning\n"


# --- which campaigns ---------------------------------------------------------------


@pytest.fixture
def two(mailer: Mailer) -> Mailer:
    """`greve-mai` and `greve-juin`, each with one fault on its line 8."""
    for slug in ("greve-mai", "greve-juin"):
        mailer.campaign(slug, "Bonjour {{ prenon }}")
    return mailer


def test_all_when_none_is_named(two: Mailer) -> None:
    assert places(two("check")) == ["campaigns/greve-juin.md:8:12", "campaigns/greve-mai.md:8:12"]


@pytest.mark.parametrize("name", ["greve-mai", "greve-m"])
def test_by_slug_or_its_unique_beginning(two: Mailer, name: str) -> None:
    assert places(two("check", name)) == ["campaigns/greve-mai.md:8:12"]


def test_paths_are_of_where_one_stands(two: Mailer) -> None:
    elsewhere = two.folder.parent
    for name, cwd in (
        ("section/campaigns/greve-mai.md", elsewhere),
        (str(two.folder / "campaigns/greve-mai.md"), Path("/")),
    ):
        assert places(two("check", name, cwd=cwd)) == ["campaigns/greve-mai.md:8:12"]


def test_several_each_said_once(two: Mailer) -> None:
    run = two("check", "greve-mai", "relation-clients", "campaigns/greve-juin.md", "greve-m")
    assert places(run) == ["campaigns/greve-juin.md:8:12", "campaigns/greve-mai.md:8:12"]
    assert run.code == 3


@pytest.mark.parametrize(
    "name, said",
    [
        ("greve", "begins the name of several campaigns: "),
        ("", "'mailer campaigns' lists them"),
    ],
)
def test_a_name_that_is_no_campaign(two: Mailer, name: str, said: str) -> None:
    run = two("check", name)
    assert (run.code, run.out) == (2, "")
    assert said in run.err


def test_the_whole_name_wins_over_the_beginning_of_another(two: Mailer) -> None:
    two.campaign("greve-mai-2", "Un texte.")
    assert places(two("check", "greve-mai")) == ["campaigns/greve-mai.md:8:12"]


# --- the workspace -----------------------------------------------------------------


def test_faults_of_the_settings_all_at_once(mailer: Mailer) -> None:
    mailer.edit("mailer.toml", 'contact = "contact@example.org"', 'contact = "nobody"')
    mailer.edit("mailer.toml", "[site]", "[sit]")
    mailer.edit("mailer.toml", 'path = "subscribers/outbox"', 'pasword = "x"')
    run = mailer("check")
    assert run.code == 3
    assert places(run) == ["mailer.toml:8:11", "mailer.toml:16:2", "mailer.toml:21:1"]
    assert run.lines[1].endswith("unknown key 'sit': did you mean 'site'?")


def test_a_password_in_the_settings_is_an_error_and_is_not_printed(mailer: Mailer) -> None:
    mailer.edit("mailer.toml", 'path = "subscribers/outbox"', 'password = "s3cr3t"')
    run = mailer("check")
    assert (run.code, places(run)) == (3, ["mailer.toml:21:1"])
    assert "s3cr3t" not in run.out + run.err


def test_faults_of_the_environment_name_the_variable(mailer: Mailer) -> None:
    run = mailer("check", MAILER_SENDER_FROM="nobody", MAILER_SITE_VIEW_DAYS="many")
    assert run.code == 3
    assert places(run) == ["MAILER_SENDER_FROM:1:1", "MAILER_SITE_VIEW_DAYS:1:1"]
    assert "'sender.from' cannot be 'nobody'" in run.lines[0]


def test_other_programs_variables_are_left_in_peace(mailer: Mailer) -> None:
    run = mailer("check", MAILER_DSN="smtp://x", MAILER_SENDR_FROM="x")
    assert (run.code, len(run.lines)) == (0, 1)
    assert "did you mean 'MAILER_SENDER_FROM'?" in run.lines[0]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01\x02[", b"a" * 1_000_001])
def test_settings_that_are_none(mailer: Mailer, content: bytes) -> None:
    mailer.write("mailer.toml", content)
    run = mailer("check")
    assert run.code == 3
    assert all(place.startswith("mailer.toml:") for place in places(run))


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_personal_files_that_git_tracks(mailer: Mailer) -> None:
    mailer.write("subscribers/équipe.csv", "email\n")
    for arguments in (["init", "--quiet"], ["add", "--force", "subscribers"]):
        env = environment(GIT_CONFIG_GLOBAL=os.devnull)
        subprocess.run(["git", *arguments], cwd=mailer.folder, env=env, check=True)
    # They are said whichever campaign is looked at, from wherever.
    run = mailer("check", "relation-clients", cwd=mailer.folder / "templates")
    assert run.code == 3
    assert places(run) == ["subscribers/keys/keys.toml:1:1", "subscribers/équipe.csv:1:1"]
    assert "run 'git rm --cached subscribers/keys/keys.toml'" in run.out


# --- texts as editors save them -----------------------------------------------------


def test_bom_crlf_and_cp1252_are_read_and_said(mailer: Mailer) -> None:
    mailer.campaign("tract", "Été à l’œuvre.")
    text = (mailer.folder / "campaigns/tract.md").read_text(encoding="utf-8")
    mailer.write("campaigns/crlf.md", text.replace("\n", "\r\n").encode("cp1252"))
    mailer.write("campaigns/bom.md", text.encode("utf-8-sig"))
    run = mailer("check", "--json", "bom", "crlf")
    assert run.code == 0
    assert [(one["file"], one["code"], one["level"]) for one in run.json] == [
        ("campaigns/bom.md", "encoding-bom", "info"),
        ("campaigns/crlf.md", "encoding-crlf", "info"),
        ("campaigns/crlf.md", "encoding-cp1252", "info"),
    ]


def test_nul_and_ten_megabytes(mailer: Mailer) -> None:
    mailer.campaign("zero", "a\0b")
    mailer.write("campaigns/big.md", b"a" * 10_000_000)
    run = mailer("check")
    assert run.code == 3
    assert places(run) == ["campaigns/big.md:1:1", "campaigns/zero.md:8:2"]
    assert "\0" not in run.out


def test_a_file_name_that_is_no_text(mailer: Mailer) -> None:
    try:
        mailer.campaign("tract").rename(mailer.folder / "campaigns" / os.fsdecode(b"gr\xe8ve.md"))
    except OSError:
        pytest.skip("this file system wants UTF-8 names")
    run = mailer("check")
    assert run.code == 3
    assert "cannot name a campaign" in run.out
