"""Messages a second over the last minute."""

from mailer.metrics.rate import Rate


def test_over_the_minute_that_ends_now() -> None:
    rate = Rate(1000.0)
    for tenth in range(1200):  # ten a second for two minutes
        rate.add(1000.0 + tenth / 10)
    assert rate.per_second(1119.9) == 10.0
    assert rate.per_second(1149.5) == 5.0
    assert rate.per_second(1179.9) == 0.0


def test_a_program_that_has_just_begun_has_no_minute() -> None:
    rate = Rate(7.5)
    assert rate.per_second(7.5) == 0.0
    for _ in range(20):
        rate.add(8.2)
    assert rate.per_second(8.9) == 10.0


def test_after_a_long_silence() -> None:
    rate = Rate(0.0)
    rate.add(0.5)
    assert rate.per_second(1e6) == 0.0
    rate.add(1e6 + 1)
    assert rate.per_second(1e6 + 1) == 1 / 60


def test_a_clock_that_stands_still() -> None:
    rate = Rate(50.0)
    rate.add(60.0)
    rate.add(59.0)
    assert rate.per_second(60.0) == 2 / 11
