"""The figures: names, labels, and what each counts."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from mailer.delivery import Kind, Outcome, Phase
from mailer.metrics.figures import Figures

CAMPAIGN, RELAY = "k7qk2m4xea", "smtp.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """`mailer.metrics.figures.Backlog`."""

    campaign: str = CAMPAIGN
    waiting: int = 18
    free: int = 1
    held: int = 2
    people: int = 9000
    deferred: int = 7
    lease_age: float | None = 12.5


def outcome(kind: Kind, reason: str = "", text: str = "") -> Outcome:
    return Outcome(kind=kind, phase=Phase.DOT, reason=reason, text=text)


def samples(figures: Figures) -> Iterator[tuple[str, dict[str, str], float]]:
    """As a Prometheus server reads them."""
    for family in text_string_to_metric_families(generate_latest(figures.registry).decode()):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def value(figures: Figures, name: str, **labels: str) -> float:
    [found] = [value for there, having, value in samples(figures) if there == name and having == labels]
    return found


def test_outcomes() -> None:
    figures = Figures(lambda: 100.0)
    watch = figures.watch(CAMPAIGN, RELAY)
    for kind, reason in (
        (Kind.SENT, ""),
        (Kind.SENT, ""),
        (Kind.DEFERRED, "deferred"),
        (Kind.REFUSED, "mailbox"),
        (Kind.REFUSED, "content"),
        (Kind.REFUSED, "mailbox"),
        (Kind.UNKNOWN, "network"),
        (Kind.UNTRIED, "server-busy"),
    ):
        watch.judged(outcome(kind, reason))
    way = {"campaign": CAMPAIGN, "relay": RELAY}
    assert value(figures, "mailer_sent_total", **way) == 2
    assert value(figures, "mailer_sent_per_second", **way) == 2
    assert value(figures, "mailer_unknown_total", **way) == 1
    assert value(figures, "mailer_deferred_total", **way, **{"class": "deferred"}) == 1
    assert value(figures, "mailer_refused_total", **way, **{"class": "mailbox"}) == 2
    assert value(figures, "mailer_refused_total", **way, **{"class": "content"}) == 1
    assert value(figures, "mailer_untried_total", **way, **{"class": "server-busy"}) == 1


def test_levels_and_latency() -> None:
    figures = Figures(lambda: 100.0)
    watch = figures.watch(CAMPAIGN, RELAY)
    watch.opened()
    watch.opened()
    watch.closed()
    watch.began()
    watch.began()
    watch.ended(0.3)
    way = {"campaign": CAMPAIGN, "relay": RELAY}
    assert value(figures, "mailer_connections_open", relay=RELAY) == 1
    assert value(figures, "mailer_in_flight", **way) == 1
    assert value(figures, "mailer_smtp_reply_seconds_bucket", **way, le="0.25") == 0
    assert value(figures, "mailer_smtp_reply_seconds_bucket", **way, le="0.5") == 1
    assert value(figures, "mailer_smtp_reply_seconds_sum", **way) == 0.3


def test_the_next_run_of_a_campaign_counts_on() -> None:
    figures = Figures(lambda: 100.0)
    for _ in range(2):
        figures.watch(CAMPAIGN, RELAY).judged(outcome(Kind.SENT))
    assert value(figures, "mailer_sent_total", campaign=CAMPAIGN, relay=RELAY) == 2
    assert value(figures, "mailer_sent_per_second", campaign=CAMPAIGN, relay=RELAY) == 2


def test_the_ledger() -> None:
    figures = Figures(lambda: 100.0)
    figures.seen([Left(), Left(campaign="a2bcd3efgh", lease_age=None)])
    states = {
        state: value(figures, "mailer_slices", campaign=CAMPAIGN, state=state)
        for state in ("waiting", "free", "held")
    }
    assert states == {"waiting": 18, "free": 1, "held": 2}
    assert value(figures, "mailer_backlog_recipients", campaign=CAMPAIGN) == 9000
    assert value(figures, "mailer_deferred_recipients", campaign=CAMPAIGN) == 7
    assert value(figures, "mailer_lease_age_seconds", campaign=CAMPAIGN) == 12.5
    assert math.isnan(value(figures, "mailer_lease_age_seconds", campaign="a2bcd3efgh"))
    figures.seen([Left()])
    assert {labels.get("campaign") for _, labels, _ in samples(figures)} == {None, CAMPAIGN}


def test_nothing_of_anybody() -> None:
    """A server's words hold addresses; a recipient's domain may be three people. Neither is a label."""
    figures = Figures(lambda: 100.0)
    watch = figures.watch(CAMPAIGN, RELAY)
    for kind in Kind:
        watch.judged(outcome(kind, "mailbox", text="5.1.1 <zoe@petit.example>: no such user"))
    figures.seen([Left()])
    told = {
        (name, text) for _, labels, _ in samples(figures) for name, text in labels.items() if name != "le"
    }
    assert told == {
        ("campaign", CAMPAIGN),
        ("relay", RELAY),
        ("class", "mailbox"),
        *(("state", state) for state in ("waiting", "free", "held")),
    }


def test_names_follow_prometheus() -> None:
    """Counters end in _total, no series says when it was created."""
    figures = Figures(lambda: 100.0)
    figures.watch(CAMPAIGN, RELAY).judged(outcome(Kind.SENT))
    text = generate_latest(figures.registry).decode()
    assert "_created" not in text
    for family in text_string_to_metric_families(text):
        assert family.name.startswith("mailer_")
        assert family.documentation
        if family.type == "counter":
            assert all(sample.name.endswith("_total") for sample in family.samples)
