"""One connection's order of things: turn, connection, look, message, mark, body, outcome, and the next."""

import asyncio
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import pytest

from mailer.deliver.pace import Limits
from mailer.deliver.result import End
from mailer.deliver.worker import FRESH_S
from mailer.delivery import Tally
from mailer.model import Message
from tests.deliver.hours import NOON
from tests.deliver.house import Campaign, campaign, email
from tests.deliver.relay import AWAY, GONE, GREYLISTED, HANGS_UP, NO_MAILBOX, SENT, Act

_LATER = 30.0  # seconds: longer than an idle connection is trusted


def _calls(sent: Campaign, *verbs: str) -> list[tuple[str, int]]:
    return [called for called in sent.ledger.calls if called[0] in verbs]


def test_an_outcome_is_asked_to_be_settled_before_the_next_mark() -> None:
    """And is so committed with or before it (P2)."""
    sent = campaign(6)
    sent.run()
    assert _calls(sent, "mark", "settle") == [
        (verb, number) for number in range(1, 7) for verb in ("mark", "settle")
    ]


@pytest.mark.parametrize("connections", [2, 5])
def test_each_connection_has_one_body_out_at_most(connections: int) -> None:
    sent = campaign(40, connections=connections)
    sent.run()
    out = 0
    for verb, _ in _calls(sent, "mark", "settle"):
        out += 1 if verb == "mark" else -1
        assert 0 <= out <= connections
    assert out == 0


def test_who_is_refused_before_the_body_is_never_marked() -> None:
    sent = campaign(4, acts={2: [NO_MAILBOX], 3: [GREYLISTED]})
    sent.run()
    assert [number for _, number in _calls(sent, "mark")] == [1, 4]


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("seconds", [0.02, 0.06, 0.3])
def test_nobody_is_written_to_after_an_old_look(seconds: float, connections: int) -> None:
    """At most 100 ms old when MAIL is written, however slow the server and the way to it (P10)."""
    slow = campaign(15, connections=connections, opens=[GONE], limits=Limits(per_second=10))
    slow.relay.opening_s = seconds
    for number in range(1, 16):
        slow.meets(number, Act(GREYLISTED, seconds), Act(seconds=seconds))
    result = slow.run_through()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=15, sent=15))
    for number, address in slow.ledger.emails.items():
        assert 0 <= slow.relay.begun[address] - slow.ledger.looked[number] <= FRESH_S + 0.001


def test_a_look_that_is_fresh_is_not_made_twice() -> None:
    fast = campaign(30, connections=3)
    fast.run()
    assert [number for _, number in _calls(fast, "look")] == list(range(1, 31))


def test_who_leaves_while_their_turn_is_waited_for() -> None:
    """The look is made after the wait, so no connection is lost for them."""
    paced = campaign(4, limits=Limits(per_second=1))

    def leaves() -> None:
        paced.ledger.gone |= {2: "unsubscribed", 3: "suppressed"}

    paced.meets(1, Act(meanwhile=leaves))
    result = paced.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=4, sent=2, excluded=2))
    assert [number for _, number in _calls(paced, "mark")] == [1, 4]


def test_a_connection_that_was_idle_is_opened_anew() -> None:
    """Servers hang up at who says nothing; the turn is waited for before the connection."""
    idle = campaign(4, limits=Limits(per_hour=2))
    result = idle.run()
    assert (result.end, result.tally.sent, idle.relay.opened) == (End.DONE, 4, 2)
    busy = campaign(4, limits=Limits(per_second=1))
    assert (busy.run().tally.sent, busy.relay.opened) == (4, 1)


def test_a_slow_server_is_not_idle() -> None:
    slow = campaign(3)
    for number in (1, 2, 3):
        slow.meets(number, Act(seconds=_LATER))
    result = slow.run()
    assert (result.end, result.tally.sent, slow.relay.opened) == (End.DONE, 3, 1)


def test_the_connection_goes_on_after_a_refusal() -> None:
    sent = campaign(9, acts={1: [NO_MAILBOX], 3: [GREYLISTED], 4: [NO_MAILBOX]})
    result = sent.run()
    assert (result.tally, sent.relay.opened) == (Tally(audience=9, sent=6, refused=2, deferred=1), 1)


