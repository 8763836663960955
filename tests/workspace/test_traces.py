"""An address is found however it is written, across chunks and line ends; what only resembles it is not."""

import base64
import io
import os
import quopri
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.workspace.traces import finder, traces

ZOE = "zoe.renard@example.org"
SPELT = {
    "plain": ZOE.encode(),
    "capitals": b"To: Zoe <ZOE.Renard@Example.ORG>",
    "utf16": f"email;nom\n{ZOE};Zoé".encode("utf-16"),
    "utf16-be": f"x{ZOE.upper()}".encode("utf-16-be"),
    "quoted": quopri.encodestring(f"{'é' * 10} {ZOE}".encode()).replace(b"@", b"=40"),
    "soft-break": b"mailto:zoe.ren=\r\nard@exam=\r\nple.org",
    "percent": quote(ZOE).encode(),
    "entity": ZOE.replace("@", "&#64;").encode(),
    "base64": base64.encodebytes(b"x" * 55 + ZOE.encode() + b"y" * 70),
    "base64-utf16": base64.b64encode(f"a{ZOE}".encode("utf-16-le")),
}


@pytest.mark.parametrize("name", SPELT)
def test_however_it_is_written(name: str) -> None:
    assert finder((ZOE,))(b"before " + SPELT[name] + b" after")


@pytest.mark.parametrize(
    "other", ["zoe.renar@example.org", "zoe_renard@example.org", "zoe.renard@example.or"]
)
def test_not_what_resembles_it(other: str) -> None:
    assert not finder((ZOE,))(other.encode())


@given(before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_in_base64_wherever_it_begins(before: bytes, after: bytes) -> None:
    assert finder((ZOE,))(base64.encodebytes(before + ZOE.encode() + after))


@pytest.mark.parametrize("at", [(1 << 20) - 10, (1 << 20) - 1, 2 << 20])
def test_across_chunks(tmp_path: Path, at: int) -> None:
    (tmp_path / "long").write_bytes(b"." * at + ZOE.encode() + b"." * 100)
    assert traces(tmp_path, (ZOE,)) == [tmp_path / "long"]


def test_in_a_spreadsheet_and_nowhere_it_must_not_look(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("content.xml", f"<text:p>{ZOE}</text:p>" + "<text:p>x</text:p>" * 5000)
    (tmp_path / "list.ods").write_bytes(packed.getvalue())
    (tmp_path / "cut.ods").write_bytes(packed.getvalue()[:-40])
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/object").write_text(ZOE)
    (tmp_path / "skipped.db").write_text(ZOE)
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/é.csv").write_text(ZOE)
    (tmp_path / "link.csv").symlink_to(tmp_path / "deep/er/é.csv")
    (tmp_path / "circle").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "outbox/deep").mkdir(parents=True)
    (tmp_path / "outbox/deep/one.eml").write_text(ZOE)
    found = traces(tmp_path, (ZOE,), but=(tmp_path / "skipped.db", tmp_path / "outbox"))
    assert found == [tmp_path / "list.ods", tmp_path / "deep/er/é.csv"]


def test_a_bomb_is_not_unpacked_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.workspace.traces._MOST_ZIPPED", 1 << 20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as book:
        for at in range(4):
            book.writestr(str(at), b"\0" * (4 << 20))
        book.writestr("last", ZOE)
    assert traces(tmp_path, (ZOE,)) == []
