"""Who of its lists a campaign is for: kept as it was said, the same for another text and for a reminder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.errors import FaultsError, RefusedError, UsageError
from mailer.model import Person
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.amending import amendable
from mailer.wiring.doors import keys_of
from mailer.wiring.freezing import launch
from mailer.wiring.parts import part_of, same_part, sieve_of
from mailer.wiring.planning import plan
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace, open_workspace
from tests.wiring.house import draft, opened, workspace

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SETTINGS = "\n[segments]\nnantes = \"site = 'Nantes'\"\n"
FRONT = 'segment = "nantes"\nexclude = ["last_name is filled"]\n'


def peopled(store: Store) -> None:
    with store.together():
        people = [
            Person(email="zoe@example.org", fields={"site": "Nantes", "first_name": "Zoé"}),
            Person(email="ana@example.org", fields={"site": "Nantes", "last_name": "Grand"}),
            Person(email="luc@example.org", fields={"site": "Brest", "first_name": "Luc"}),
        ]
        store.people.bring("sample", people, source="test")


def launched(there: Workspace, store: Store, made: Draft) -> Launched:
    planned = plan(there, store, keys_of(there), made, now=NOW, at=None)
    return launch(there, store, keys_of(there), planned, hold=False, now=NOW)


def test_it_is_kept_as_it_was_said(tmp_path: Path) -> None:
    there = workspace(tmp_path, SETTINGS)
    with opened(there) as store:
        peopled(store)
        campaign = launched(there, store, draft(there, store, front=FRONT))
        assert (store.campaigns.tally(campaign.public_id).audience, "site = 'Nantes'" in campaign.part) == (
            2,
            True,
        )
        path = there.root / "mailer.toml"
        path.write_text(
            path.read_text("utf-8").replace("site = 'Nantes'", "site = 'Brest'"), encoding="utf-8"
        )
        later = open_workspace(there.root, {})
        assert sieve_of(later, store, campaign.part, NOW) == sieve_of(there, store, campaign.part, NOW)
        made = draft(later, store, front=FRONT)
        assert made.campaign is not None
        assert same_part(part_of(later.settings, made.campaign), campaign.part)


def test_nothing_said_is_everybody(tmp_path: Path) -> None:
    there = workspace(tmp_path, SETTINGS)
    with opened(there) as store:
        peopled(store)
        assert launched(there, store, draft(there, store)).part == ""


@pytest.mark.parametrize("front", ["", 'segment = "site is filled"\n', FRONT + "\n"])
def test_another_text_is_for_the_same_people(tmp_path: Path, front: str) -> None:
    there = workspace(tmp_path, SETTINGS)
    with opened(there) as store:
        peopled(store)
        campaign = launched(there, store, draft(there, store, front=FRONT))
        made = draft(there, store, front=front, body="Un autre mot.")
        if front.startswith(FRONT):
            reach, audience = amendable(there, store, campaign, made, NOW)
            assert (reach.people, audience.size, audience.left_out) == (1, 1, 0)
        else:
            with pytest.raises(RefusedError, match="other people of its lists"):
                amendable(there, store, campaign, made, NOW)


def test_a_part_says_nothing_of_the_usual_number(tmp_path: Path) -> None:
    there = workspace(tmp_path, SETTINGS)
    with opened(there) as store:
        peopled(store)
        launched(there, store, draft(there, store, "whole"))
        planned = plan(there, store, keys_of(there), draft(there, store, front=FRONT), now=NOW, at=None)
        assert (planned.facts.usual, planned.audience.size, planned.audience.left_out) == (None, 1, 1)


def test_who_received_it_is_known_until_retention_or_never_told(tmp_path: Path) -> None:
    there = workspace(tmp_path, SETTINGS)
    with opened(there) as store:
        peopled(store)
        made = draft(there, store, "erratum", front='segment = "received:tract"\n')
        assert made.campaign is not None
        part = part_of(there.settings, made.campaign)
        with pytest.raises(UsageError, match="tract was not sent"):
            sieve_of(there, store, part, NOW)
        campaign = launched(there, store, draft(there, store))
        assert sieve_of(there, store, part, NOW).setting is not None
        with store.together():
            store._driver.execute_text(  # as a reminder is, and as retention leaves one
                f"UPDATE campaign SET reminds = 'x' WHERE public_id = '{campaign.public_id}'"
            )
        with pytest.raises(RefusedError, match="tract is a reminder"):
            sieve_of(there, store, part, NOW)
        with store.together():
            store._driver.execute_text("UPDATE campaign SET reminds = '', closed_at = '2026-11-27T00:00:00Z'")
        with pytest.raises(RefusedError, match="nobody knows any more who received it"):
            sieve_of(there, store, part, NOW)


def test_a_field_that_is_no_more_is_told(tmp_path: Path) -> None:
    there = workspace(tmp_path, SETTINGS)
    with opened(there) as store:
        peopled(store)
        campaign = launched(there, store, draft(there, store, front=FRONT))
        part = campaign.part.replace("last_name is filled", "sitte is filled")
        with pytest.raises(FaultsError):
            sieve_of(there, store, part, NOW)


def test_two_parts_are_compared_by_what_is_written() -> None:
    one = '{"segment": {"name": "nantes", "text": "a"}, "exclude": []}'
    assert same_part(one, one.replace('"a"', '"b"'))
    assert not same_part(one, one.replace("nantes", "brest"))
    assert not same_part(one, "")
    assert same_part("", "")
