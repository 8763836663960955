"""What people agreed to, on both databases: kept whole, ended by leaving and objecting, never overwritten."""

from hashlib import sha256
from pathlib import Path

from mailer.store.consents import SUBSCRIPTION, TRACKING
from mailer.store.store import Store
from tests.store.house import ANA, LIST, LUC, ZOE, Clock, bring, number, opened, person

DATABASES = ["sqlite", "postgres"]
WORDS = "J’accepte de recevoir les tracts de la section."


def agree(store: Store, who: int, text: str = WORDS, purpose: str = SUBSCRIPTION, slug: str = LIST) -> bool:
    with store.together():
        return store.consents.record(who, purpose, text=text, channel="page", proof="c0ffee", slug=slug)


def endings(store: Store, who: int) -> list[str]:
    return [one.ending for one in store.consents.of(who)]


def test_it_is_kept_with_the_words_their_digest_the_date_the_way_and_the_proof(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert store.consents.of(zoe) == []
        assert not store.consents.agrees(zoe, SUBSCRIPTION, slug=LIST)
        assert agree(store, zoe)
        [one] = store.consents.of(zoe)
        assert (one.purpose, one.list, one.text) == (SUBSCRIPTION, LIST, WORDS)
        assert one.digest == sha256(WORDS.encode()).hexdigest()
        assert (one.at, one.channel, one.proof) == ("2026-11-25T12:00:00.000Z", "page", "c0ffee")
        assert (one.ended_at, one.ending) == ("", "")
        assert store.consents.agrees(zoe, SUBSCRIPTION, slug=LIST)
        assert not store.consents.agrees(zoe, SUBSCRIPTION, slug="others")
        assert not store.consents.agrees(zoe, TRACKING, slug=LIST)


def test_agreeing_twice_is_once_and_to_other_words_a_renewal(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        assert [agree(store, zoe), agree(store, zoe)] == [True, False]
        clock.later(days=1)
        assert agree(store, zoe, "Other words.")
        first, second = store.consents.of(zoe)
        assert (first.ending, first.ended_at) == ("renewed", second.at)
        assert (second.text, second.ending) == ("Other words.", "")


def test_withdrawn_and_given_again_are_two_acts(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        agree(store, zoe, purpose=TRACKING, slug="")
        clock.later(hours=1)
        with store.together():
            assert store.consents.withdraw(zoe, TRACKING)
            assert not store.consents.withdraw(zoe, TRACKING)
        assert list(store.consents.people(TRACKING)) == []
        clock.later(hours=1)
        assert agree(store, zoe, purpose=TRACKING, slug="")
        assert endings(store, zoe) == ["withdrawn", ""]
        assert list(store.consents.people(TRACKING)) == [zoe]


def test_people_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC)
        people = [number(store, email) for email in (ZOE, ANA, LUC)]
        for who in people:
            agree(store, who, purpose=TRACKING, slug="")
        agree(store, people[0])
        assert list(store.consents.people(TRACKING)) == sorted(people)
        assert list(store.consents.people(SUBSCRIPTION, slug=LIST)) == [people[0]]


def test_leaving_a_list_ends_it_and_undoing_that_gives_it_back(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        bring(store, ZOE, slug="others")
        zoe = number(store, ZOE)
        for slug in (LIST, "others"):
            agree(store, zoe, slug=slug)
        clock.later(hours=1)
        with store.together():
            store.exits.leave(zoe, [LIST], "site")
        assert [(one.list, one.ending) for one in store.consents.of(zoe)] == [(LIST, "left"), ("others", "")]
        with store.together():
            store.exits.come_back(zoe, [LIST], "site", objected=False)
        assert endings(store, zoe) == ["", ""]


def test_an_objection_ends_every_one_and_undoing_it_gives_no_tracking_back(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        agree(store, zoe)
        agree(store, zoe, purpose=TRACKING, slug="")
        clock.later(hours=1)
        with store.together():
            store.exits.object(zoe, "site")
        assert {one.purpose: one.ending for one in store.consents.of(zoe)} == {
            SUBSCRIPTION: "left",
            TRACKING: "objected",
        }
        with store.together():
            store.exits.come_back(zoe, [LIST], "site", objected=True)
        assert {one.purpose: one.ending for one in store.consents.of(zoe)} == {
            SUBSCRIPTION: "",
            TRACKING: "objected",
        }


def test_a_log_read_again_ends_nothing_that_came_after(tmp_path: Path) -> None:
    """As after a database was restored from a copy that is older than the log."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        with store.together():
            store.exits.leave(zoe, [LIST], "site")
        clock.later(days=1)
        with store.together():
            store.exits.come_back(zoe, [LIST], "page", objected=False, proof="c0ffee")
        agree(store, zoe)
        with store.together():  # the mark of what was applied is lost
            store._driver.run("write_meta", name=store._objections._offset, value="0")
        store._objections.forget()
        store.catch_up()
        assert store.consents.agrees(zoe, SUBSCRIPTION, slug=LIST)


def test_what_is_rolled_back_was_never_said(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        with store.sketch():
            store.consents.record(zoe, TRACKING, text=WORDS, channel="cli", proof="a letter")
            assert store.consents.agrees(zoe, TRACKING)
        assert store.consents.of(zoe) == []


def test_who_has_neither_consent_nor_proof_is_counted(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE, ANA, LUC, "gone@example.org", "out@example.org")
        assert store.consents.unproved(LIST) == 5
        agree(store, number(store, ZOE))
        with store.together():
            store.exits.leave(number(store, "gone@example.org"), [LIST], "site")
            store.exits.object(number(store, "out@example.org"), "site")
            store.people.bring(LIST, [person(ANA), person("new@example.org")], source="file", proof="a sheet")
        assert store.consents.unproved(LIST) == 1
        with store.together():  # a later file does not write over it
            store.people.bring(LIST, [person(ANA)], source="file", proof="another sheet")
        assert [one.proof for one in store.people.dossier(ANA).memberships] == ["a sheet"]
