"""Kinds of an audience: counted in the database, by what a mail reads and no more."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from mailer.store.store import Store
from tests.store.house import ANA, LIST, LUC, ZOE, number, opened, person

DATABASES = ["sqlite", "postgres"]  # see conftest.py

OTHER = "contacts"


def _bring(store: Store, slug: str = LIST) -> None:
    """Two with a first name, one without; one of them at reception."""
    people = [
        person(ZOE, first_name="Zoé", service="Accueil"),
        person(ANA, first_name="Ana", last_name="Roy", service="Atelier"),
        person(LUC, language="fr", service="Atelier"),
    ]
    with store.together():
        store.people.bring(slug, people, source="test")


def _kinds(
    store: Store, read: Collection[str], compared: Collection[str] = (), lists: tuple[str, ...] = (LIST,)
) -> Counter[tuple[str, ...]]:
    """How many people of each: the list, then the values of `read`."""
    counted: Counter[tuple[str, ...]] = Counter()
    with store.apart():
        for kind in store.launches.kinds(lists, read, compared):
            found = store.people.by_number(kind.example, kind.list)
            assert found is not None
            for name in read:  # the example is of its kind
                assert bool(found.fields.get(name)) == bool(kind.fields.get(name))
            counted[kind.list, *(kind.fields.get(name, "") for name in read)] += kind.people
    return counted


def test_a_mail_that_reads_nothing_has_one_kind(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        _bring(store)
        assert _kinds(store, ()) == {(LIST,): 3}


def test_a_field_that_is_shown_is_filled_or_not(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        _bring(store)
        assert _kinds(store, ("first_name",)) == {(LIST, "-"): 2, (LIST, ""): 1}
        assert _kinds(store, ("first_name", "last_name")) == {
            (LIST, "-", ""): 1,
            (LIST, "-", "-"): 1,
            (LIST, "", ""): 1,
        }
        assert _kinds(store, ("email",)) == {(LIST, "-"): 3}


def test_a_field_that_is_compared_matters_by_its_value(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        _bring(store)
        assert _kinds(store, ("first_name",), ("first_name",)) == {
            (LIST, "Zoé"): 1,
            (LIST, "Ana"): 1,
            (LIST, ""): 1,
        }
        assert _kinds(store, ("email",), ("email",)) == {(LIST, one): 1 for one in (ZOE, ANA, LUC)}
        assert _kinds(store, ("language",), ("language",)) == {(LIST, "fr"): 1, (LIST, ""): 2}


def test_fields_of_the_list_s_own(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        _bring(store)
        assert _kinds(store, ("service",)) == {(LIST, "Accueil"): 1, (LIST, "Atelier"): 2}
        assert _kinds(store, ("unheard_of",)) == {(LIST, ""): 3}


def test_only_those_who_would_be_written_to_and_each_once(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        _bring(store)
        _bring(store, OTHER)
        with store.together():
            store.exits.leave(number(store, ZOE), [LIST], "test")
            store.exits.object(number(store, LUC), "test")
        assert _kinds(store, (), lists=(LIST,)) == {(LIST,): 1}
        assert _kinds(store, (), lists=(LIST, OTHER)) == {(LIST,): 1, (OTHER,): 1}
        assert _kinds(store, (), lists=(OTHER, LIST)) == {(OTHER,): 2}


def test_the_person_of_a_number(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        _bring(store)
        found = store.people.by_number(number(store, ANA), LIST)
        assert found is not None
        assert (found.email, found.list, found.fields["service"]) == (ANA, LIST, "Atelier")
        assert store.people.by_number(number(store, ANA), OTHER) is None
        assert store.people.by_number(1, LIST) is None
