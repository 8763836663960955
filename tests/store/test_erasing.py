"""Erased: no row tells of the person, figures add up, nobody is written to twice, no import undoes it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.store.opening import tables_of
from mailer.store.store import Store
from tests.store.house import (
    ACCEPTED,
    ANA,
    CAMPAIGN,
    LATER,
    LIST,
    LUC,
    NOON,
    REFUSED,
    ZOE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    number,
    opened,
    person,
    settle,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py

NAME = "Zoé-Apolline"
SPOKEN = replace(REFUSED, text="550 5.1.1 <zoe@example.org> is unknown here")


def erase(store: Store, email: str = ZOE) -> bool:
    with store.together():
        return store.erasing.erase(email, "operator")


def rows(store: Store) -> dict[str, list[str]]:
    """All that the database holds, table by table."""
    there = inside(store)
    names = [shape.name for shape in tables_of(store._driver).shapes()]
    return {name: [repr(row) for row in there.execute(f"SELECT * FROM {name}").fetchall()] for name in names}


def telling(store: Store, *words: object) -> dict[str, int]:
    """By table, how many rows hold one of these words; tables that do not are left out."""
    found = {
        name: sum(any(str(word) in row for word in words) for row in all_of_it)
        for name, all_of_it in rows(store).items()
    }
    return {name: count for name, count in found.items() if count}


def known(store: Store) -> tuple[int, str]:
    """Zoé on two lists, with names and fields."""
    with store.together():
        store.people.bring(
            LIST, [person(ZOE, first_name=NAME, site="Lyon")], source="import: a.csv", proof="p"
        )
    bring(store, ZOE, slug="contacts")
    bring(store, ANA, LUC)
    zoe = number(store, ZOE)
    with store.together():
        store.consents.record(zoe, "tracking", text="Oui.", channel="page", proof=f"by {ZOE}")
        store.signups.ask(ZOE, "contacts", "fr")
        store.notices.add(ZOE, "fr", "Votre lien", f"Bonjour {NAME}", lasts=timedelta(hours=1))
        store.notices.add(ANA, "fr", "Votre lien", "Bonjour", lasts=timedelta(hours=1))
    return zoe, store.people.hash_of(ZOE)


def test_nothing_tells_of_them_but_a_hash(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe, hashed = known(store)
        launch(store)
        turns = {turn.subscriber: turn for turn in claimed(store)}
        mark(store, turns[zoe])
        settle(store, turns[zoe], SPOKEN)
        launch(store, public_id="aaaaaaaaaa", slug="other")
        assert telling(store, ZOE, zoe, hashed, NAME)["attempt"] == 1
        assert erase(store)
        assert telling(store, ZOE, NAME, "Lyon", zoe) == {}
        assert telling(store, hashed) == {"suppression": 1, "delivery": 1}
        assert (tally(store).refused, tally(store, "aaaaaaaaaa").excluded) == (1, 1)
        assert not erase(store)
        assert store.notices.waiting() == 1
        dossier = store.people.dossier(ZOE)
        assert (dossier.subscriber, dossier.memberships, dossier.deliveries) == (0, (), ())
        assert dossier.suppression == ("erased", "operator", "2026-11-25T12:00:00.000Z")
    log = (tmp_path / "objections.log").read_text()
    assert ZOE not in log
    assert log.count('"what":"erased"') == 2


def test_every_table_that_names_people_is_known_here(tmp_path: Path) -> None:
    """Whoever adds a table with people in it says in `burying` how it is erased, and then here."""
    with opened(tmp_path) as store:
        shapes = tables_of(store._driver).shapes()
    naming = {"subscriber", "email", "address", "address_hash", "first_name", "members", "reply"}
    assert {shape.name for shape in shapes if naming & set(shape.columns)} == {
        *("subscriber", "membership", "suppression", "consent", "notice", "signup", "import_earlier"),
        *("own_link", "address_change", "own_click"),
        *("slice", "delivery", "attempt", "bounce"),
    }


@pytest.mark.parametrize("state", ["waiting", "pending", "deferred", "sent", "cancelled"])
def test_in_whatever_state_they_are(tmp_path: Path, state: str) -> None:
    with opened(tmp_path) as store:
        zoe, _ = known(store)
        launch(store)
        before = tally(store)
        if state == "cancelled":
            with store.together():
                store.campaigns.cancel(CAMPAIGN, "running")
        elif state != "waiting":
            turns = {turn.subscriber: turn for turn in claimed(store)}
            if state == "deferred":
                settle(store, turns[zoe], LATER, NOON)
            if state == "sent":
                mark(store, turns[zoe])
                settle(store, turns[zoe], ACCEPTED)
        assert erase(store)
        after = tally(store)
        assert after.audience == before.audience == 3
        assert (after.sent, after.excluded) == (
            (1, 0) if state == "sent" else (0, 3 if state == "cancelled" else 1)
        )
        assert telling(store, ZOE, zoe) == {}
        if state == "waiting":
            assert zoe not in {turn.subscriber for turn in claimed(store)}
            assert tally(store).pending == 2


def test_a_turn_in_hand_comes_to_nothing(tmp_path: Path) -> None:
    """A sender has claimed them, and looked: the mark is refused, and nothing is left of the row."""
    with opened(tmp_path) as store:
        zoe, hashed = known(store)
        launch(store)
        [turn] = [one for one in claimed(store) if one.subscriber == zoe]
        erase(store)
        with store.together():
            assert store.ledger.mark([(turn, hashed)]) == [False]
            assert store.ledger.look([turn]) == ["erased"]
            store.ledger.exclude(turn, "erased")
        assert (tally(store).excluded, tally(store).pending) == (1, 2)


def test_selected_in_that_very_moment(tmp_path: Path) -> None:
    """A launch read the list just before: who opens the slice finds nobody, and leaves no number."""
    with opened(tmp_path) as store:
        zoe, _ = known(store)
        launch(store)
        there = inside(store)
        [(members,)] = there.execute("SELECT members FROM slice").fetchall()
        erase(store)
        with store.together():
            there.execute("UPDATE slice SET members = ?, size = size + 1", [members])
            there.execute("DELETE FROM delivery")
        [turn] = [one for one in claimed(store) if one.subscriber == zoe]
        with store.together():
            store.ledger.exclude(turn, "erased")
        assert telling(store, zoe) == {}
        assert tally(store).excluded == 1


def test_one_that_is_leaving_is_told_how_it_ended(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe, _ = known(store)
        launch(store)
        [turn] = [one for one in claimed(store) if one.subscriber == zoe]
        mark(store, turn)
        erase(store)
        numbers = store.erasing.numbers_of(ZOE)
        assert store.erasing.leaving(numbers)
        assert telling(store, zoe) == {"delivery": 1}
        assert tally(store).in_flight == 1
        with store.together():
            assert store.erasing.settle() == 0
        settle(store, turn, replace(ACCEPTED, text=f"queued for {ZOE}"))
        assert not store.erasing.leaving(numbers)
        assert tally(store).sent == 1
        with store.together():
            assert store.erasing.settle() == 1
            assert store.erasing.settle() == 0
        assert telling(store, ZOE, zoe) == {}
        assert tally(store).sent == 1


def test_no_import_brings_them_back_their_own_wish_does(tmp_path: Path) -> None:
    """And then the campaign that they were sent is not sent to them a second time."""
    with opened(tmp_path) as store:
        zoe, hashed = known(store)
        launch(store)
        turns = {turn.subscriber: turn for turn in claimed(store)}
        for turn in turns.values():
            mark(store, turn)
            settle(store, turn, ACCEPTED)
        erase(store)
        bring(store, ZOE)
        assert [email for email, _ in store.people.members(LIST)] == [ANA, LUC]
        with store.together():
            store.exits.come_back(zoe, (), "operator", objected=True, proof="asked", address_hash=hashed)
        bring(store, ZOE)
        assert [email for email, _ in store.people.members(LIST)] == [ANA, LUC, ZOE]
        with store.together():
            added = store.waves.top_up(CAMPAIGN, (LIST,))
        assert added.audience == 0
        assert tally(store).audience == 3


def test_an_old_line_does_not_take_away_who_came_back_since(tmp_path: Path) -> None:
    """The log was cut, so that all that is left of it is applied anew."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        zoe, hashed = known(store)
        erase(store)
        clock.later(days=1)
        with store.together():
            store.exits.come_back(zoe, (), "operator", objected=True, proof="asked", address_hash=hashed)
        bring(store, ZOE)
        log = tmp_path / "objections.log"
        log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
        with store.together():
            pass
        assert ZOE in [email for email, _ in store.people.members(LIST)]
        assert store.people.dossier(ZOE).suppression is None


