"""What the public archive lists: public texts that are leaving or have left, the latest first."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.store.launches import Launch
from mailer.store.store import Store
from tests.store.house import CAMPAIGN, NOON, ZOE, bring, inside, launch_of, opened

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def launched(store: Store, launch: Launch, *, public: bool = True) -> None:
    edition = replace(launch.edition, public=public)
    with store.together():
        store.launches.launch(replace(launch, edition=edition))


def listed(store: Store) -> list[str]:
    return [one.slug for one in store.visits.archived()]


def test_public_ones_the_latest_first(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launched(store, launch_of("k7qk2m4xeb", slug="private"), public=False)
        launched(store, launch_of("k7qk2m4xec", slug="first"))
        launched(store, replace(launch_of(CAMPAIGN, slug="second"), starts_at=NOON + timedelta(days=1)))
        launched(
            store,
            replace(
                launch_of("k7qk2m4xed", slug="later"), scheduled=True, starts_at=NOON + timedelta(days=9)
            ),
        )
        assert listed(store) == ["second", "first"]
        found = store.visits.archived()[0]
        assert (found.public_id, found.title, found.language) == (CAMPAIGN, "Un tract", "fr")
        assert found.began_at == found.updated_at == NOON + timedelta(days=1)
        stored = store.visits.stored(CAMPAIGN)
        assert stored is not None
        assert stored.edition.public


@pytest.mark.parametrize("status, there", [("paused", True), ("finished", True), ("cancelled", False)])
def test_a_cancelled_one_is_not_there(tmp_path: Path, status: str, there: bool) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launched(store, launch_of(slug="tract"))
        inside(store).execute(f"UPDATE campaign SET status = '{status}'")
        assert listed(store) == (["tract"] if there else [])


def test_taken_out_and_put_back_whatever_it_was_launched_with(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        launched(store, launch_of(CAMPAIGN, slug="one"), public=False)
        launched(store, launch_of("k7qk2m4xeb", slug="other"))
        with store.together():
            store.campaigns.make_public(CAMPAIGN, public=True)
        assert sorted(listed(store)) == ["one", "other"]
        for _ in range(2):
            with store.together():
                store.campaigns.make_public("k7qk2m4xeb", public=False)
            assert listed(store) == ["one"]
