"""Nobody stuffs a questionnaire from one network; a workplace that answers at one break does not notice."""

import pytest

from mailer.web import questions, throttle
from mailer.web.throttle import Throttle
from tests.ballots.questionnaires import ALL
from tests.web.premises import CAMPAIGN, Premises, published, says


class Hand:
    """A clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_then_one_a_second() -> None:
    hand = Hand()
    limit = Throttle(hand, burst=5, per_second=1)
    assert [limit.admits("192.0.2.1") for _ in range(6)] == [True] * 5 + [False]
    assert limit.admits("192.0.2.2")
    hand.now += 2
    assert [limit.admits("192.0.2.1") for _ in range(3)] == [True, True, False]
    hand.now += 3600
    assert sum(limit.admits("192.0.2.1") for _ in range(50)) == 5


def test_a_network_of_ipv6_is_one() -> None:
    limit = Throttle(Hand(), burst=2, per_second=1)
    found = [limit.admits(f"2001:db8:0:1::{one}") for one in range(3)]
    assert found == [True, True, False]
    assert limit.admits("2001:db8:0:2::1")
    assert [limit.admits(""), limit.admits("unix:")] == [True, True]


def test_no_address_stays_in_memory_and_few_networks_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_MOST", 3)
    limit = Throttle(Hand(), burst=1, per_second=0)
    for number in range(9):
        assert limit.admits(f"192.0.2.{number}")
    assert len(limit._buckets) == 3
    assert not any(b"192" in name for name in limit._buckets)


def test_the_page_says_so_and_stores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "BURST", 60)
    premises = Premises(published(questionnaire=ALL))
    path, good = f"/q/{CAMPAIGN}", {"avis": "1", "form.step": "send"}
    found = [premises.visitor.post(path, data=good).status_code for _ in range(60)]
    assert set(found) == {303}
    stored = len(premises.desk.answers)
    late = [premises.visitor.post(path, data=good) for _ in range(30)]
    assert late[-1].status_code == 429
    assert late[-1].headers["retry-after"] == "120"
    assert says(late[-1], "Too many answers come from your network just now")
    assert len(premises.desk.answers) < stored + 30
    assert premises.visitor.get(path).status_code == 200  # whoever only reads is never kept away


def test_ipv4_through_a_socket_for_both_is_not_one_network() -> None:
    limit = Throttle(Hand(), burst=1, per_second=0)
    assert [limit.admits(f"::ffff:192.0.2.{one}") for one in (1, 1, 2)] == [True, False, True]
    assert not limit.admits("192.0.2.2")  # the same, however it is written
    assert [limit.admits(f"fe80::{one}%eth0") for one in (1, 2)] == [True, False]
    assert [limit.admits(f"::{one}") for one in (1, 2)] == [True, False]
