"""The keys file: private from its first byte, and never replaced."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.tokens.keys import KEYS_FILE
from mailer.workspace.keys import read_or_make_keys, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_read_ever_after(tmp_path: Path) -> None:
    made, first = read_or_make_keys(tmp_path)
    read, second = read_or_make_keys(tmp_path)
    assert (first, second) == (True, False)
    assert made.versions == read.versions
    assert sorted(path.name for path in (tmp_path / KEYS_FILE).parent.iterdir()) == ["keys.toml"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_only_the_owner_reads_them_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        read_or_make_keys(tmp_path)
    finally:
        os.umask(before)
    path = tmp_path / KEYS_FILE
    assert (mode(path), mode(path.parent), mode(path.parent.parent)) == (0o600, 0o700, 0o700)


def test_two_commands_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: read_or_make_keys(tmp_path)[0].versions, range(64)))
    assert all(versions == outcomes[0] for versions in outcomes)


@pytest.mark.parametrize("content", [b"", b"not toml [", b"\xff\xfe", b'[unsubscribe]\ncurrent = "a"\n'])
def test_a_broken_file_stops_the_command_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    read_or_make_keys(tmp_path)
    path = tmp_path / KEYS_FILE
    path.write_bytes(content)
    with pytest.raises(UsageError):
        read_or_make_keys(tmp_path)
    assert path.read_bytes() == content


def test_a_private_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    write_private(path, b"first")
    with pytest.raises(FileExistsError):
        write_private(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
