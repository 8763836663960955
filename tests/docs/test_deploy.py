"""The files of docs/deploy do what they say: units that systemd understands, commands that exist."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, page
from tests.docs.test_pages import refusal

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE = page("docs/deploy/compose/compose.yaml")
SERVICES = [
    path for path in UNITS if "mailer " in path.read_text("utf-8").partition("ExecStart=")[2].split("\n")[0]
]


def started(unit: Path) -> list[list[str]]:
    """The commands of a unit."""
    return [
        shlex.split(line) for line in re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
    ]


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """Each as it is, but for programs that this machine may not have."""
    if shutil.which("systemd-analyze") is None:
        reason = "SYSTEMD-ANALYZE IS NOT INSTALLED: the units of docs/deploy/systemd are not verified"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)
    for unit in UNITS:
        text = re.sub(
            r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit.read_text("utf-8"), flags=re.MULTILINE
        )
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    names = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_unit_with_a_fault_is_found(tmp_path: Path) -> None:
    """What the test above relies on."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "faulty.service"
    unit.write_text(f"[Service]\nExecStart={sys.executable}\nProtectSytem=strict\n", encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert "ProtectSytem" in done.stderr


def test_units_start_commands_that_exist() -> None:
    commands = [words for unit in UNITS for words in started(unit)]
    ours = [words[1:] for words in commands if words[0].endswith("/mailer")]
    assert [words[0] for words in ours] == ["serve", "worker"]
    assert [fault for words in ours if (fault := refusal(words))] == []


def test_units_are_hardened_and_leave_time_to_finish() -> None:
    assert len(SERVICES) == 2
    for unit in UNITS:
        text = unit.read_text("utf-8")
        if unit.suffix == ".service":
            for line in (
                "NoNewPrivileges=yes",
                "ProtectSystem=strict",
                "CapabilityBoundingSet=",
                "UMask=0077",
            ):
                assert f"\n{line}\n" in text, unit.name
    for unit in SERVICES:
        text = unit.read_text("utf-8")
        assert "\nTimeoutStopSec=11min\n" in text  # a final dot may take ten (RFC 5321, 4.5.3.2.6)
        assert "\nStateDirectoryMode=0700\n" in text


def test_the_compose_file_runs_commands_that_exist() -> None:
    commands = re.findall(r"^ +command: \[(.*)\]$", COMPOSE, re.MULTILINE)
    typed = re.findall(r"docker compose run --rm \w+ (.*)$", COMPOSE, re.MULTILINE)
    words = [[word.strip(' "') for word in command.split(",")] for command in commands]
    words += [shlex.split(command) for command in typed]
    assert [one[0] for one in words] == ["serve", "worker", "send"]
    assert [fault for one in words if (fault := refusal(one))] == []


def test_images_are_official_ones_or_our_own() -> None:
    images = re.findall(r"^ +image: (\S+)$", COMPOSE, re.MULTILINE)
    images += re.findall(r"^FROM (\S+)", page("docs/deploy/compose/Dockerfile"), re.MULTILINE)
    assert {image.partition(":")[0] for image in images} == {"mailer", "postgres", "caddy", "python"}


def test_volumes_named_are_declared() -> None:
    [declared] = re.findall(r"^volumes: \{(.*)\}$", COMPOSE, re.MULTILINE)
    used = set(re.findall(r"^ +- (\w+):/|volumes: \[\"(\w+):", COMPOSE, re.MULTILINE))
    assert {one for pair in used for one in pair if one} == set(re.findall(r"(\w+): \{\}", declared))


def test_the_builder_is_given_what_the_wheel_is_made_of_and_nothing_personal() -> None:
    """docker build sends its context, and COPY keeps it in a layer: no list, no key, no database."""
    lines = [line for line in page(".dockerignore").split("\n") if line and not line.startswith("#")]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert all((ROOT / path).exists() for path in let_in)
    project = tomllib.loads(page("pyproject.toml"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "pyproject.toml"}
    beside = {path for path in needed if path not in let_in and path.split("/")[0] not in let_in}
    assert {path for path in beside if not any(path.startswith(f"{one}/") for one in let_in)} == set()
    assert {path for path in let_in if path.startswith("subscribers")} == {
        "subscribers/README.md",
        "subscribers/sample.csv",
    }


def test_containers_find_their_keys_and_write_in_their_own_folder_alone() -> None:
    """Tried by hand with read-only mounts and the image's user: docs/deploy/compose/compose.yaml's head."""
    image = page("docs/deploy/compose/Dockerfile")
    [user] = re.findall(r"useradd --uid (\d+)", image)
    assert f"chown -R {user} workspace/subscribers/keys" in COMPOSE
    for name in ("web1", "web2", "worker1", "worker2"):
        mounts = COMPOSE.partition(f"\n  {name}:")[2].partition("\n\n")[0]
        assert "- ./workspace:/srv/mailer:ro" in mounts
        assert f"- {name}:/srv/mailer/subscribers\n" in mounts
        assert "- ./workspace/subscribers/keys:/srv/mailer/subscribers/keys:ro" in mounts
