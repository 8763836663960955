"""docs/contract.md against the figures that are really given."""

import re

from prometheus_client.metrics_core import Metric

from mailer.delivery import Kind, Outcome, Phase
from mailer.metrics.figures import Figures
from mailer.store.backlog import Backlog
from tests.docs.pages import page, table


def given() -> set[tuple[str, str, str, str]]:
    """Each metric once it has a value, as the contract writes it."""
    figures = Figures(lambda: 1.0)
    watch = figures.watch("k7qk2m4xea", "smtp.example.org")
    watch.opened()
    watch.began()
    watch.ended(0.1)
    for kind in Kind:
        watch.judged(Outcome(kind=kind, phase=Phase.DOT, reason="mailbox"))
    figures.seen(
        [Backlog(campaign="k7qk2m4xea", waiting=1, free=1, held=1, people=9, deferred=9, lease_age=1.0)]
    )
    return {_row(family) for family in figures.registry.collect() if "_process_" not in family.name}


def _row(family: Metric) -> tuple[str, str, str, str]:
    labels = {name for sample in family.samples for name in sample.labels} - {"le"}
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return f"`{name}`", family.type, ", ".join(f"`{one}`" for one in sorted(labels)), family.documentation


def test_metrics() -> None:
    assert set(table(page("docs/contract.md"), "Metrics")) == given()


def test_pages_name_only_metrics_that_are_given() -> None:
    names = {row[0].strip("`") for row in given()}
    for name in re.findall(r"\bmailer_[a-z_]+\b", page("docs/cluster.md")):
        plain = re.sub(r"_(?:bucket|sum|count)$", "", name)
        assert plain in names or plain.startswith("mailer_process_")
