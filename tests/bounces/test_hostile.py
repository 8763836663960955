"""Mails made to stop who reads them: read in a bounded time, no exception (security.md: 100 ms on 1 MB)."""

import time

import pytest

from mailer.bounces.reading import read

_LARGE = 1_000_000
_LIMIT = 1.0  # seconds of processor time: ten times the target, which `bench` measures
_HEAD = b"From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail Returned to Sender\n"
_REPORT = _HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
_STATUS = _REPORT + b"--b\nContent-Type: message/delivery-status\n\n"
_HTML = _HEAD + b"Content-Type: text/html\n\n"
_WORDS = b"user recipient host mailbox over quota attempts to deliver the message "

HOSTILE = {
    "100,000 parts": _REPORT + b"--b\n\nx\n" * 100_000,
    "nested": _HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(20_000)),
    "nested in itself": _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 15_000,
    "mails within mails": _HEAD + b"Content-Type: message/rfc822\n\n" * 30_000,
    "140,000 fields": b"X-A: b\n" * 140_000 + b"\nx",
    "one field": b"Subject: " + b"a" * _LARGE + b"\n\nx",
    "folded for ever": b"Subject: x\n" + b" y\n" * 300_000 + b"\nx",
    "a boundary of a megabyte": b'Content-Type: multipart/mixed; boundary="' + b"a" * _LARGE + b"\n\nx",
    "parameters": b"Content-Type: multipart/mixed" + b";a=b" * 250_000 + b"\n\nx",
    "encoded words": b"From: " + b"=?utf-8?q?a?= " * 70_000 + b"\n\nx",
    "@ alone": _HEAD + b"\n" + b"@" * _LARGE,
    "addresses run together": _HEAD + b"\n" + b"a@b." * 250_000,
    "addresses, line by line": _HEAD + b"\n" + b"<a@b.example>: could not be delivered\n" * 26_000,
    "a local part without end": _HEAD + b"\n" + b"a.b-" * 250_000 + b"@x.example",
    "words of refusals": _HEAD + b"\n<a@b.example>: " + _WORDS * 14_000,
    "lines of refusals": _HEAD + b"\n" + b"<c@b.example>: said 550 5.1.1 " + (_WORDS + b"\n") * 14_000,
    "codes": _HEAD + b"\n<a@b.example>: " + b"550 5.1.1." * 100_000,
    "spaces": _HEAD + b"\n" + b" " * _LARGE,
    "dashes": _HEAD + b"\n" + b"-\n" * 500_000,
    "tags that never close": _HTML + b"<" * _LARGE,
    "styles within styles": _HTML + b"<style>" * 140_000,
    "entities": _HTML + b"&a" * 500_000,
    "recipients": _STATUS + b"Final-Recipient: rfc822; a@b.example\nAction: failed\n\n" * 19_000,
    "recipients in one block": _STATUS + b"Final-Recipient: rfc822; a@b.example\n" * 27_000,
    "recipients and long words": _STATUS
    + b"".join(
        b"Final-Recipient: rfc822; a%d@b.example\nAction: failed\nDiagnostic-Code: %s%d\n\n"
        % (i, _WORDS * 9, i)
        for i in range(1_300)
    ),
    "base64 rubbish": _HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=Y!Q" * 250_000,
    "quoted-printable rubbish": _HEAD
    + b"Content-Transfer-Encoding: quoted-printable\n\n"
    + b"=3D=\n" * 200_000,
    "asks to leave for ever": b"Subject: x\n\n" + b"merci de " * 110_000,
    "NUL": b"\0" * _LARGE,
    "line ends": b"\r" * _LARGE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_read_in_bounded_time(name: str) -> None:
    raw = HOSTILE[name][: _LARGE + 200]
    begun = time.process_time()
    reading = read(raw)
    assert time.process_time() - begun < _LIMIT
    assert len(reading.recipients) <= 40
    assert len(reading.traces) <= 60


@pytest.mark.parametrize(
    "charset",
    [
        "rot13",
        "zip",
        "idna",
        "punycode",
        "utf-7",
        "unicode_escape",
        "undefined",
        "",
        "x-unknown",
        "\0",
        "utf-16",
    ],
)
def test_any_charset_is_read(charset: str) -> None:
    head = _HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert read(head + b"\xff\xfe could not be delivered: <a@b.example>: 550 \xe9").kind == "bounce"


def test_what_it_says_is_one_printable_line() -> None:
    mail = (
        _STATUS
        + b"Final-Recipient: rfc822; a@b.example\nDiagnostic-Code: smtp; 550 \x1b[2J\xe2\x80\xaeevil\x07\n"
    )
    [one] = read(mail).recipients
    assert one.diagnostic.isprintable()
    assert "[2J" in one.diagnostic