def test_nobody_keeps_a_turn_that_was_not_used() -> None:
    """Set aside, left, hung up: the limit of the run is of messages."""
    sent = campaign(12, acts={1: [HANGS_UP]}, unable=[2], size=20)

    def leaves() -> None:
        sent.ledger.gone[3] = "unsubscribed"

    sent.meets(3, Act(meanwhile=leaves))
    sent.relay.opens += [AWAY] * 5
    result = sent.run(limit=5)
    assert (result.end, result.tally) == (End.LIMIT, Tally(audience=12, sent=5, excluded=2, pending=5))


@pytest.mark.parametrize(
    "limits", [Limits(per_second=4), Limits(per_second=3, per_hour=20), Limits(per_hour=12)]
)
@pytest.mark.parametrize("connections", [1, 4])
def test_the_relay_never_sees_more_than_the_limits(limits: Limits, connections: int) -> None:
    """As it counts: from its side, bodies as they come in."""
    paced = campaign(36, connections=connections, limits=limits, acts={3: [SENT], 5: [NO_MAILBOX]})
    result = paced.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=36, sent=35, refused=1))
    times = sorted(paced.relay.times)
    for period, most in limits.windows():
        for first, after in zip(times, times[most:], strict=False):
            assert after - first >= period - 0.05
    assert all(before <= after for before, after in pairwise(times))


def test_the_terminal_is_not_given_back_while_a_turn_is_waited_for() -> None:
    """An hour without a message is longer than patience, and is no trouble."""
    paced = campaign(5, connections=2, limits=Limits(per_hour=2), patience=60)
    result = paced.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=5, sent=5))
    assert timedelta(hours=2) < paced.hours.now() - NOON < timedelta(hours=2, minutes=1)


# --- messages that are signed ---------------------------------------------------------------


class Seals:
    """Signs, and takes its time; `meanwhile` happens during the first one."""

    def __init__(self, seconds: float, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._seconds = seconds
        self._meanwhile = meanwhile
        self.signed: list[str] = []

    def __call__(self, message: Message) -> "Sealing":
        return Sealing(message, asyncio.ensure_future(self._sign(message)))

    async def _sign(self, message: Message) -> Message:
        await asyncio.sleep(self._seconds)
        if not self.signed:
            self._meanwhile()
        self.signed.append(message.recipient)
        return replace(message, header=b"DKIM-Signature: v=1\r\n" + message.header)


@dataclass
class Sealing:
    """A message that is being signed."""

    message: Message
    _work: "asyncio.Future[Message]"

    def __await__(self) -> Generator[object, None, Message]:
        return self._work.__await__()


def test_what_is_signed_is_what_leaves() -> None:
    sent = campaign(6, connections=2, sign=Seals(0.0))
    result = sent.run()
    assert result.tally == Tally(audience=6, sent=6)
    assert len(sent.relay.headers) == 6
    assert all(one.startswith(b"DKIM-Signature: ") for one in sent.relay.headers)


@pytest.mark.parametrize("seconds", [0.05, 0.2, 1.0])
def test_nobody_is_written_to_after_an_old_look_however_long_signing_takes(seconds: float) -> None:
    sent = campaign(10, connections=3, sign=Seals(seconds))
    assert sent.run().tally == Tally(audience=10, sent=10)
    for number, address in sent.ledger.emails.items():
        assert 0 <= sent.relay.begun[address] - sent.ledger.looked[number] <= FRESH_S + 0.001


def test_a_signature_that_takes_its_time_is_made_once_and_waited_for() -> None:
    seals = Seals(0.5)
    sent = campaign(5, sign=seals)
    sent.run()
    assert sorted(seals.signed) == sorted(sent.ledger.emails.values())
    assert all(one.startswith(b"DKIM-Signature: ") for one in sent.relay.headers)


def test_who_leaves_while_their_message_is_signed() -> None:
    """The server was asked meanwhile; the mark comes after the signature, and finds that they left."""
    sent = campaign(2)
    sent.sign = Seals(0.5, lambda: sent.ledger.gone.update({1: "suppressed"}))
    result = sent.run()
    assert result.tally == Tally(audience=2, sent=1, excluded=1)
    assert email(1) not in sent.relay.arrived
    assert len(sent.relay.headers) == 1


def test_who_is_refused_needs_no_signature() -> None:
    sent = campaign(3, acts={2: [NO_MAILBOX]}, sign=Seals(0.5))
    assert sent.run().tally == Tally(audience=3, sent=2, refused=1)
    assert len(sent.relay.headers) == 2
