"""Why a run ends before everyone has been written to, and what is left for the next run."""

import asyncio
from datetime import timedelta

import pytest

from mailer.deliver.brakes import MOST_CONTENT, MOST_REFUSED, MOST_UNKNOWN
from mailer.deliver.pace import Limits
from mailer.deliver.result import End, Result
from mailer.delivery import State, Tally
from mailer.errors import MailerError
from tests.deliver.hours import NOON
from tests.deliver.house import Campaign, campaign
from tests.deliver.relay import AWAY, CONTENT, FULL, GREYLISTED, NO_LOGIN, NO_MAILBOX, QUOTA, SILENCE, Act


def _goes_on(stopped: Campaign, **expected: int) -> None:
    """The next run of the same campaign, in a new process."""
    stopped.relay.acts.clear()
    stopped.ledger.take_over()
    result = stopped.run()
    people = len(stopped.ledger.emails)
    assert (result.end, result.tally) == (End.DONE, Tally(audience=people, **expected))


@pytest.mark.parametrize("connections", [1, 3, 8])
@pytest.mark.parametrize("limit", [8, 12])
def test_a_limit(limit: int, connections: int) -> None:
    some = campaign(20, connections=connections)
    result = some.run(limit=limit)
    assert (result.end, result.tally) == (End.LIMIT, Tally(audience=20, sent=limit, pending=20 - limit))
    _goes_on(some, sent=20)


def test_a_limit_that_is_not_reached_is_no_end() -> None:
    for limit in (6, 7):
        assert campaign(6, connections=2).run(limit=limit).end is End.DONE


def test_who_was_not_written_to_does_not_count() -> None:
    """Through one connection: nobody else has begun meanwhile."""
    some = campaign(10, unable=[2, 3])
    some.ledger.gone[5] = "unsubscribed"
    result = some.run(limit=4)
    assert (result.end, result.tally) == (End.LIMIT, Tally(audience=10, sent=4, excluded=3, pending=3))


def test_the_campaign_s_time_is_over() -> None:
    slow = campaign(20, expires=timedelta(seconds=10))
    for number in range(1, 21):
        slow.meets(number, Act(seconds=0.5))
    result = slow.run()
    assert result.end is End.EXPIRED
    assert NOON + slow.expires <= slow.hours.now() < NOON + slow.expires + timedelta(seconds=3)
    assert result.tally == Tally(audience=20, sent=10, pending=10)


def test_a_campaign_whose_time_was_over_before() -> None:
    late = campaign(5, connections=2, expires=timedelta(0))
    result = late.run()
    assert (result.end, result.tally) == (End.EXPIRED, Tally(audience=5, pending=5))
    assert late.relay.asked == []


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("status", ["paused", "cancelled"])
def test_another_command_halts_it(status: str, connections: int) -> None:
    """Seen within about a second."""
    halted = campaign(400, connections=connections, size=50)

    def command() -> None:
        if status == "cancelled":
            halted.ledger.cancel()
        else:
            halted.ledger.campaign = status

    halted.meets(9, Act(meanwhile=command))
    result = halted.run()
    if status == "cancelled":
        assert result.end in (End.HALTED, End.DONE)  # nobody may be left before it looks
        assert (result.tally.pending, result.tally.left) == (0, 0)
        assert result.tally.excluded == 400 - result.tally.sent
        assert result.tally.sent <= 8 + connections
    else:
        assert (result.end, result.reason) == (End.HALTED, status)
        assert 9 <= result.tally.sent <= 9 + 60 * connections
        halted.ledger.campaign = "running"
        _goes_on(halted, sent=400)


@pytest.mark.parametrize("connections", [1, 3])
def test_stopped_it_finishes_what_is_in_flight(connections: int) -> None:
    """Ctrl-C: the replies that are awaited are waited for, and nothing more is begun (P12)."""
    asked = campaign(20, connections=connections)
    for number in range(1, 21):
        asked.meets(number, Act(seconds=5.0, meanwhile=asked.stop if number == 4 else None))
    result = asked.run()
    assert (result.end, result.reason) == (End.STOPPED, "")
    sent = {1: 4, 3: 6}[connections]  # the fourth, and those begun at the same time
    assert result.tally == Tally(audience=20, sent=sent, pending=20 - sent)
    _goes_on(asked, sent=20)


