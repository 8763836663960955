"""Who is told where their address comes from: once a campaign is over, and nobody who gave it themselves."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailer.store.informing import START
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LIST,
    LUC,
    REFUSED,
    ZOE,
    bring,
    claimed,
    launch,
    mark,
    number,
    opened,
    person,
    settle,
)
from tests.store.test_erasing import erase

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def imported(store: Store, *emails: str, source: str = "import: list.csv", proof: str = "") -> None:
    with store.together():
        store.people.bring(LIST, [person(email) for email in emails], source=source, proof=proof)


def first(store: Store, public_id: str) -> dict[str, bool]:
    """Of those whose turn it is in a campaign, whether it is their first."""
    found = store.ledger.look(claimed(store, public_id))
    return {one.email: one.first for one in found if not isinstance(one, str)}


def finish(store: Store, public_id: str = CAMPAIGN, *, refused: int = 0) -> None:
    for turn in claimed(store, public_id):
        mark(store, turn)
        settle(store, turn, replace(REFUSED) if turn.subscriber == refused else ACCEPTED)
    with store.together():
        store.ledger.claim(public_id, "test:1")
        assert store.campaigns.finish(public_id)


def inform(store: Store, most: int = 10_000) -> None:
    for campaign in store.informing.due():
        after: int | None = START
        while after is not None:
            with store.together():
                after = store.informing.inform(campaign, after, most)


def test_who_did_not_give_it_themselves(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        imported(store, ZOE)
        imported(store, ANA, source="operator")
        imported(store, LUC, source="operator", proof="asked by telephone")
        imported(store, "page@example.org", source="page")
        launch(store)
        assert first(store, CAMPAIGN) == {ZOE: True, ANA: True, LUC: False, "page@example.org": False}


def test_once_it_was_sent_and_over_it_is_their_first_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        imported(store, ZOE, ANA, LUC)
        launch(store, abroad=True)
        assert store.informing.due() == []
        finish(store, refused=number(store, LUC))
        assert store.informing.due() == [CAMPAIGN]
        erase(store, ANA)
        inform(store, most=1)
        assert store.informing.due() == []
        imported(store, "new@example.org")
        launch(store, public_id="aaaaaaaaaa", slug="next", abroad=True)
        assert first(store, "aaaaaaaaaa") == {ZOE: False, LUC: True, "new@example.org": True}


def test_practice_informs_nobody_and_a_top_up_is_read_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        imported(store, ZOE)
        launch(store)
        finish(store)
        assert store.informing.due() == []
        launch(store, public_id="aaaaaaaaaa", slug="next", abroad=True)
        finish(store, "aaaaaaaaaa")
        inform(store)
        bring(store, ANA)
        campaign = store.campaigns.by_id("aaaaaaaaaa")
        assert campaign is not None
        with store.together():
            store.waves.top_up("aaaaaaaaaa", (LIST,))
            assert store.campaigns.reopen(campaign, "running", lasting=timedelta(hours=72))
        finish(store, "aaaaaaaaaa")
        assert store.informing.due() == ["aaaaaaaaaa"]
