"""What is said of an end: no reason without its sentence, no server's word with somebody's address."""

import pytest

from mailer.deliver.causes import ENDS, PAUSES, brief, nameless, why, words
from mailer.deliver.result import End, Result
from mailer.delivery import Kind, Outcome, Phase, Tally


@pytest.mark.parametrize(
    "said, kept",
    [
        ("5.7.1 <zoe@example.org>: Relay access denied", "5.7.1 <…>: Relay access denied"),
        ("5.1.1 zoe.durand+tracts@mail.example.org... User unknown", "5.1.1 … User unknown"),
        ("Recipient address rejected: zoé@exämple.org; see www", "Recipient address rejected: …; see www"),
        ("from=<r+zoe=example.org@lettre.example.org> to=<zoe@x>", "from=<…> to=<…>"),
        ("550 'zoe@example.org','ana@example.org'", "550 '…','…'"),
        ("zoe@[192.0.2.1] no", "zoe@[192.0.2.1] no"),  # a mailbox at a number: no list has one
        ("4.2.0 try later, see https://x.example/a?b=c", "4.2.0 try later, see https://x.example/a?b=c"),
        ("", ""),
    ],
)
def test_a_server_s_words_name_nobody(said: str, kept: str) -> None:
    assert nameless(said) == kept


def test_cut_after_the_address_was_taken_out() -> None:
    """Else one cut in two at the limit would stay."""
    outcome = Outcome(kind=Kind.UNTRIED, phase=Phase.RCPT, code=550, text="x" * 190 + " zoe@example.org no")
    assert "zoe" not in words(outcome).say("en")
    assert words(None).say("en") == words(Outcome(kind=Kind.SENT, phase=Phase.DOT)).say("en") == ""


def test_the_line_of_a_log_says_why() -> None:
    tally = Tally(audience=9, sent=4, pending=5)
    outcome = Outcome(
        kind=Kind.UNTRIED, phase=Phase.RCPT, code=550, text="5.7.1 <zoe@example.org> no", halt=True
    )
    paused = Result(end=End.PAUSED, tally=tally, reason="policy", outcome=outcome, lane="smtp.example.org")
    said = brief("tract", paused).say("en")
    assert said.startswith("tract: paused, 4 sent, 5 left: the server refuses our mail")
    assert said.endswith("(550 5.7.1 <…> no)")
    assert "halted" not in brief("tract", Result(end=End.HALTED, tally=tally)).say("fr")


def test_every_end_has_its_words() -> None:
    assert set(ENDS) == {end.value for end in End}
    assert "smtp.example.org" in why("certificate", "smtp.example.org").say("en")
    assert "{host}" not in why("certificate").say("fr")
    assert why("of another version").say("en") == "of another version"
    assert all(why(reason).say("fr") for reason in PAUSES)


@pytest.mark.parametrize(
    "said, understood",
    [
        (
            "Error connecting to h on port 1: [Errno 111] Connect call failed ('127.0.0.1', 1)",
            "nothing listens",
        ),
        ("Error connecting to h on port 465: [Errno -2] Name or service not known", "leads nowhere"),
        ("Error connecting to h on port 465: [Errno 101] Network is unreachable", "network is away"),
        (
            "Error connecting: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)",
            "do not go together",
        ),
        ("Timed out while upgrading transport", "TLS could not"),
        ("Timed out connecting to h on port 465", "does not answer"),
        ("Timed out waiting for server response", "says nothing more"),
        ("no reply within 300 s", "says nothing more"),
        ("Unexpected EOF received", "closed the connection"),
        ("the server closed between two messages", "closed the connection"),
        ("Malformed SMTP response line: zoe@example.org", "no SMTP"),
        ("garbage: zoe@example.org", "no SMTP"),
        ("Response too long", "without an end"),
        ("something new, zoe@example.org", "something new, …"),
    ],
)
def test_what_the_network_says_is_said_in_words(said: str, understood: str) -> None:
    outcome = Outcome(kind=Kind.UNTRIED, phase=Phase.CONNECT, reason="network", text=said, lost=True)
    assert understood in words(outcome).say("en")
    assert "zoe" not in words(outcome).say("fr")


def test_a_reply_that_is_no_answer_is_called_so() -> None:
    odd = Outcome(kind=Kind.UNTRIED, phase=Phase.RCPT, reason="garbage", code=600, text="odd", lost=True)
    assert words(odd).say("en") == " (an answer that makes no sense: 600 odd)"
