"""Whether a disk is encrypted: as /proc and /sys say it of the usual ways to build one."""

from pathlib import Path

import pytest

from mailer.workspace.disk import is_encrypted

CRYPT = "CRYPT-LUKS2-6bd1f1a0-luks\n"
# The device of the mount, then each device: its uuid of device-mapper and those it is made of.
DISKS: dict[str, tuple[str, dict[str, tuple[str, tuple[str, ...]]], bool | None]] = {
    "a plain partition": ("8:1", {"8:1": ("", ())}, False),
    "LUKS": ("253:0", {"253:0": (CRYPT, ("8:1",)), "8:1": ("", ())}, True),
    "LVM on LUKS": (
        "253:1",
        {"253:1": ("LVM-x", ("253:0",)), "253:0": (CRYPT, ("8:1",)), "8:1": ("", ())},
        True,
    ),
    "LVM in clear": ("253:1", {"253:1": ("LVM-x", ("8:1",)), "8:1": ("", ())}, False),
    "a mirror, half of it in clear": (
        "9:0",
        {"9:0": ("", ("253:0", "8:2")), "253:0": (CRYPT, ()), "8:2": ("", ())},
        False,
    ),
    "nothing known of it": ("8:9", {}, None),
    "memory": ("0:40", {}, None),
}


def machine(
    folder: Path, device: str, made: dict[str, tuple[str, tuple[str, ...]]], kind: str = "ext4"
) -> Path:
    """Its /proc and /sys, as far as they are read; the workspace stands on the second mount."""
    (folder / "proc/self").mkdir(parents=True)
    here = str(folder / "my work").replace(" ", "\\040")
    lines = [
        "22 1 8:77 / / rw shared:1 - ext4 /dev/root rw",
        f"23 22 {device} / {here} rw,relatime shared:2 master:1 - {kind} /nowhere rw",
        "24 22 0:5 / /else rw - tmpfs none rw",
        "spoilt",
    ]
    (folder / "proc/self/mountinfo").write_text("\n".join(lines), encoding="utf-8")
    blocks = folder / "sys/dev/block"
    for name, (uuid, below) in made.items():
        (blocks / name / "slaves").mkdir(parents=True)
        if uuid:
            (blocks / name / "dm").mkdir()
            (blocks / name / "dm/uuid").write_text(uuid, encoding="ascii")
        for one in below:
            (blocks / name / "slaves" / one.replace(":", "-")).symlink_to(blocks / one)
    there = folder / "my work/subscribers"
    there.mkdir(parents=True)
    return there


def asked(folder: Path, there: Path) -> bool | None:
    return is_encrypted(there, proc=folder / "proc", sys=folder / "sys")


@pytest.mark.parametrize("name", DISKS)
def test_as_it_is_built(tmp_path: Path, name: str) -> None:
    device, made, expected = DISKS[name]
    assert asked(tmp_path, machine(tmp_path, device, made)) is expected


def test_an_encrypted_file_system(tmp_path: Path) -> None:
    assert asked(tmp_path, machine(tmp_path, "0:50", {}, kind="fuse.gocryptfs")) is True


def test_another_system_says_nothing(tmp_path: Path) -> None:
    assert is_encrypted(tmp_path, proc=tmp_path / "none") is None


def test_this_machine_answers_without_a_fault(tmp_path: Path) -> None:
    assert is_encrypted(tmp_path) in (True, False, None)
