"""Whoever shows figures counts the people of a campaign once, whatever is shown of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.cli import figures
from mailer.store.store import Store
from mailer.wiring.letters import editions_of
from tests.store.house import CAMPAIGN
from tests.store.steps import SLICES, campaign_of_many, counted, send_a_slice


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A campaign that all were sent."""
    with campaign_of_many(tmp_path, monkeypatch) as store:
        for _ in range(SLICES):
            send_a_slice(store)
        yield store


def test_status_and_a_report_count_once(many: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with counted(many) as once:
        tally = many.campaigns.tally(CAMPAIGN)
    with counted(many) as all_of_them:
        found = many.campaigns.figures(CAMPAIGN)
    assert found.total == found.waves[0].tally == found.editions[0].tally == tally
    assert all_of_them.count < once.count * 1.1
    campaign = many.campaigns.by_id(CAMPAIGN)
    assert campaign is not None
    with counted(many) as shown:
        figures.tell(many, campaign)
    assert "600" in capsys.readouterr().out
    assert shown.count < once.count * 2.2  # beside it, why people were refused, and who is unknown


def test_who_wants_the_texts_counts_nobody(many: Store) -> None:
    with counted(many) as steps:
        assert [one.number for one in editions_of(many, CAMPAIGN)] == [1]
    assert steps.count < 200
