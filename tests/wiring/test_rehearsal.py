"""The rehearsal: one person of each kind, found among the real ones; who cannot be written to is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.model import Edition, ListFace, Person
from mailer.store.store import Store
from mailer.wiring import rehearsal
from mailer.wiring.doors import keys_of
from mailer.wiring.rehearsal import rehearse
from mailer.workspace.folder import Workspace
from tests.wiring.house import draft, opened, workspace

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
BODY = "Bonjour {{ first_name }}{% if service == 'Accueil' %}, à l’accueil{% endif %}."
# Tags that `expressions` lets nobody write: what a fault of ours would look like.
FAILS_FOR_ALL = "{{ first_name + 1 }}"
FAILS_FOR_SOME = "{{ (first_name + 1) if service == 'Accueil' }}"


def _bring(store: Store, slug: str, people: Mapping[str, dict[str, str]]) -> None:
    with store.together():
        store.people.bring(
            slug, [Person(email=email, fields=fields) for email, fields in people.items()], source="test"
        )


def _people(count: int) -> dict[str, dict[str, str]]:
    """All combinations of a first name or none, and of three services."""
    services = ("Accueil", "Atelier", "")
    return {
        f"m{number}@example.org": {
            "first_name": f"Prénom{number}" if number % 2 else "",
            "service": services[number % 3],
        }
        for number in range(count)
    }


def _edition(there: Workspace, store: Store, subject: str = "", body: str = BODY) -> Edition:
    made = draft(there, store, body=body).edition
    assert made is not None
    return replace(made, subject=("Essai ", subject, "")) if subject else made


def test_one_of_each_kind(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        _bring(store, "sample", _people(60))
        done = rehearse(store, keys_of(there), _edition(there, store), ["sample"], NOW)
        assert (done.tried, done.untried, done.failures) == (6, 0, ())


def test_only_what_the_mail_reads_counts(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        _bring(store, "sample", _people(60))
        bodies = {
            "Un mot.": 1,
            "{{ first_name }}": 2,
            "{{ service }}": 2,
            "{{ email }}": 1,
            "{{ 'toi' if email == 'm1@example.org' }}": 2,
        }
        for body, kinds in bodies.items():
            made = _edition(there, store, body=body)
            assert rehearse(store, keys_of(there), made, ["sample"], NOW).tried == kinds


def test_who_cannot_be_written_to_is_counted_by_kind(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        _bring(store, "sample", _people(60))
        done = rehearse(store, keys_of(there), _edition(there, store, FAILS_FOR_SOME), ["sample"], NOW)
        assert done.unwritable == 20  # those at reception
        named, nameless = sorted(done.failures, key=lambda one: len(one.empty))
        assert (named.people, named.empty) == (10, ())
        assert (nameless.people, nameless.empty) == (10, ("first_name",))
        assert nameless.email in _people(60)
        everybody = rehearse(store, keys_of(there), _edition(there, store, FAILS_FOR_ALL), ["sample"], NOW)
        assert everybody.unwritable == 60


def test_who_is_not_written_to_is_not_rehearsed(tmp_path: Path) -> None:
    """Suppressed, gone, or on another list."""
    there = workspace(tmp_path, '\n[lists.other]\ntitle = "Autre"\nlegal_basis = "members"\n')
    with opened(there) as store:
        _bring(store, "sample", {email: {"service": "Accueil"} for email in ("a@b.test", "c@d.test")})
        _bring(store, "sample", {"e@f.test": {"service": "Atelier"}})
        _bring(store, "other", {"g@h.test": {"service": "Accueil"}})
        for email, leave in (("a@b.test", store.exits.leave), ("c@d.test", store.exits.object)):
            number = store.people.number_of(email)
            assert number is not None
            if leave == store.exits.leave:
                store.exits.leave(number, ["sample"], "test")
            else:
                store.exits.object(number, "test")
        done = rehearse(store, keys_of(there), _edition(there, store, FAILS_FOR_SOME), ["sample"], NOW)
        assert (done.tried, done.unwritable) == (1, 0)


def test_who_is_on_two_lists_counts_once_in_the_first(tmp_path: Path) -> None:
    there = workspace(tmp_path, '\n[lists.other]\ntitle = "Autre"\nlegal_basis = "members"\n')
    with opened(there) as store:
        _bring(store, "sample", {"a@b.test": {}, "c@d.test": {}})
        _bring(store, "other", {"c@d.test": {}, "e@f.test": {}, "g@h.test": {}})
        made = _edition(there, store, FAILS_FOR_ALL, "{{ first_name }}")
        face = ListFace(slug="other", title="Autre", reason="Essai.", language="fr")
        made = replace(made, lists=(*made.lists, face))
        for lists, counts in ((["sample", "other"], [2, 2]), (["other", "sample"], [1, 3])):
            done = rehearse(store, keys_of(there), made, lists, NOW)
            assert sorted(one.people for one in done.failures) == counts


def test_more_kinds_than_are_tried_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "MOST", 4)
    there = workspace(tmp_path)
    with opened(there) as store:
        _bring(store, "sample", _people(60))
        done = rehearse(store, keys_of(there), _edition(there, store), ["sample"], NOW)
        assert (done.tried, done.untried) == (4, 20)


def test_nothing_is_kept(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        _bring(store, "sample", _people(6))
        made = _edition(there, store)
        first = rehearse(store, keys_of(there), made, ["sample"], NOW)
        assert rehearse(store, keys_of(there), made, ["sample"], NOW) == first
        assert store.campaigns.all() == []
