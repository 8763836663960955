"""A second edition: for those whose message never began to leave, and nobody else."""

from dataclasses import replace
from pathlib import Path

from mailer.delivery import Tally
from mailer.model import TrackedLink
from mailer.store.store import Store
from mailer.store.waves import Amendment
from tests.store.house import (
    ACCEPTED,
    CAMPAIGN,
    LATER,
    LIST,
    NOON,
    OURS,
    SILENCE,
    Clock,
    bring,
    claimed,
    inside,
    launch,
    mark,
    opened,
    settle,
    small_edition,
    tally,
)

DATABASES = ["sqlite", "postgres"]  # see conftest.py


def amend(store: Store, first_link: int = 10) -> int:
    """Another text, whose only link has a number of its own."""
    link = TrackedLink(number=first_link, destination="https://example.org/new", label="new")
    edition = replace(small_edition(), digest=f"digest {first_link}", links=(link,))
    with store.together():
        return store.waves.amend(edition, 'title = "another"')


def editions(store: Store) -> list[Tally]:
    """Each edition's figures, which add up (P5), as the waves' do."""
    found = [one.tally for one in store.campaigns.editions(CAMPAIGN)]
    assert all(one.balanced for one in found)
    assert all(one.tally.balanced for one in store.campaigns.waves(CAMPAIGN))
    assert sum(found, start=Tally()) == tally(store)
    return found


def test_who_has_begun_to_receive_the_first_text_keeps_it(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        bring(store, *(f"m{at}@example.org" for at in range(508)))
        launch(store)
        turns = claimed(store)
        sent, lost, after_dot, at_rcpt, ours = turns[:5]
        mark(store, sent, lost, after_dot, ours)
        settle(store, sent, ACCEPTED)
        settle(store, lost, SILENCE)
        settle(store, after_dot, LATER, NOON)
        settle(store, at_rcpt, LATER, NOON)
        settle(store, ours, OURS)  # given back after its mark: pending, and perhaps read by the server
        assert store.waves.busy(CAMPAIGN)
        with store.together():
            store.ledger.close(CAMPAIGN, turns[0].slice, turns[0].fence)
        assert not store.waves.busy(CAMPAIGN)
        assert store.waves.amendable(CAMPAIGN) == Amendment(people=504, others=4)
        assert amend(store) == 504
        assert editions(store) == [
            Tally(audience=4, sent=1, unknown=1, deferred=1, pending=1),
            Tally(audience=504, deferred=1, pending=503),
        ]
        texts = {row["subscriber"]: row["edition"] for row in inside(store).query("SELECT * FROM delivery")}
        marked = {turn.subscriber for turn in (sent, lost, after_dot, ours)}
        assert all((edition == 1) == (subscriber in marked) for subscriber, edition in texts.items())
        clock.later(minutes=1)
        due = [*claimed(store), *claimed(store)]
        assert {(turn.subscriber, turn.edition) for turn in due if turn.attempts} >= {
            (after_dot.subscriber, 1),
            (at_rcpt.subscriber, 2),
        }
        [found] = store.ledger.look([next(turn for turn in due if turn.subscriber == at_rcpt.subscriber)])
        assert not isinstance(found, str)
        assert found.edition == 2


def test_slices_not_opened_yet_and_later_waves_have_the_new_text(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(501)))
        launch(store)
        claimed(store)
        amend(store)
        assert {turn.edition for turn in claimed(store)} == {2}
        bring(store, "new@example.org")
        with store.together():
            store.waves.top_up(CAMPAIGN, (LIST,))
        assert editions(store) == [Tally(), Tally(audience=502, pending=502)]
        assert [wave.edition for wave in store.campaigns.waves(CAMPAIGN)] == [2, 2]


def test_a_third_text_takes_over_from_both(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(5)))
        launch(store)
        first, second, *_ = claimed(store)
        mark(store, first)
        settle(store, first, ACCEPTED)
        amend(store)
        mark(store, second)
        settle(store, second, ACCEPTED)
        assert amend(store, 11) == 3
        assert editions(store) == [
            Tally(audience=1, sent=1),
            Tally(audience=1, sent=1),
            Tally(audience=3, pending=3),
        ]


def test_cancelled_after_it(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, *(f"m{at}@example.org" for at in range(501)))
        launch(store)
        claimed(store)
        amend(store)
        with store.together():
            store.campaigns.cancel(CAMPAIGN, "running")
        assert editions(store) == [Tally(), Tally(audience=501, excluded=501)]


def test_its_links_are_counted_beside_the_first_ones(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, "m@example.org")
        launch(store)
        amend(store)
        links = store.campaigns.links(CAMPAIGN)
        assert [(link.number, link.edition) for link in links] == [
            *((link.number, 1) for link in small_edition().links),
            (10, 2),
        ]
        stored = store.visits.stored(CAMPAIGN)
        assert stored is not None
        assert (stored.number, stored.questionnaire) == (2, 'title = "another"')
        assert stored.earlier == small_edition().links
        first = store.visits.stored(CAMPAIGN, 1)
        assert first is not None
        assert (first.earlier, first.message_id_key) == ((), stored.message_id_key)
