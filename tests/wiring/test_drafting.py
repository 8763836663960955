"""Drafts with what the store knows: its lists' fields and its people."""

from pathlib import Path

from mailer.findings import has_errors
from mailer.model import Person
from mailer.wiring.doors import store_if_any
from mailer.wiring.drafting import draft_of, known_fields, person_of
from tests.wiring.house import ZOE, draft, opened, workspace


def test_looking_makes_no_database(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with store_if_any(there) as store:
        assert store is None
    assert known_fields(None, there) == {}
    assert person_of(None, ZOE, ("sample",)) is None
    assert not (tmp_path / "subscribers/mailer.db").exists()
    with opened(there), store_if_any(there) as store:
        assert store is not None


def test_a_list_with_people_has_their_fields_and_no_others(tmp_path: Path) -> None:
    """Until somebody is on it, its file says what fields it will have."""
    there = workspace(tmp_path)
    (tmp_path / "subscribers/sample.csv").write_text("email,atelier\nx@example.org,A\n", encoding="utf-8")
    with opened(there) as store:
        assert known_fields(store, there) == {}
        assert not has_errors(draft(there, store, body="{{ atelier }}").findings)
        with store.together():
            store.people.bring("sample", [Person(email=ZOE, fields={"ville": "Lyon"})], source="test")
        assert "ville" in known_fields(store, there)["sample"]
        assert not has_errors(draft(there, store, body="{{ ville }}").findings)
        path = tmp_path / "campaigns/autre.md"
        path.write_text('+++\nsubject = "x"\nlists = ["sample"]\n+++\n\n# T\n\n{{ atelier }}\n', "utf-8")
        assert has_errors(draft_of(there, path, store).findings)


def test_somebody_is_found_by_any_spelling_on_a_list_they_are_still_on(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        found = person_of(store, "ZOE@example.org", ("sample",))
        assert found is not None
        assert (found.email, found.fields["first_name"]) == (ZOE, "Zoé")
        assert person_of(store, ZOE, ("autre",)) is None
        with store.together():
            store.exits.leave(found.subscriber, ["sample"], "test")
        assert person_of(store, ZOE, ("sample",)) is None
