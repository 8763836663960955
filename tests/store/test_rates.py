"""Shared limits, on both databases: what is granted, given back, waited for; two who ask at the same time."""

import threading
from pathlib import Path

import pytest

from mailer.deliver.pace import DAY, HOUR
from tests.store.house import opened

DATABASES = ["sqlite", "postgres"]
_HOURLY = [(HOUR, 10)]


def test_no_more_than_the_limit_and_then_a_wait(tmp_path: Path) -> None:
    with opened(tmp_path) as store, store.together():
        assert [store.rates.take("a", _HOURLY, want).count for want in (4, 4, 4)] == [4, 4, 2]
        none = store.rates.take("a", _HOURLY, 4)
        assert none.count == 0
        assert none.wait == pytest.approx(HOUR * 41 / 40, abs=HOUR / 40)
        assert store.rates.take("b", _HOURLY, 4).count == 4  # another's


def test_what_is_given_back_is_free_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store, store.together():
        granted = store.rates.take("a", _HOURLY, 10)
        store.rates.give_back("a", _HOURLY, granted.at, 3)
        assert [store.rates.take("a", _HOURLY, 9).count for _ in range(2)] == [3, 0]


def test_the_strictest_of_several_limits(tmp_path: Path) -> None:
    windows = [(HOUR, 5), (DAY, 7)]
    with opened(tmp_path) as store, store.together():
        assert store.rates.take("a", windows, 9).count == 5
        assert store.rates.take("a", windows, 9).wait < 2 * HOUR


def test_how_long_ago_they_were_taken(tmp_path: Path) -> None:
    with opened(tmp_path) as store, store.together():
        assert store.rates.ages("a", HOUR) == []
        store.rates.take("a", _HOURLY, 3)
        assert store.rates.ages("a", HOUR) == [0.0] * 3


def test_two_who_ask_at_the_same_time(tmp_path: Path) -> None:
    """Neither has what the other was given."""
    with opened(tmp_path):  # made before they come
        pass
    granted: list[int] = []

    def ask() -> None:
        with opened(tmp_path, patience=20) as store:
            for _ in range(30):
                with store.together():
                    count = store.rates.take("a", [(HOUR, 40)], 1).count
                granted.append(count)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (len(granted), sum(granted)) == (90, 40)
