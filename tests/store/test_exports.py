"""The register of exports, and all that a person may ask to see: whatever the store holds of them."""

from dataclasses import replace
from pathlib import Path

from tests.store.house import (
    ANA,
    LATER,
    LIST,
    NOON,
    ZOE,
    Clock,
    bring,
    claimed,
    launch,
    number,
    opened,
    settle,
)
from tests.store.test_erasing import erase, known

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def test_in_which_lists_somebody_was_written_out(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:

        def export(kind: str, slug: str, path: str) -> None:
            clock.later(minutes=1)
            with store.together():
                store.exports.record(kind, slug, people=1, path=path, digest="d")

        export("list", LIST, "before.csv")
        clock.later(minutes=1)
        bring(store, ZOE)
        export("list", LIST, "while.csv")
        export("list", "contacts", "other.csv")
        export("answers", LIST, "answers.csv")
        clock.later(minutes=1)
        with store.together():
            store.exits.leave(number(store, ZOE), (LIST,), "site")
        export("list", LIST, "after.csv")
        found = [one.path for one in store.people.dossier(ZOE).exports]
        assert found == [
            "before.csv",
            "while.csv",
        ]  # that they came between is not known any more: said too often
        paths = [one.path for one in store.exports.all()]
        assert paths == ["before.csv", "while.csv", "other.csv", "answers.csv", "after.csv"]


def test_a_file_named_after_somebody_who_is_erased(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        known(store)
        with store.together():
            for path in ("/home/me/Zoe@example.org.csv", "zoe_example.org.csv", ""):
                store.exports.record("list", LIST, people=1, path=path, digest="d")
        erase(store)
        assert sorted(one.path for one in store.exports.all()) == ["", "", "zoe_example.org.csv"]


def test_every_table_is_in_the_record(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe, _ = known(store)
        launch(store)
        [turn] = [one for one in claimed(store) if one.subscriber == zoe]
        settle(store, turn, replace(LATER, text=""), NOON)
        found = store.people.dossier(ZOE)
        assert [one.list for one in found.memberships] == [LIST, "contacts"]
        assert [(one.purpose, one.text, one.proof) for one in found.consents] == [
            ("tracking", "Oui.", f"by {ZOE}")
        ]
        assert [(one.state, one.attempts, one.reply) for one in found.deliveries] == [("deferred", 1, "450")]
        assert [(one.campaign, one.outcome, one.reason) for one in found.attempts] == [
            ("tract", "deferred", "greylisted")
        ]
        assert [slug for slug, _, _ in found.signups] == ["contacts"]
        assert [subject for subject, _ in found.notices] == ["Votre lien"]
        other = store.people.dossier(ANA)
        assert (other.consents, other.attempts, len(other.notices)) == ((), (), 1)
