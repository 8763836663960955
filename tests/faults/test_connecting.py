"""Faults before anybody is named: the network, the greeting, EHLO, TLS. No recipient is ever to blame."""

import asyncio

import pytest

from mailer.deliver.result import End
from mailer.delivery import Kind, Outcome
from tests.faults.premises import EVERYONE, PEOPLE, sent
from tests.simulation.network import Calm
from tests.smtp.script import GARBAGE, HALF_LINE, Action, Close, Hang, Raw, Reply, Reset, Rule, Slow, Stage
from tests.smtp.server import FaultServer
from tests.transport.ways import send, way


class Away(Calm):
    """A server that cannot be reached for the first `times`."""

    def __init__(self, how: str, times: int) -> None:
        self._how, self._left = how, times

    def meets(self) -> str:
        self._left -= 1
        return self._how if self._left >= 0 else ""


@pytest.mark.parametrize("how", ["refused", "silence"])
def test_a_server_that_cannot_be_reached(how: str) -> None:
    done = sent(weather=Away(how, 5))
    assert done.arrived == EVERYONE
    assert done.counts == {"sent": PEOPLE}


@pytest.mark.parametrize(
    "action", [Reply(421, "busy"), Reply(450, "later"), Close(), Reset(), GARBAGE, HALF_LINE, Hang(400)]
)
def test_a_greeting_that_says_later(action: Action) -> None:
    done = sent([Rule(Stage.CONNECT, action, times=4)])
    assert done.arrived == EVERYONE
    assert done.result.tally.deferred == 0


def test_a_greeting_that_says_never_pauses_and_touches_nobody() -> None:
    done = sent([Rule(Stage.CONNECT, Reply(554, "no service here"))])
    assert (done.result.end, done.result.reason) == (End.PAUSED, "sender")
    assert done.counts == {"pending": PEOPLE}
    assert done.connections <= 2  # one attempt each, not one for each person


def test_ehlo_and_helo_refused_pause() -> None:
    done = sent([Rule(Stage.EHLO, Reply(554, "no")), Rule(Stage.HELO, Reply(554, "no"))])
    assert done.result.end is End.PAUSED
    assert done.counts == {"pending": PEOPLE}


@pytest.mark.parametrize("action", [Close(), Reset(), Slow(1.0), Hang(400), Reply(421, "busy")])
def test_ehlo_that_fails_is_tried_again(action: Action) -> None:
    assert sent([Rule(Stage.EHLO, action, times=3)]).arrived == EVERYONE


TLS = {"transport_security": "starttls"}


def test_a_certificate_nobody_vouches_for_pauses_with_nothing_said() -> None:
    done = sent(settings=TLS, starttls=True, keep=True)
    assert (done.result.end, done.result.reason) == (End.PAUSED, "certificate")
    said = [turn.data for one in done.there.server.dialogues for turn in one.transcript if turn.who == "C"]
    assert not any(line.startswith((b"MAIL", b"AUTH")) for line in said)
    assert done.counts == {"pending": PEOPLE}


def test_a_server_without_starttls_pauses_with_nothing_said() -> None:
    done = sent(settings=TLS)
    assert (done.result.end, done.result.reason) == (End.PAUSED, "no-tls")
    assert done.arrived == {}


@pytest.mark.parametrize("stage", [Stage.STARTTLS, Stage.TLS])
def test_a_handshake_that_drops_is_tried_again_never_in_clear(stage: Stage) -> None:
    """Once it holds, the certificate is looked at: it is nobody's, and that is where it pauses."""
    done = sent([Rule(stage, Close(), times=2)], settings=TLS, starttls=True)
    assert (done.result.end, done.result.reason) == (End.PAUSED, "certificate")
    assert done.connections >= 3
    assert done.arrived == {}


def test_words_slipped_in_before_the_handshake_are_not_believed() -> None:
    """GHSA-vxj7-4xrp-5vr4: a reply sent in clear with the 220 must not answer what is said inside TLS."""

    async def injected() -> tuple[list[Outcome], FaultServer]:
        slipped = Raw(b"220 go ahead\r\n250-evil\r\n250 AUTH PLAIN\r\n", code=220)
        rules = [Rule(Stage.STARTTLS, slipped, times=1)]
        async with FaultServer(rules, starttls=True, users={"me": "secret"}) as server:
            out = way(server, security="starttls", login="me")
            return (await send(out)).outcomes, server

    outcomes, server = asyncio.run(injected())
    assert outcomes[0].kind in (Kind.SENT, Kind.UNTRIED)
    assert not any("clear" in fault for fault in server.faults)
    assert len(server.ledger.accepted) == (outcomes[0].kind is Kind.SENT)
