"""`mailer bounces read`: what returned mails say, from files of every kind; and whether it is ours."""

import shutil
from pathlib import Path

from mailer.tokens.keys import KEYS_FILE, Keys
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.mails import verp_token
from mailer.tokens.signed import to_base32
from tests.cli.command import ROOT, Mailer
from tests.docs.pages import bare, page
from tests.docs.pages import table as told

MAILS = ROOT / "tests" / "bounces" / "mails"


def _keys(mailer: Mailer) -> Keys:
    return Keys.from_toml((mailer.folder / KEYS_FILE).read_text(encoding="utf-8"))


def _mbox(folder: Path, *names: str) -> Path:
    file = folder / "returned.mbox"
    lines = [
        b"From MAILER-DAEMON Tue Nov  3 10:00:00 2026\n" + (MAILS / f"{name}.eml").read_bytes()
        for name in names
    ]
    file.write_bytes(b"\n".join(lines))
    return file


def test_what_the_contract_tells_of_each(nowhere: Mailer) -> None:
    [item] = nowhere("bounces", "read", str(MAILS / "exim-french-provider.eml"), "--json").json
    keys = [bare(key) for key, *_ in told(page("docs/contract.md"), "`mailer bounces read FILE... --json`")]
    [recipient] = item["recipients"]
    assert sorted([*item, *(f"recipients[].{key}" for key in recipient)]) == sorted(keys)
    assert list(item)[:3] == ["file", "kind", "recipients"]
    diagnostic = recipient.pop("diagnostic")
    assert "OFR_417" in diagnostic
    assert recipient == {
        "address": "camille@orange.fr",
        "action": "failed",
        "status": "5.1.1",
        "permanent": False,
        "reason": "full",
        "ours": False,
    }


def test_a_mailbox_file_a_maildir_and_a_table(nowhere: Mailer) -> None:
    mbox = _mbox(nowhere.folder, "qmail", "stop", "vacation")
    found = nowhere("bounces", "read", str(mbox), "--json").json
    assert [(item["message"], item["kind"]) for item in found] == [
        (1, "bounce"),
        (2, "other"),
        (3, "auto-reply"),
    ]
    assert found[1]["asks_to_leave"] == "STOP"
    for folder in ("new", "cur", "tmp"):
        (nowhere.folder / "box" / folder).mkdir(parents=True)
    shutil.copy(MAILS / "complaint.eml", nowhere.folder / "box" / "new" / "1.a")
    shutil.copy(MAILS / "qmail.eml", nowhere.folder / "box" / "cur" / "2.b:2,S")
    run = nowhere("bounces", "read", "box", str(mbox))
    assert [line.split()[0] for line in run.lines[1:]] == [
        "1.a", "2.b:2,S", "2.b:2,S", "returned.mbox", "returned.mbox", "returned.mbox:2", "returned.mbox:3",
    ]  # fmt: skip
    assert run.err == "5 mails: 2 not delivered, 1 complaining, 1 to leave, 1 of no consequence.\n"
    french = nowhere("bounces", "read", str(mbox), LANGUAGE="fr")
    assert "boîte pleine" in french.out
    assert french.err.startswith("3 messages\xa0: 1 non remis")


def test_ours_is_what_our_keys_have_signed(section: Mailer) -> None:
    keys = _keys(section)
    mail = (MAILS / "postfix-report.eml").read_text(encoding="utf-8")
    forged = "aabc234567abcdefghijklmnopqrstuvwxyz234567abcdef"
    assert forged in mail
    leave = unsubscribe_token(keys, 7, "sample")
    for name, token in (
        ("forged", forged),
        ("verp", verp_token(keys, "abcde12345", 7).upper()),
        ("others", verp_token(Keys.new(lambda count: b"x" * count), "abcde12345", 7)),
        ("leave", to_base32(leave)),
    ):
        section.write(f"{name}.eml", mail.replace(forged, token))
    section.write("link.eml", mail.replace("/u/aTOKEN", f"/u/{leave}"))
    names = ("forged", "verp", "others", "leave", "link")
    found = section("bounces", "read", *(f"{name}.eml" for name in names), "--json").json
    assert [item["ours"] for item in found] == [False, True, False, True, True]
    assert [item["recipients"][0]["ours"] for item in found] == [False, True, False, True, True]


def test_what_is_not_there_stops_it_before_anything_is_told(nowhere: Mailer) -> None:
    run = nowhere("bounces", "read", str(MAILS / "stop.eml"), "missing.eml")
    assert (run.code, run.out) == (2, "")
    assert "missing.eml does not exist" in run.err
    assert nowhere("bounces", "read").code == 2
    (nowhere.folder / "empty").mkdir()
    nowhere.write("empty/emptied.mbox", "")
    assert nowhere("bounces", "read", "empty", "--json").json == []


def test_nothing_a_stranger_wrote_moves_the_cursor(nowhere: Mailer) -> None:
    nowhere.write("evil.eml", "From: x@example.org\nSubject: \n\n\x1b[2JSTOP\n")
    nowhere.write(
        "evil2.eml",
        "From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n<\x1b[31ma@b.example>: no such user\n",
    )
    run = nowhere("bounces", "read", "evil.eml", "evil2.eml")
    assert "\x1b" not in run.out