def test_who_wants_no_figures_counts_before_an_end_alone() -> None:
    """A worker's minute: of ten million people a count takes seconds, and each minute had two."""
    asked = campaign(20)
    asked.figures = asked.watchful = False
    asked.meets(4, Act(seconds=5.0, meanwhile=asked.stop))
    assert (asked.run().end, asked.count("waves")) == (End.STOPPED, 0)
    result = asked.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=20, sent=20))
    assert asked.count("waves") == 1


def test_stopped_before_it_begins() -> None:
    asked = campaign(3)
    result = asked.run(stopped=True)
    assert (result.end, result.tally) == (End.STOPPED, Tally(audience=3, pending=3))
    assert (asked.relay.asked, asked.count("claim")) == ([], 0)


def test_stopped_while_it_waits_for_its_turn() -> None:
    """It does not sleep on until the hour is over."""
    asked = campaign(9, connections=3, limits=Limits(per_hour=4))

    async def story() -> Result:
        asyncio.get_running_loop().call_later(60, asked.stop)
        return await asked.once()

    result = asked.hours.run(story())
    assert (result.end, result.tally) == (End.STOPPED, Tally(audience=9, sent=4, pending=5))
    assert asked.hours.now() - NOON < timedelta(seconds=62)


def test_stopped_while_it_waits_for_the_network() -> None:
    asked = campaign(9, connections=3)
    asked.relay.away = AWAY

    async def story() -> Result:
        asyncio.get_running_loop().call_later(300, asked.stop)
        return await asked.once()

    result = asked.hours.run(story())
    assert (result.end, result.tally) == (End.STOPPED, Tally(audience=9, pending=9))
    assert asked.hours.now() - NOON < timedelta(seconds=302)


@pytest.mark.parametrize("connections", [1, 3])
def test_somebody_must_act(connections: int) -> None:
    """The account's quota is used up: nobody is blamed, and nothing is tried again."""
    out = campaign(20, connections=connections)
    for number in range(7, 21):
        out.meets(number, QUOTA)
    result = out.run()
    assert (result.end, result.reason, result.outcome) == (End.PAUSED, "policy", QUOTA)
    assert result.tally == Tally(audience=20, sent=6, pending=14)
    assert not any(row.attempts for number, row in out.ledger.rows.items() if number > 6)
    _goes_on(out, sent=20)


@pytest.mark.parametrize("connections", [1, 5])
def test_no_way_to_log_in(connections: int) -> None:
    out = campaign(6, connections=connections, opens=[NO_LOGIN] * connections)
    result = out.run()
    assert (result.end, result.reason, result.outcome) == (End.PAUSED, "sender", NO_LOGIN)
    assert result.tally == Tally(audience=6, pending=6)
    assert len(out.relay.asked) == connections
    _goes_on(out, sent=6)


def test_refusals_of_the_content_in_a_row() -> None:
    """The next ones would be refused too."""
    spam = campaign(20, acts={number: [CONTENT] for number in range(3, 21)})
    result = spam.run()
    assert (result.end, result.reason, result.outcome) == (End.PAUSED, "content", CONTENT)
    assert result.tally == Tally(audience=20, sent=2, refused=MOST_CONTENT, pending=13)


def test_a_success_between_refusals_of_the_content() -> None:
    """Picky servers, each its own: that is no fault of the text."""
    picky = campaign(30, acts={number: [CONTENT] for number in range(1, 31) if number % MOST_CONTENT})
    result = picky.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=30, sent=6, refused=24))


