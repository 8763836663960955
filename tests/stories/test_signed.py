"""A campaign that we sign ourselves, read as a mailbox provider reads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.signing.record import Record
from tests.cli.command import Mailer
from tests.cli.section import SLUG, WORDS, bring, post_to, table
from tests.signing.verifier import tags, verified
from tests.smtp.server import FaultServer, running


@pytest.fixture
def signing(tmp_path: Path) -> Iterator[tuple[Mailer, FaultServer, list[Record]]]:
    """A section with both kinds of key, and what it has put into the DNS."""
    mailer = Mailer(folder=tmp_path / "section")
    assert Mailer(folder=tmp_path)("init", "section").code == 0
    table(mailer, "site", 'url = "https://lettre.example.org"')
    mailer.campaign(SLUG, WORDS)
    bring(mailer, 12)
    path = mailer.folder / "mailer.toml"
    for kind in ("rsa", "ed25519"):
        made = mailer("dkim", "new", "--type", kind).out.partition("\n\n")[0]
        path.write_text(f"{path.read_text('utf-8')}\n{made}\n", encoding="utf-8")
    records = [Record(name=one["name"], value=one["value"]) for one in mailer("dkim", "show", "--json").json]
    with running(FaultServer()) as server:
        post_to(mailer, server, "connections = 4")
        yield mailer, server, records


def test_everybody_s_mail_is_believed(signing: tuple[Mailer, FaultServer, list[Record]]) -> None:
    """Both signatures on each, and one-click among what they hold."""
    mailer, server, records = signing
    assert mailer("send", SLUG, "--yes").code == 0
    received = server.ledger.accepted
    assert len(received) == 12
    for one in received:
        assert verified(one.data, records) == [True, True]
        header = one.data.partition(b"\r\n\r\n")[0]
        first = header.partition(b"\r\n s=")[0]
        assert first.startswith(
            b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple;\r\n d=lettre.example.org;"
        )
        signature = header[: header.index(b"\r\nDKIM-Signature:")]
        named = tags(signature)["h"].lower().split(":")
        assert {"list-unsubscribe", "list-unsubscribe-post"} < set(named)


def test_a_mail_that_was_touched_on_the_way_is_not(signing: tuple[Mailer, FaultServer, list[Record]]) -> None:
    mailer, server, records = signing
    mailer("send", SLUG, "--yes", "--limit", "2")
    data = server.ledger.accepted[0].data
    for old, new in (
        (b"/u/", b"/w/"),
        (b"\r\nList-Unsubscribe-Post:", b"\r\nX-Post:"),
        (b"\r\nTo: ", b"\r\nTo: x"),
    ):
        assert old in data
        assert verified(data.replace(old, new, 1), records) == [False, False]
