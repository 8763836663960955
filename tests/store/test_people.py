"""People brought to lists: new, known, departed, suppressed; what is told of one address."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mailer.model import Person, Recipient
from mailer.store import thousands
from mailer.store.bringing import Brought
from mailer.store.store import Store
from mailer.tokens.people import subscriber_number
from tests.store.house import (
    ANA,
    CAMPAIGN,
    KEYS,
    LIST,
    LUC,
    OTHER_KEYS,
    ZOE,
    bring,
    inside,
    launch,
    number,
    opened,
    person,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def brought(store: Store, *people: Person, slug: str = LIST) -> Brought:
    with store.together():
        return store.people.bring(slug, people, source="file", proof="form of 2025")


def test_new_people_and_their_fields(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        done = brought(store, person(ZOE, first_name="Zoé", service="relève"), person(ANA))
        assert (done.created, done.joined, done.updated, done.already) == (2, 2, 0, 0)
        assert store.people.fields_of(LIST) >= {"first_name", "service"}
        assert store.people.size_of(LIST) == 2
        members = dict(store.people.members(LIST))
        assert list(members) == [ANA, ZOE]
        assert members[ZOE]["service"] == "relève"
        found = store.people.find("ZOE@Example.ORG", ["nobody", LIST])
        assert isinstance(found, Recipient)
        assert (found.email, found.list, found.fields["first_name"]) == (ZOE, LIST, "Zoé")


def test_how_many_stand_how_with_each_list(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert (store.people.standings(), store.campaigns.last_by_list()) == ({}, {})
        brought(store, person(ZOE), person(ANA))
        brought(store, person(ANA), slug="others")
        with store.together():
            store.exits.leave(number(store, ANA), [LIST], "test")
        launch(store)
        assert store.people.standings() == {
            LIST: {"subscribed": 1, "unsubscribed": 1},
            "others": {"subscribed": 1},
        }
        last = store.campaigns.last_by_list()
        assert (list(last), last[LIST].public_id) == ([LIST], CAMPAIGN)


def test_suppressed_addresses_are_counted_by_reason(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.people.suppressions() == []
        brought(store, person(ZOE), person(ANA), person(LUC))
        with store.together():
            for address in (ZOE, ANA):
                store.exits.object(number(store, address), "test")
        inside(store).execute(
            "INSERT INTO suppression (address_hash, reason, source, at) VALUES ('x', 'bounced', 't', '2026')"
        )
        found = [(one.reason, one.addresses) for one in store.people.suppressions()]
        assert found == [("bounced", 1), ("objection", 2)]
        assert (store.people.suppressions()[0].first, store.people.suppressions()[0].last) == ("2026", "2026")


def test_known_people_are_filled_in_and_never_emptied(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        brought(store, person(ZOE, first_name="Zoé", service="relève"))
        done = brought(
            store, person("Zoe@EXAMPLE.org", first_name="", last_name="Lefèvre", service="accueil")
        )
        assert (done.created, done.joined, done.updated, done.already) == (0, 0, 1, 1)
        fields = store.people.dossier(ZOE).fields
        assert (fields["first_name"], fields["last_name"], fields["service"]) == ("Zoé", "Lefèvre", "accueil")
        again = brought(store, person(ZOE, first_name="Zoé"))
        assert (again.updated, again.already) == (0, 1)


def test_who_left_or_objected_stays_out(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        with store.together():
            store.exits.leave(number(store, ZOE), (LIST,), "site")
            store.exits.object(number(store, ANA), "site")
        done = brought(store, person(ZOE, first_name="Zoé"), person(ANA), person(LUC))
        assert (done.departed, done.suppressed) == (1, 1)
        assert (done.already, done.joined) == (1, 0)
        assert brought(store, person(ZOE), slug="contacts").joined == 1  # another list is another wish
        assert [email for email, _ in store.people.members(LIST)] == [LUC]


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        with store.sketch():
            assert store.people.bring(LIST, [person(ZOE)], source="file").created == 1
        assert store.people.number_of(ZOE) is None
        assert store.people.fields_of("new list") == store.people.fields_of(LIST)


def test_more_people_than_one_group(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        people = [person(f"m{at}@example.org", rank=str(at)) for at in range(2500)]
        assert brought(store, *people).created == 2500
        changed = [person(f"m{at}@example.org", rank=str(at // 2)) for at in range(2500)]
        done = brought(store, *changed, *people[:10])
        assert (done.created, done.already, store.people.size_of(LIST)) == (0, 2510, 2500)


def test_many_at_once_become_what_they_would_one_by_one(tmp_path: Path) -> None:
    """Of each kind one and twice, and so many that both databases take them in bulk."""
    kinds = ("new", "member", "changed", "elsewhere", "pending", "left", "objected", "gone", "never")
    people = {kind: [f"{kind}{at}@example.org" for at in range(50)] for kind in kinds}
    file = [person(email, rank=kind) for kind in kinds for email in [*people[kind], people[kind][0]]]
    file.sort(key=lambda one: one.email[::-1])
    with opened(tmp_path) as store:
        bring(store, *people["member"], *people["pending"], *people["left"], *people["objected"])
        brought(store, *(person(email, rank="0", first_name="Zoé") for email in people["changed"]))
        bring(store, *people["elsewhere"], slug="others")
        inside(store).execute(
            "UPDATE membership SET state = 'pending'"
            " WHERE subscriber IN (SELECT id FROM subscriber WHERE email LIKE 'pending%')"
        )
        with store.together():
            for email in people["left"]:
                store.exits.leave(number(store, email), (LIST,), "site")
            for email in people["objected"]:
                store.exits.object(number(store, email), "site")
            for email in people["gone"]:  # by an old link: nobody has these addresses
                store.exits.leave(store.people.number_for(email), (LIST,), "site")
            for email in people["never"]:
                store.exits.object(store.people.number_for(email), "site")
        with store.sketch():
            looked = store.people.bring(LIST, file, source="file", writes=False)
        with store.sketch():
            singly = [store.people.bring(LIST, [one], source="file") for one in file]
            one_by_one = tables(store)
        done = brought_by_file(store, file)
        assert tables(store) == one_by_one
    assert looked == done
    assert (done.created, done.joined) == (
        sum(one.created for one in singly),
        sum(one.joined for one in singly),
    )
    assert (done.created, done.joined) == (50, 150)
    # Who is known is counted as often as the file names them, who is not once.
    assert (done.departed, done.suppressed) == (51 + 50, 51 + 50)


def test_group_by_group_they_become_what_they_would_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of them join at the end, in the order of their numbers; who brings a proof, with their group."""
    file = [person(f"m{at}@example.org", rank=str(at)) for at in range(400)]
    file[150] = file[150]._replace(proof="carte 7")
    with opened(tmp_path) as store:
        bring(store, *(one.email for one in file[:30]))
        bring(store, *(one.email for one in file[30:60]), slug="others")
        with store.together():
            store.exits.leave(number(store, file[0].email), (LIST,), "site")
        with store.sketch():
            at_once = store.people.bring(LIST, file, source="file")
            expected = tables(store)
        monkeypatch.setattr(thousands, "GROUP", 50)
        monkeypatch.setattr(thousands, "_CHUNK", 50)
        with store.sketch():
            looked = store.people.bring(LIST, file, source="file", writes=False)
        assert (brought_by_file(store, file), looked) == (at_once, at_once)
        assert tables(store) == expected
        dossier = store.people.dossier(file[150].email)
        assert [one.proof for one in dossier.memberships] == ["carte 7"]


