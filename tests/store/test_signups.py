"""Signing up: only who confirms becomes a member; what is known of an address changes nothing that shows."""

from pathlib import Path

import pytest

from mailer.store.consents import SUBSCRIPTION
from mailer.store.signups import Asked, Confirmed
from mailer.store.store import Store
from tests.store.house import ANA, LIST, ZOE, Clock, bring, inside, number, opened

DATABASES = ["sqlite", "postgres"]
WORDS = "Recevoir les tracts."


def ask(store: Store, email: str = ZOE, slug: str = LIST) -> Asked:
    with store.together():
        return store.signups.ask(email, slug, "fr")


def confirm(store: Store, asked: Asked) -> Confirmed:
    with store.together():
        return store.signups.confirm(asked.id, text=WORDS, proof="c0ffee")


def members(store: Store, slug: str = LIST) -> list[str]:
    return [email for email, _ in store.people.members(slug)]


def test_nobody_is_a_member_before_the_confirmation(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        asked = ask(store)
        assert asked.welcome
        assert (members(store), store.people.number_of(ZOE)) == ([], None)
        assert store.signups.waiting() == {LIST: 1}
        assert [one[0] for one in store.signups.of(ZOE)] == [LIST]
        clock.later(hours=2)
        assert confirm(store, asked) is Confirmed.DONE
        assert members(store) == [ZOE]
        assert number(store, ZOE) == asked.subscriber
        [membership] = store.people.dossier(ZOE).memberships
        assert (membership.source, membership.proof) == ("page", "page c0ffee")
        [consent] = store.consents.of(asked.subscriber)
        assert (consent.list, consent.text, consent.channel, consent.proof) == (LIST, WORDS, "page", "c0ffee")
        assert (store.signups.waiting(), store.signups.of(ZOE)) == ({}, [])
        assert [row["email"] for row in inside(store).query("SELECT email FROM signup")] == [""]


def test_confirmed_twice_is_once_and_never_undoes_a_departure(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        asked = ask(store)
        assert [confirm(store, asked) for _ in range(2)] == [Confirmed.DONE] * 2
        assert len(store.consents.of(asked.subscriber)) == 1
        with store.together():
            store.exits.leave(asked.subscriber, [LIST], "site")
        assert confirm(store, asked) is Confirmed.DONE
        assert members(store) == []


def test_one_confirmation_a_day_for_an_address_whatever_the_list_and_its_spelling(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        first = ask(store)
        clock.later(hours=23)
        assert not ask(store).welcome
        assert not ask(store, "Zoe@example.org").welcome
        assert not ask(store, slug="others").welcome
        assert ask(store, ANA).welcome
        clock.later(hours=2)
        again = ask(store)
        assert again.welcome
        assert confirm(store, first) is Confirmed.GONE
        assert confirm(store, again) is Confirmed.DONE


def waits(store: Store, asked: Asked) -> dict[str, bool]:
    """What the mail of this sign-up confirms: list, whether it is confirmed already."""
    return {one.list: one.confirmed for one in store.signups.find(asked.id)}


@pytest.mark.parametrize("confirmed_first", [True, False])
def test_a_second_list_of_the_same_day_is_confirmed_by_the_first_ones_mail(
    tmp_path: Path, confirmed_first: bool
) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        first = ask(store)
        if confirmed_first:
            confirm(store, first)
        clock.later(hours=5)
        assert not ask(store, slug="others").welcome
        ask(store, ANA, "others")
        assert waits(store, first) == {LIST: confirmed_first, "others": False}
        other = store.signups.find(first.id)[1]
        with store.together():
            assert store.signups.confirm(other.id, text=WORDS, proof="c0ffee") is Confirmed.DONE
        assert members(store, "others") == [ZOE]
        assert members(store) == ([ZOE] if confirmed_first else [])
        clock.later(hours=20)
        assert ask(store, slug="third").welcome  # a day after the mail, not after what was asked since


def test_who_left_is_not_brought_back_by_the_same_mail_whoever_types_their_address(tmp_path: Path) -> None:
    """Mails are forwarded: with this one, and the form, anybody could."""
    clock = Clock()
    with opened(tmp_path, clock) as store:
        asked = ask(store)
        confirm(store, asked)
        with store.together():
            store.exits.leave(asked.subscriber, [LIST], "site")
        assert not ask(store).welcome
        assert waits(store, asked) == {LIST: True}
        assert confirm(store, asked) is Confirmed.DONE
        assert members(store) == []
        clock.later(days=1)
        assert ask(store).welcome  # their own mailbox is asked again


def test_who_left_comes_back_by_their_own_act(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, ZOE)
        with store.together():
            store.exits.leave(number(store, ZOE), [LIST], "site")
        clock.later(days=1)
        asked = ask(store)
        assert asked.welcome
        assert members(store) == []
        confirm(store, asked)
        assert members(store) == [ZOE]
        assert store.consents.agrees(number(store, ZOE), SUBSCRIPTION, slug=LIST)


@pytest.mark.parametrize("known", [True, False])
def test_nothing_is_sent_to_who_objected_nor_kept_of_them(tmp_path: Path, known: bool) -> None:
    with opened(tmp_path) as store:
        if known:
            bring(store, ZOE)
        with store.together():
            store.exits.object(store.people.number_for(ZOE), "site")
        assert not ask(store).welcome
        assert list(inside(store).query("SELECT * FROM signup")) == []


@pytest.mark.parametrize("known", [True, False])
def test_an_objection_after_the_mail_is_stronger_than_its_link(tmp_path: Path, known: bool) -> None:
    with opened(tmp_path) as store:
        if known:
            bring(store, ZOE, slug="others")
        asked = ask(store)
        with store.together():
            store.exits.object(asked.subscriber, "site")
        assert confirm(store, asked) is Confirmed.OBJECTED
        assert members(store) == []
        assert store.consents.of(asked.subscriber) == []


def test_a_member_who_signs_up_again_stays_one_with_a_consent(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, ZOE)
        asked = ask(store)
        assert (asked.welcome, asked.subscriber) == (True, number(store, ZOE))
        confirm(store, asked)
        assert members(store) == [ZOE]
        assert store.consents.agrees(asked.subscriber, SUBSCRIPTION, slug=LIST)


def test_after_a_week_nothing_of_it_is_left(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        asked, other = ask(store), ask(store, ANA)
        confirm(store, other)
        clock.later(days=7)
        assert store.signups.find(asked.id) == []
        assert confirm(store, asked) is Confirmed.GONE
        with store.together():
            assert store.signups.expire() == 2
        assert list(inside(store).query("SELECT * FROM signup")) == []
        assert members(store) == [ANA]


def test_the_same_is_asked_of_the_database_for_every_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known, new, already there, gone, objecting: the same statements in the same order."""
    with opened(tmp_path) as store:
        emails = [f"{name}@example.org" for name in ("new", "member", "gone", "objects", "suppressed")]
        bring(store, *emails[1:])
        with store.together():
            store.exits.leave(number(store, emails[2]), [LIST], "site")
            store.exits.object(number(store, emails[3]), "site")
            store._driver.run(
                "suppress",
                address_hash=store.people.hash_of(emails[4]),
                reason="bounced",
                source="mail",
                at="2026-11-01T00:00:00.000Z",
            )
        asked: list[str] = []
        for verb in ("run", "row", "rows"):
            real = getattr(store._driver, verb)

            def told(name: str, /, real: object = real, **values: object) -> object:
                asked.append(name)
                return real(name, **values)  # type: ignore[operator]

            monkeypatch.setattr(store._driver, verb, told)
        seen = set()
        for email in [*emails, emails[0]]:
            asked.clear()
            with store.together():
                store.signups.ask(email, LIST, "fr")
            seen.add(tuple(asked))
        assert len(seen) == 1


def test_who_objected_is_told_so_as_often_as_they_press(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        asked = ask(store)
        with store.together():
            store.exits.object(asked.subscriber, "site")
        assert [confirm(store, asked) for _ in range(2)] == [Confirmed.OBJECTED] * 2
        [found] = store.signups.find(asked.id)
        assert not found.confirmed


def test_whoever_has_an_address_now_is_not_who_had_it_first(tmp_path: Path) -> None:
    """Zoé changed her address, and objected by an old mail after she was erased; Ana has it now."""
    with opened(tmp_path) as store:
        bring(store, ZOE)
        zoe = number(store, ZOE)
        with store.together():
            assert store.own.ask_address(zoe, "new@example.net", "x")
            assert store.own.move(zoe, "x")
        bring(store, ZOE)  # the same address, another person
        with store.together():
            store.erasing.erase("new@example.net", "site")
        assert number(store, ZOE) != zoe
        assert ask(store, slug="others").welcome


def test_one_confirmation_a_day_for_a_mailbox_whatever_name_it_is_given(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        assert ask(store, "zoe.b+one@gmail.com").welcome
        for same in ("zoe.b+two@gmail.com", "zoeb@gmail.com", "Z.o.e.b@googlemail.com"):
            assert not ask(store, same).welcome
        assert ask(store, "zoeb@example.org").welcome  # elsewhere a dot is a letter
        assert ask(store, "zoe.b@example.org").welcome
        clock.later(days=1, hours=1)
        assert ask(store, "zoe.b+two@gmail.com").welcome