def test_a_mailbox_that_does_not_exist_says_nothing_of_the_content() -> None:
    gone = campaign(19, acts={number: [NO_MAILBOX] for number in range(1, 20)})
    result = gone.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=19, refused=19))
    mixed = campaign(12, acts={number: [NO_MAILBOX if number % 2 else CONTENT] for number in range(1, 13)})
    assert mixed.run().tally == Tally(audience=12, refused=10, pending=2)


@pytest.mark.parametrize("connections", [1, 4])
def test_a_server_that_refuses_everybody(connections: int) -> None:
    """It must not burn the list; whoever says go on is believed."""
    burnt = campaign(90, connections=connections, acts={number: [NO_MAILBOX] for number in range(11, 91)})
    result = burnt.run()
    assert (result.end, result.reason, result.outcome) == (End.PAUSED, "everybody", NO_MAILBOX)
    assert result.tally.sent == 10
    assert MOST_REFUSED <= result.tally.refused < MOST_REFUSED + 2 * connections
    _goes_on(burnt, sent=90 - result.tally.refused, refused=result.tally.refused)


@pytest.mark.parametrize("connections", [1, 4])
def test_too_many_addresses_that_do_not_exist(connections: int) -> None:
    """More than five in a hundred, of fifty or more (F8)."""
    old = campaign(200, connections=connections, acts={at: [NO_MAILBOX] for at in range(1, 201, 12)})
    result = old.run()
    assert (result.end, result.reason) == (End.PAUSED, "mailboxes")
    assert 50 <= result.tally.done < 50 + connections + 1


def test_too_many_unknown() -> None:
    """Twenty lost replies are not bad luck (P2); told to go on, it bears twenty more."""
    lossy = campaign(80, acts={number: [SILENCE] for number in range(11, 81)})
    result = lossy.run()
    assert (result.end, result.reason, result.outcome) == (End.PAUSED, "unknown", SILENCE)
    assert result.tally == Tally(audience=80, sent=10, unknown=MOST_UNKNOWN, pending=50)
    again = lossy.run()
    assert (again.end, again.tally.unknown) == (End.PAUSED, 2 * MOST_UNKNOWN)
    _goes_on(lossy, sent=40, unknown=2 * MOST_UNKNOWN)


def test_some_unknown_are_bad_luck() -> None:
    lossy = campaign(60, connections=3, acts={number: [SILENCE] for number in range(1, MOST_UNKNOWN)})
    result = lossy.run()
    assert (result.end, result.tally) == (End.DONE, Tally(audience=60, sent=41, unknown=19))


def test_somebody_has_disappeared_from_the_ledger() -> None:
    """Then nothing is said of an end (P5)."""
    wrong = campaign(6, watchful=False)

    def disappears() -> None:
        del wrong.ledger.rows[2]

    wrong.meets(4, Act(meanwhile=disappears))
    with pytest.raises(MailerError) as told:
        wrong.run()
    for language in ("en", "fr"):
        assert "audience=6 sent=5" in told.value.message.say(language)


def test_watchful_it_is_seen_at_the_next_outcome() -> None:
    """And so is an outcome that the ledger has not kept."""
    wrong = campaign(9)
    wrong.meets(4, Act(meanwhile=lambda: wrong.ledger.rows.pop(2)))  # type: ignore[arg-type]
    with pytest.raises(MailerError, match="does not add up"):
        wrong.run()
    lost = campaign(9)

    def forgets() -> None:
        lost.ledger.rows[2].state = State.PENDING

    lost.meets(4, Act(meanwhile=forgets))
    with pytest.raises(MailerError, match="has counted"):
        lost.run()


def test_the_first_reason_to_end_is_the_one_that_is_told() -> None:
    both = campaign(9, connections=3)
    for number in range(1, 10):
        both.meets(number, Act(QUOTA, 0.1, both.stop if number == 1 else None))
    assert both.run().end is End.STOPPED


def test_later_says_when() -> None:
    """The earliest of those who are waited for."""
    late = campaign(4, acts={1: [FULL], 2: [GREYLISTED]})
    result = late.run()
    assert result.until is not None
    assert (result.end, (result.until - NOON) // timedelta(minutes=1)) == (End.LATER, 15)
