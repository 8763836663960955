"""Where a list's addresses come from: what the settings say, else its legal basis; and who was told."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring.doors import now
from mailer.wiring.forgetting import forget, forget_by
from mailer.workspace.folder import Workspace
from mailer.workspace.house import house_of
from tests.store.house import ACCEPTED
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace
from tests.wiring.test_forgetting import answered

WORK = "Your work address was made available to trade unions"


@pytest.mark.parametrize(
    ("basis", "source", "said"),
    [
        ("agreement", "", f"{WORK} under the company agreement."),
        ("employer_permission", "", f"{WORK} with the employer’s permission."),
        ("agreement", "the firm's directory.", "Where your address comes from: the firm's directory."),
        ("members", "the federation", "Where your address comes from: the federation."),
        ("members", "", ""),
        ("consent", "", ""),
    ],
)
def test_the_words(tmp_path: Path, basis: str, source: str, said: str) -> None:
    table = f'[lists.work]\ntitle = "W"\nlanguage = "en"\nlegal_basis = "{basis}"\nsource = "{source}"\n'
    there = workspace(tmp_path, table)
    with opened(there) as store:
        campaign = draft(there, store).campaign
    assert campaign is not None
    [face] = house_of(there.settings, replace(campaign, lists=("work",))).lists
    assert face.origin == said


def over(there: Workspace, store: Store) -> None:
    """A campaign that left this machine: Zoé was sent it, Ana was not."""
    public_id, _ = answered(there, store)
    zoe = store.people.number_of(ZOE)
    with store.together():
        turns = store.ledger.claim(public_id, "test:1") or []
        [turn] = [one for one in turns if one.subscriber == zoe]
        store.ledger.mark([(turn, store.people.hash_of(ZOE))])
        store.ledger.sent([(turn, ACCEPTED)])
        store.campaigns.cancel(public_id, "running")
    with closing(sqlite3.connect(there.root / "subscribers/mailer.db")) as connection, connection:
        connection.execute("UPDATE campaign SET abroad = 1")


def told(there: Workspace) -> dict[str, bool]:
    with closing(sqlite3.connect(there.root / "subscribers/mailer.db")) as connection:
        return {
            row[0]: bool(row[1]) for row in connection.execute("SELECT email, informed_at FROM subscriber")
        }


def test_by_the_next_send(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        over(there, store)
        assert told(there) == {ZOE: False, ANA: False}
        forget(there, store, now())
        assert told(there) == {ZOE: True, ANA: False}


@in_a_loop
async def test_by_the_site(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        over(there, store)
        clerk = Clerk(store, Store.together)
        await forget_by(there, clerk, now())
        await clerk.close()
        assert told(there) == {ZOE: True, ANA: False}
