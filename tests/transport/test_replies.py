"""From replies to outcomes: whose fault it is comes before the digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery import Kind, Outcome, Pause, Phase
from mailer.transport.replies import Reply, joined, judge, silence

SENT, UNTRIED, DEFERRED, REFUSED = Kind.SENT, Kind.UNTRIED, Kind.DEFERRED, Kind.REFUSED
TO = "a@example.org"
LATER = (Phase.RCPT, Phase.DATA, Phase.DOT)  # phases in which a recipient is named


def told(phase: Phase, code: int, text: str, to: str = TO) -> tuple[Kind, str]:
    outcome = judge(phase, Reply(code, text), to)
    assert (outcome.code, outcome.phase) == (code, phase)
    return outcome.kind, outcome.reason


# Before a recipient is named nobody else can be at fault.
@pytest.mark.parametrize(
    "phase, code, text, reason, halt",
    [
        (Phase.CONNECT, 421, "4.3.2 too many connections", "server-busy", False),
        (Phase.CONNECT, 450, "4.7.1 later", "server-busy", False),
        (Phase.CONNECT, 554, "5.7.1 blocked using zen.spamhaus.org", "sender", True),
        (Phase.CONNECT, 521, "does not accept mail", "sender", True),
        (Phase.EHLO, 421, "", "server-busy", False),
        (Phase.EHLO, 550, "5.7.1 HELO rejected", "sender", True),
        (Phase.STARTTLS, 454, "TLS not available for now", "server-busy", False),
        (Phase.STARTTLS, 502, "not here", "no-tls", True),
        (Phase.AUTH, 421, "4.7.0 too many errors", "server-busy", False),
        (Phase.AUTH, 454, "4.7.0 Temporary authentication failure", "server-busy", False),
        (Phase.AUTH, 432, "4.7.12 A password transition is needed", "login", True),
        (Phase.AUTH, 534, "5.7.9 Application-specific password required", "login", True),
        (Phase.AUTH, 535, "5.7.8 Authentication credentials invalid", "login", True),
        (Phase.AUTH, 538, "5.7.11 Encryption required", "login", True),
        (Phase.MAIL, 421, "4.4.2 idle for too long", "server-busy", False),
        (Phase.MAIL, 451, "4.3.0 later", "server-busy", False),
        (Phase.MAIL, 452, "4.3.1 Insufficient system storage", "server-busy", False),
        (Phase.MAIL, 530, "5.7.0 Authentication required", "login", True),
        (Phase.MAIL, 552, "5.3.4 Message size exceeds fixed limit", "size", True),
        (Phase.MAIL, 552, "Message size exceeds fixed maximum message size", "size", True),
        (Phase.MAIL, 503, "5.5.1 nested MAIL command", "protocol", True),
        (Phase.MAIL, 555, "5.5.4 Unsupported option: RET=HDRS", "protocol", True),
        (Phase.MAIL, 550, "5.7.1 not you", "sender", True),
        (Phase.MAIL, 550, "5.1.1 no such user", "sender", True),
        (Phase.MAIL, 553, "5.1.8 sender", "sender", True),
        (Phase.MAIL, 501, "5.1.7 Bad sender address syntax", "sender", True),
        (Phase.MAIL, 550, "5.7.1 our block list (S3150)", "sender", True),
    ],
)
def test_what_is_said_before_a_recipient_is_named(
    phase: Phase, code: int, text: str, reason: str, halt: bool
) -> None:
    outcome = judge(phase, Reply(code, text))
    assert (outcome.kind, outcome.reason, outcome.halt) == (UNTRIED, reason, halt)
    assert outcome.lost
    assert not outcome.slow


NAMED = [
    (Phase.RCPT, 550, "5.1.1 User unknown", REFUSED, "mailbox"),
    (Phase.RCPT, 550, "no", REFUSED, "mailbox"),
    (Phase.RCPT, 501, "5.1.3 Bad recipient address syntax", REFUSED, "mailbox"),
    (Phase.RCPT, 501, "syntax", REFUSED, "mailbox"),
    (Phase.RCPT, 553, "5.1.3 mailbox name not allowed", REFUSED, "mailbox"),
    (Phase.RCPT, 551, "User not local; please try elsewhere", REFUSED, "mailbox"),
    (Phase.RCPT, 556, "5.1.10 RCPT TO: domain has a null MX", REFUSED, "mailbox"),
    (Phase.RCPT, 552, "5.2.2 mailbox over quota", REFUSED, "full"),
    (Phase.RCPT, 552, "Too many recipients", DEFERRED, "deferred"),
    (Phase.RCPT, 452, "4.5.3 Too many recipients", DEFERRED, "deferred"),
    (Phase.RCPT, 452, "4.2.2 mailbox full", DEFERRED, "deferred"),
    (Phase.RCPT, 450, "4.2.0 greylisted", DEFERRED, "deferred"),
    (Phase.RCPT, 550, "5.1.8 Sender address rejected: Domain not found", UNTRIED, "sender"),
    (Phase.RCPT, 550, "5.1.7 bad sender", UNTRIED, "sender"),
    (Phase.RCPT, 504, "5.5.2 Helo command rejected: need a full name", UNTRIED, "authentication"),
    (Phase.RCPT, 503, "5.5.1 need MAIL first", UNTRIED, "protocol"),
    (Phase.RCPT, 500, "5.5.2 what?", UNTRIED, "protocol"),
    (Phase.RCPT, 555, "5.5.4 Unsupported option: NOTIFY", UNTRIED, "protocol"),
    (Phase.RCPT, 530, "5.7.0 Authentication required", UNTRIED, "login"),
    (Phase.RCPT, 550, "5.4.5 Daily user sending limit exceeded", UNTRIED, "policy"),
    (Phase.RCPT, 550, "5.7.26 unauthenticated", UNTRIED, "authentication"),
    (Phase.RCPT, 554, "relaying denied", UNTRIED, "policy"),
    (Phase.RCPT, 421, "closing", UNTRIED, "server-busy"),
    (Phase.RCPT, 421, "4.2.1 closing", UNTRIED, "server-busy"),
    (Phase.RCPT, 421, "4.7.0 slow down", UNTRIED, "slow-down"),
    (Phase.RCPT, 450, "4.7.1 Error: too much mail", UNTRIED, "slow-down"),
    (Phase.DATA, 454, "Throttling failure: Maximum sending rate exceeded.", UNTRIED, "slow-down"),
    (Phase.DATA, 421, "closing", UNTRIED, "server-busy"),
    (Phase.DATA, 451, "4.3.0 later", DEFERRED, "deferred"),
    (Phase.DATA, 554, "no valid recipients", REFUSED, "content"),
    (Phase.DATA, 501, "5.5.4 no parameters allowed", UNTRIED, "protocol"),
    (Phase.DATA, 503, "5.5.1 need RCPT", UNTRIED, "protocol"),
    (Phase.DOT, 250, "2.0.0 queued", SENT, ""),
    (Phase.DOT, 200, "", SENT, ""),
    (Phase.DOT, 554, "5.6.0 bad content", REFUSED, "content"),
    (Phase.DOT, 550, "5.1.1 unknown after all", REFUSED, "mailbox"),
    (Phase.DOT, 552, "5.2.2 full", REFUSED, "full"),
    (Phase.DOT, 552, "5.3.4 too big", UNTRIED, "size"),
    (Phase.DOT, 550, "5.7.1 looks like spam", UNTRIED, "spam"),
    (Phase.DOT, 421, "closing", DEFERRED, "deferred"),
    (Phase.DOT, 421, "4.7.28 rate limited", UNTRIED, "slow-down"),
]


@pytest.mark.parametrize("phase, code, text, kind, reason", NAMED)
def test_what_is_said_of_a_recipient(phase: Phase, code: int, text: str, kind: Kind, reason: str) -> None:
    assert told(phase, code, text) == (kind, reason)


@pytest.mark.parametrize("phase", LATER)
@pytest.mark.parametrize(
    "to, code, text, kind, reason",
    [
        ("a@wanadoo.fr", 421, "Too many connections, slow down. OFR005_104 [104]", UNTRIED, "slow-down"),
        ("a@wanadoo.fr", 421, "Trop de messages. OFR_109", UNTRIED, "reconnect"),
        ("a@orange.fr", 552, "5.1.1 Boite du destinataire pleine. OFR_417 [417]", REFUSED, "full"),
        ("a@orange.fr", 550, "Mail rejected. OFR_506 [506]", UNTRIED, "blocked"),
        ("a@laposte.net", 450, "4.1.8 Invalid Sender. LPN007_405", UNTRIED, "sender"),
        ("a@free.fr", 550, "spam detected", UNTRIED, "blocked"),
        ("a@example.org", 550, "spam detected", UNTRIED, "spam"),
        ("a@gmail.com", 550, "5.7.1 likely unsolicited mail - gsmtp", UNTRIED, "blocked"),
        (
            "a@gmail.com",
            550,
            "5.7.26 blocked because the sender is unauthenticated",
            UNTRIED,
            "authentication",
        ),
    ],
)
def test_what_a_provider_means_it_means_whenever_it_says_it(
    phase: Phase, to: str, code: int, text: str, kind: Kind, reason: str
) -> None:
    assert told(phase, code, text, to) == (kind, reason)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("code", [0, 100, 199, 250, 251, 252, 354, 600, 999])
def test_what_is_no_answer(phase: Phase, code: int) -> None:
    outcome = judge(phase, Reply(code, "what?"), TO)
    if phase is Phase.DOT and code // 100 == 2:
        assert outcome.kind is SENT
    else:
        assert outcome.kind is (Kind.UNKNOWN if phase is Phase.DOT else UNTRIED)
        assert (outcome.reason, outcome.lost, outcome.halt) == ("garbage", True, False)


@given(
    phase=st.sampled_from(list(Phase)),
    code=st.integers(0, 999),
    text=st.one_of(st.text(), st.sampled_from([text for _, _, text, _, _ in NAMED])),
    domain=st.sampled_from(["orange.fr", "gmail.com", "outlook.fr", "example.org", ""]),
)
def test_no_reply_breaks_a_promise(phase: Phase, code: int, text: str, domain: str) -> None:
    outcome = judge(phase, Reply(code, text), f"a@{domain}")
    family = code // 100
    assert (outcome.kind is SENT) == (phase is Phase.DOT and family == 2)  # P4
    assert outcome.kind is not REFUSED or (family == 5 and phase in LATER)  # P6
    assert outcome.kind is not Kind.UNKNOWN or phase is Phase.DOT
    assert not (outcome.slow or outcome.halt) or outcome.kind is UNTRIED
    assert not (outcome.slow and outcome.halt)
    assert not outcome.slow or phase in LATER


@pytest.mark.parametrize(
    "lines, text, enhanced",
    [
        (["2.0.0 ok"], "2.0.0 ok", "2.0.0"),
        (["5.7.26 This mail", "5.7.26 is not ours", "5.7.26"], "5.7.26 This mail is not ours ", "5.7.26"),
        (["Not taken", "5.1.1 no such user"], "5.1.1 Not taken no such user", "5.1.1"),
        (["a\u202eb\u200fc"], "a b c", ""),
        (["no", "", "reason"], "no  reason", ""),
        (["sorry (#5.1.1)"], "sorry (#5.1.1)", "5.1.1"),
        (["a\x00b\x1b[2J\u2028c"], "a b [2J c", ""),
        (["5.1.12345 what"], "5.1.12345 what", ""),
        (["4.16.55.1 an address"], "4.16.55.1 an address", ""),
        ([""], "", ""),
    ],
)  # fmt: skip
def test_the_lines_of_a_reply(lines: list[str], text: str, enhanced: str) -> None:
    reply = Reply(550, joined(lines))
    assert (reply.text, reply.enhanced) == (text, enhanced)


def test_what_is_kept_of_a_reply() -> None:
    outcome = judge(Phase.RCPT, Reply(550, "5.1.1 " + "x" * 10_000), TO)
    assert outcome.enhanced == "5.1.1"
    assert len(outcome.text) == 500


@pytest.mark.parametrize("begun, kind", [(False, UNTRIED), (True, Kind.UNKNOWN)])
def test_silence(begun: bool, kind: Kind) -> None:
    outcome = silence(Phase.DOT, "gone", begun=begun)
    assert (outcome.kind, outcome.lost, outcome.halt) == (kind, True, False)


@pytest.mark.parametrize(
    "outcome, pause",
    [
        (judge(Phase.DOT, Reply(250, "")), Pause.NOTHING),
        (judge(Phase.RCPT, Reply(550, "5.1.1"), TO), Pause.NOTHING),
        (judge(Phase.RCPT, Reply(421, "closing"), TO), Pause.CONNECTION),
        (silence(Phase.MAIL, "gone"), Pause.CONNECTION),
        (judge(Phase.RCPT, Reply(421, "OFR_104"), "a@orange.fr"), Pause.DESTINATION),
        (judge(Phase.DOT, Reply(550, "spam detected"), "a@free.fr"), Pause.DESTINATION),
        (judge(Phase.AUTH, Reply(535, "5.7.8")), Pause.TRANSPORT),
        (judge(Phase.RCPT, Reply(550, "5.7.1 no"), TO), Pause.TRANSPORT),
        (judge(Phase.DOT, Reply(554, "5.7.1 spam"), TO), Pause.CAMPAIGN),
        (judge(Phase.MAIL, Reply(552, "5.3.4 too big")), Pause.CAMPAIGN),
    ],
)
def test_how_far_a_fault_reaches(outcome: Outcome, pause: Pause) -> None:
    assert outcome.pause is pause
