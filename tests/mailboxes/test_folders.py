"""Mail in files: each letter once, none changed but in a Maildir that is polled."""

from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.mailboxes.folders import Maildir, Mbox
from mailer.mailboxes.letters import MOST
from mailer.mailboxes.opening import open_mailbox

ONE, TWO = b"Subject: un\n\n\xff un\n", b"Subject: deux\n\nFrom ici\n"


def maildir(path: Path, *, seen: bytes = b"") -> Path:
    for part in ("new", "cur", "tmp"):
        (path / part).mkdir(parents=True)
    (path / "new" / "1.host").write_bytes(ONE)
    (path / "cur" / "2.host:2,R").write_bytes(TWO)
    if seen:
        (path / "cur" / "0.host:2,S").write_bytes(seen)
    return path


def mbox(path: Path) -> Path:
    path.write_bytes(
        b"From a@b Thu Nov 26 2026\n" + ONE + b"\nFrom c@d Thu Nov 26 2026\n" + TWO.replace(b"From", b">From")
    )
    return path


def refuse(name: str) -> str:
    raise AssertionError(name)


def test_a_maildir_is_read_once_and_marked(tmp_path: Path) -> None:
    path = maildir(tmp_path / "M", seen=b"seen")
    box = open_mailbox("maildir:M", tmp_path, lambda: refuse("no password"))
    found = list(box.letters(""))
    assert [one.raw for one in found] == [ONE, TWO]
    found[0].done()
    found[0].done()  # another command did it at the same time
    found[1].done()
    assert sorted(one.name for one in (path / "cur").iterdir()) == ["0.host:2,S", "1.host:2,S", "2.host:2,RS"]
    assert list(box.letters(box.position)) == []
    box.close()


def test_only_the_beginning_of_a_huge_one_is_read(tmp_path: Path) -> None:
    path = maildir(tmp_path / "M")
    with (path / "new" / "0.host").open("wb") as opened:
        opened.truncate(50_000_000)
    first, *_ = Maildir(path).letters("")
    assert len(first.raw) == MOST


def test_what_somebody_moves_meanwhile_is_left_out(tmp_path: Path) -> None:
    path = maildir(tmp_path / "M")
    letters = Maildir(path).letters("")
    next(letters)
    (path / "cur" / "2.host:2,R").rename(tmp_path / "taken")
    assert list(letters) == []


def test_an_mbox_is_left_as_it_is(tmp_path: Path) -> None:
    path = mbox(tmp_path / "box")
    before = path.read_bytes()
    box = open_mailbox("mbox:box", tmp_path, lambda: refuse("no password"))
    found = list(box.letters(""))
    assert [one.raw.split(b"\n")[0] for one in found] == [b"Subject: un", b"Subject: deux"]
    assert [one.name.rpartition(":")[2] for one in found] == ["1", "2"]
    assert path.read_bytes() == before


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Maildir(tmp_path)
    with pytest.raises(UsageError):
        Mbox(tmp_path / "missing")
