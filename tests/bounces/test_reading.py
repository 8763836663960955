"""Mails that come back, read: each of mails/ says what expected.toml tells, whatever became of its bytes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.bounces.model import BLAME, Reading, Reason
from mailer.bounces.reading import read

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
NOTICES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "notices.toml").read_text(encoding="utf-8"))
MAILS = {path.stem: path.read_bytes() for path in sorted((HERE / "mails").glob("*.eml"))}


def told(reading: Reading) -> dict[str, Any]:
    """A reading in the form of expected.toml."""
    rows = [
        [one.address, one.action, one.status, "" if one.permanent is None else one.permanent, str(one.reason)]
        for one in reading.recipients
    ]
    whole = {"kind": reading.kind, "recipients": rows, "asks_to_leave": reading.asks_to_leave}
    return {key: value for key, value in whole.items() if value}


def test_every_mail_has_its_reading() -> None:
    assert sorted(EXPECTED) == sorted(MAILS)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_says_what_it_says(name: str) -> None:
    assert told(read(MAILS[name])) == EXPECTED[name]


@pytest.mark.parametrize("name", NOTICES)
def test_notices_in_words_alone(name: str) -> None:
    notice = NOTICES[name]
    head = f"From: {notice['from']}\nTo: retours@lettre.example.org\nSubject: {notice['subject']}\n"
    reading = read(f"{head}Content-Type: text/plain; charset=utf-8\n\n{notice['body']}".encode())
    assert told(reading) == {"kind": "bounce", "recipients": [notice["reads"]]}


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
@pytest.mark.parametrize("name", EXPECTED)
def test_line_ends_change_nothing(name: str, end: bytes) -> None:
    assert read(MAILS[name].replace(b"\n", end)) == read(MAILS[name])


def is_piece(one: str, full: str) -> bool:
    """Whether an address is what a cut left of another: of the name before the @, of the domain after it."""
    name, _, domain = one.lstrip("<").partition("@")
    whole, _, its_domain = full.partition("@")
    return name in whole and its_domain.startswith(domain)


@given(st.sampled_from(sorted(MAILS)), st.floats(0, 1))
@example("exchange-old", 0.609375)  # our own address, cut
def test_cut_anywhere_it_is_read_and_accuses_nobody_else(name: str, share: float) -> None:
    whole = MAILS[name]
    cut = read(whole[: int(len(whole) * share)])
    meant = {address for address, *_ in EXPECTED[name].get("recipients", [])}
    named = {one.address for one in cut.recipients}
    assert all(any(is_piece(one, full) for full in meant) for one in named)


@given(st.binary(max_size=400), st.sampled_from(sorted(MAILS)), st.integers(0, 3000))
def test_any_bytes_are_read(noise: bytes, name: str, at: int) -> None:
    whole = MAILS[name]
    for raw in (noise, whole[:at] + noise + whole[at:]):
        assert len(read(raw).digest) == 64


def test_where_a_token_of_ours_may_stand() -> None:
    reading = read(MAILS["postfix-report"])
    token = "aabc234567abcdefghijklmnopqrstuvwxyz234567abcdef"
    assert reading.arrived_at == (f"retours+{token}@lettre.example.org",)
    assert any(f"retours+{token}@" in trace for trace in reading.traces)
    assert any("/u/aTOKEN" in trace for trace in reading.traces)
    assert any("0123456789abcdef@lettre.example.org" in trace for trace in read(MAILS["qmail"]).traces)
    assert any("/u/aTOKEN" in trace for trace in read(MAILS["complaint"]).traces)


def test_a_mail_has_one_digest_wherever_it_is_kept() -> None:
    mail = MAILS["qmail"]
    told = read(mail)
    for other in (
        b"From MAILER-DAEMON Tue Nov  3 10:00:00 2026\n" + mail + b"\n",
        mail.rstrip(b"\n"),
        mail.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ):
        assert read(other) == told


def test_each_reason_says_against_whom_it_counts() -> None:
    assert set(BLAME) == set(Reason)