def brought_by_file(store: Store, people: Sequence[Person]) -> Brought:
    with store.together():
        return store.people.bring(LIST, people, source="file")


def tables(store: Store) -> list[list[dict[str, Any]]]:
    """People, memberships and suppressions, in an order of their own."""
    keys = {"subscriber": "id", "membership": "subscriber, list", "suppression": "address_hash"}
    return [list(inside(store).query(f"SELECT * FROM {name} ORDER BY {key}")) for name, key in keys.items()]


def test_a_number_comes_from_the_address_and_tells_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        hashed = store.people.hash_of(ZOE)
        assert number(store, ZOE) == subscriber_number(KEYS, hashed)
        assert subscriber_number(OTHER_KEYS, hashed) != subscriber_number(KEYS, hashed)
        assert 0 < number(store, ZOE) <= 2**62
        assert hashed[:15] not in f"{number(store, ZOE):x}"


def test_an_address_given_up_by_one_and_taken_by_another(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        first = number(store, ZOE)
        inside(store).execute(
            "UPDATE subscriber SET email = ?, address_hash = ?", [LUC, store.people.hash_of(LUC)]
        )
        with store.together():
            store.exits.leave(first, (LIST,), "site")
        assert brought(store, person(ZOE)).created == 1  # somebody else: the departure is not theirs
        assert number(store, ZOE) != first
        assert number(store, LUC) == first


def test_all_that_is_known_of_one_address(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        brought(store, person(ZOE, first_name="Zoé"))
        launch(store)
        with store.together():
            store.exits.object(number(store, ZOE), "site")
            store.ledger.claim("k7qk2m4xea", "test")
        found = store.people.dossier(ZOE)
        assert (found.subscriber, found.email, found.created_at) == (
            number(store, ZOE),
            ZOE,
            "2026-11-25T12:00:00.000Z",
        )
        [membership] = found.memberships
        assert (membership.list, membership.state, membership.source) == (LIST, "unsubscribed", "site")
        assert found.suppression == ("objection", "site", "2026-11-25T12:00:00.000Z")
        [delivered] = found.deliveries
        assert (delivered.campaign, delivered.state, delivered.begun, delivered.at) == (
            "tract",
            "pending",
            "",
            "",
        )
        nobody = store.people.dossier(ANA)
        assert (nobody.subscriber, nobody.memberships, nobody.suppression, nobody.deliveries) == (
            0,
            (),
            None,
            (),
        )


def test_the_proof_of_each_goes_before_that_of_all(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        brought(store, Person(email=ZOE, proof="Source: paper"), person(ANA))
        assert [one.proof for one in store.people.dossier(ZOE).memberships] == ["Source: paper"]
        assert [one.proof for one in store.people.dossier(ANA).memberships] == ["form of 2025"]
        brought(store, Person(email=ZOE, proof="other"))
        assert [one.proof for one in store.people.dossier(ZOE).memberships] == ["Source: paper"]
