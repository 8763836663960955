"""The dialogue against a server that may say anything: its commands, and what it never concludes."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.delivery import Kind
from mailer.transport.dialogue import Offer
from tests.transport.twin import Twin, hold
from tests.transport.ways import BODY, message

ENVELOPE = b"250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go ahead\r\n"
KEPT = b"250 2.0.0 kept\r\n"


def commands(twin: Twin) -> list[str]:
    """What was said before the body."""
    return twin.written[0].decode().split("\r\n")[:-1]


# --- what is said ---------------------------------------------------------------------------


def test_one_write_for_the_envelope_and_one_for_the_body() -> None:
    outcomes, twin, marks = hold([ENVELOPE, KEPT])
    assert outcomes[0].kind is Kind.SENT
    assert commands(twin) == ["MAIL FROM:<s@example.org>", "RCPT TO:<a@example.org>", "DATA"]
    assert twin.written[1] == message().as_bytes() + b".\r\n"
    assert (len(twin.written), marks) == (2, 1)


def test_the_size_is_told_to_who_asks_for_it() -> None:
    _, twin, _ = hold([], offer=Offer(pipelining=True, size=10_000))
    assert commands(twin)[0] == f"MAIL FROM:<s@example.org> SIZE={len(message().as_bytes())}"


def test_reports_are_asked_for_failures_alone_and_without_the_tract() -> None:
    one = replace(message(), message_id="<k7qk2m4x@lettre.example.org>")
    _, twin, _ = hold([], one, offer=Offer(pipelining=True, dsn=True))
    assert commands(twin)[:2] == [
        "MAIL FROM:<s@example.org> RET=HDRS ENVID=k7qk2m4x",
        "RCPT TO:<a@example.org> NOTIFY=FAILURE",
    ]


def test_an_envelope_id_is_xtext() -> None:
    one = replace(message(), message_id="<a+b=c d\r\n@x>")
    _, twin, _ = hold([], one, offer=Offer(pipelining=True, dsn=True))
    assert commands(twin)[0].endswith("ENVID=a+2Bb+3Dc+20d+0D+0A")


@pytest.mark.parametrize(
    "own, verp, sender",
    [
        ("retours+token@example.org", True, "retours+token@example.org"),
        ("retours+token@example.org", False, "s@example.org"),
        ("", True, "s@example.org"),
    ],
)
def test_whose_sender_stands_on_the_envelope(own: str, verp: bool, sender: str) -> None:
    _, twin, _ = hold([], replace(message(), sender=own), verp=verp)
    assert commands(twin)[0] == f"MAIL FROM:<{sender}>"


# --- what is concluded ----------------------------------------------------------------------


def test_no_lone_dot_after_an_accepted_recipient() -> None:
    outcomes, twin, marks = hold([b"451 4.3.0 later\r\n250 ok\r\n354 go ahead\r\n", KEPT])
    assert (outcomes[0].kind, outcomes[0].lost) == (Kind.UNTRIED, True)
    assert (len(twin.written), marks, twin.aborted) == (1, 0, True)


def test_no_lone_dot_to_a_server_that_makes_no_sense() -> None:
    outcomes, twin, _ = hold([b"250 ok\r\n354 what\r\n354 go ahead\r\n", KEPT])
    assert (outcomes[0].reason, outcomes[0].lost) == ("garbage", True)
    assert (len(twin.written), twin.aborted) == (1, True)


def test_a_lone_dot_after_a_refused_one_and_a_clean_envelope_for_the_next() -> None:
    refused = b"250 ok\r\n550 5.1.1 no\r\n354 go ahead\r\n"
    outcomes, twin, _ = hold(
        [refused, b"554 no recipient\r\n", b"250 forgotten\r\n", ENVELOPE, KEPT],
        message(),
        message("b@x.org"),
    )
    assert [one.kind for one in outcomes] == [Kind.REFUSED, Kind.SENT]
    assert twin.written[1:3] == [b".\r\n", b"RSET\r\n"]


def test_a_server_that_goes_after_a_refusal_has_refused() -> None:
    outcomes, _, _ = hold([b"250 ok\r\n550 5.1.1 no\r\n"])
    assert (outcomes[0].kind, outcomes[0].reason, outcomes[0].lost) == (Kind.REFUSED, "mailbox", True)


def test_a_reply_too_many_confuses_nobody() -> None:
    outcomes, _, marks = hold([b"250 ok\r\n" + ENVELOPE, KEPT])
    assert (outcomes[0].kind, outcomes[0].reason, marks) == (Kind.UNTRIED, "garbage", 0)


@pytest.mark.parametrize(
    "answer, reason",
    [
        (b"421 4.4.5 enough messages\r\n", "reconnect"),
        (b"250 ok\r\n421 closing\r\n", "reconnect"),
        (b"421 4.3.2 Max message per connection reached\r\n", "reconnect"),
        (b"250 ok\r\n421 4.7.0 slow down\r\n", "slow-down"),
        (b"451 4.3.0 later\r\n", "server-busy"),
        (b"550 5.7.1 no\r\n", "sender"),
    ],
)
def test_a_server_that_closes_after_some_messages_had_enough_of_the_connection(
    answer: bytes, reason: str
) -> None:
    outcomes, _, _ = hold([ENVELOPE, KEPT, answer], message(), message("b@example.org"))
    assert [one.kind for one in outcomes] == [Kind.SENT, Kind.UNTRIED]
    assert (outcomes[1].reason, outcomes[1].lost) == (reason, True)


def test_the_first_message_is_not_one_too_many() -> None:
    outcomes, _, _ = hold([b"421 closing\r\n"])
    assert outcomes[0].reason == "server-busy"


def test_messages_that_were_refused_count_too() -> None:
    refused = b"250 ok\r\n550 5.1.1 no\r\n503 no recipient\r\n"
    outcomes, _, _ = hold(
        [refused, b"250 forgotten\r\n", ENVELOPE, KEPT],
        message(),
        message("b@example.org"),
        offer=Offer(pipelining=True, most=2),
    )
    assert [(one.kind, one.lost) for one in outcomes] == [(Kind.REFUSED, False), (Kind.SENT, True)]


# --- whatever it says -----------------------------------------------------------------------

LINES = [
    b"250 ok\r\n",
    b"250-ok\r\n",
    b"250\r\n",
    b"251 will forward\r\n",
    b"354 go ahead\r\n",
    b"421 closing\r\n",
    b"450 4.2.0 later\r\n",
    b"550 5.1.1 no\r\n",
    b"550-5.7.1 no\r\n",
    b"552 5.3.4 too big\r\n",
    b"220 hello\r\n",
    b"25",
    b"\r\n",
    b"\n",
    b"\x00\xff\xfe\r\n",
    "550 5.1.1 boîte pleine\u2028\r\n".encode(),
]
ANSWERS = st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=40)), max_size=6).map(b"".join)
ACCEPTED = re.compile(rb"(?:2\d\d-[^\n]*\n)*2\d\d(?:[ \t\r][^\n]*)?\n")


def accepts(answer: bytes) -> bool:
    """An oracle of its own: the first reply is whole, of one code, 2yz."""
    found = ACCEPTED.match(answer)
    return found is not None and len({line[:3] for line in found[0].split(b"\n")[:-1]}) == 1


@settings(max_examples=300, deadline=None)
@given(envelope=st.one_of(st.just(ENVELOPE), ANSWERS), body=ANSWERS, after=ANSWERS, piece=st.integers(1, 9))
def test_no_bytes_make_a_mail_sent_that_is_not(
    envelope: bytes, body: bytes, after: bytes, piece: int
) -> None:
    outcomes, twin, marks = hold([envelope, body, after], piece=piece)
    [outcome] = outcomes
    left = any(BODY in data for data in twin.written)
    assert (outcome.kind is Kind.SENT) == (left and accepts(body))  # P4
    assert outcome.kind is not Kind.UNKNOWN or left  # P2
    assert marks == left  # never before it, never without it
    assert outcome.kind is not Kind.REFUSED or re.search(rb"5\d\d", envelope + body)
    assert outcome.kind is not Kind.DEFERRED or re.search(rb"4\d\d", envelope + body)
    assert outcome.text.isprintable()


@settings(max_examples=100, deadline=None)
@given(noise=st.binary(max_size=200_000))
def test_noise_between_two_messages_is_neither_kept_nor_answered(noise: bytes) -> None:
    outcomes, _, _ = hold([ENVELOPE, KEPT + noise, ENVELOPE, KEPT], message(), message("b@example.org"))
    assert outcomes[0].kind is Kind.SENT
    assert outcomes[1].kind is (Kind.UNTRIED if noise else Kind.SENT)


def test_a_flood_of_replies_ends_the_connection() -> None:
    twin = Twin([])
    for _ in range(100_000):
        twin.replies.data_received(b"250 ok\r\n" * 10)
    assert "nobody asked for" in twin.replies.fault
    assert len(twin.replies._ready) < 20