def test_known_by_another_address_at_first(tmp_path: Path) -> None:
    """Their number comes from the old one: neither brings them back."""
    with opened(tmp_path) as store:
        known(store)
        new = "zoe.renard@example.org"
        with store.together():
            inside(store).execute(
                "UPDATE subscriber SET email = ?, address_hash = ? WHERE email = ?",
                [new, store.people.hash_of(new), ZOE],
            )
        assert erase(store, new)
        bring(store, ZOE, new)
        assert [email for email, _ in store.people.members(LIST)] == [ANA, LUC]
        assert store.people.number_for(ZOE) in store.erasing.numbers_of(new)


def test_a_clock_that_was_set_back_is_no_shelter(tmp_path: Path) -> None:
    """Brought in while the clock was ahead, they would seem to have come after they were erased."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        clock.later(hours=3)
        bring(store, ZOE)
        clock.later(hours=-3)
        with store.together():
            assert store.erasing.erase(ZOE, "operator")
        assert store.people.number_of(ZOE) is None
        bring(store, ZOE)
        assert store.people.number_of(ZOE) is None


def test_a_file_of_their_name_is_no_trace_and_can_be_undone_still(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        name = f"{ZOE.upper()}.vcf"
        for people in ([ZOE, ANA], [ANA, LUC]):
            clock.later(minutes=1)
            with store.together():
                found, source = store.imports.begin(), f"import: {name}"
                done = store.people.bring(LIST, [person(one) for one in people], source=source, number=found)
                store.imports.record(found, LIST, done, file=name, digest="d", source=source)
        with store.together():
            store.erasing.erase(ZOE, "operator")
        for table in ("import", "membership", "import_earlier"):
            assert not any("zoe" in str(row).lower() for row in inside(store).query(f"SELECT * FROM {table}"))
        last = store.imports.last()
        assert last is not None
        with store.together():
            assert store.imports.undo(last).taken_out == 1
        assert [email for email, _ in store.people.members(LIST)] == [ANA]


def test_who_wanted_to_change_to_their_address_keeps_no_trace_of_it(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ANA)
        with store.together():
            assert store.own.ask_address(number(store, ANA), "Zoe@example.org", "x")
            store.erasing.erase(ZOE, "operator")
        assert list(inside(store).query("SELECT * FROM address_change")) == []
