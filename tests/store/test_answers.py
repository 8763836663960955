"""Answers, on both databases: kept whole, apart, one for a ballot."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailer.ballots.casting import Taken
from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from mailer.store.opening import open_boxes
from tests.store.house import CAMPAIGN, NOON, PLACES

DATABASES = ["sqlite", "postgres"]
DAY = NOON.date().isoformat()
KEY = bytes(range(32))
OTHER = "m3qk2m4xeb"


def answers_in(folder: Path) -> Answers:
    place = PLACES.of(folder)
    return Answers(FileBoxes(folder) if isinstance(place, Path) else open_boxes(place, patience=5.0))


def test_counted_by_day_and_kept_by_question(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    assert (answers.people(CAMPAIGN), answers.days(CAMPAIGN), answers.tallies(CAMPAIGN)) == (0, [], {})
    assert list(tmp_path.iterdir()) == []  # to look makes nothing
    answers.add(CAMPAIGN, [("avis", "1"), ("avis", "3"), ("mots", "Des embauches.")], DAY)
    answers.add(CAMPAIGN, [("avis", "1")], "2026-11-26")
    answers.add(CAMPAIGN, [], "2026-11-26")
    answers.add(OTHER, [("avis", "1")], DAY)
    assert answers.people(CAMPAIGN) == 3
    assert answers.days(CAMPAIGN) == [(DAY, 1), ("2026-11-26", 2)]
    assert answers.tallies(CAMPAIGN) == {
        ("avis", "1"): 2,
        ("avis", "3"): 1,
        ("mots", "Des embauches."): 1,
    }


def test_a_ballot_is_spent_with_its_answer(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    answers.begin(CAMPAIGN, KEY)
    one, other = secrets.token_bytes(32), secrets.token_bytes(32)
    assert answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=one) is Taken.STORED
    assert answers.add(CAMPAIGN, [("avis", "2")], DAY, spending=one) is Taken.SPENT
    assert answers.add(CAMPAIGN, [("avis", "3")], DAY, spending=other) is Taken.STORED
    assert answers.tallies(CAMPAIGN) == {("avis", "1"): 1, ("avis", "3"): 1}
    assert answers.people(CAMPAIGN) == 2
    assert answers.spent(CAMPAIGN) == {one, other}
    assert answers.is_spent(CAMPAIGN, one)
    assert not answers.is_spent(CAMPAIGN, bytes(32))
    assert not answers.is_spent(OTHER, one)


def test_twenty_at_once_with_one_ballot(tmp_path: Path) -> None:
    answers = [answers_in(tmp_path) for _ in range(4)]
    answers[0].begin(CAMPAIGN, KEY)
    ready = threading.Barrier(20)

    def cast(number: int) -> Taken:
        ready.wait()
        return answers[number % 4].add(CAMPAIGN, [("avis", str(number))], DAY, spending=bytes(32))

    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(cast, range(20)))
    assert (found.count(Taken.STORED), found.count(Taken.SPENT)) == (1, 19)
    assert answers[0].people(CAMPAIGN) == 1
    assert sum(answers[0].tallies(CAMPAIGN).values()) == 1


def test_closed_it_takes_nothing_and_forgets_who_answered(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    answers.begin(CAMPAIGN, KEY)
    answers.begin(CAMPAIGN, bytes(32))  # a launch that is tried again
    assert answers.key(CAMPAIGN) == KEY
    answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=bytes(32))
    assert not answers.is_closed(CAMPAIGN)
    for _ in range(2):
        answers.close(CAMPAIGN)
        assert answers.is_closed(CAMPAIGN)
        assert answers.key(CAMPAIGN) is None
        assert answers.spent(CAMPAIGN) == frozenset()
    for spending in (bytes(32), bytes(31) + b"1", None):
        assert answers.add(CAMPAIGN, [("avis", "2")], DAY, spending=spending) is Taken.CLOSED
    assert answers.tallies(CAMPAIGN) == {("avis", "1"): 1}
    assert answers.people(CAMPAIGN) == 1


def test_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = answers_in(tmp_path)
    answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=bytes(32))
    same = iter([b"1" * 16, b"2" * 16, b"2" * 16])
    monkeypatch.setattr("mailer.store.answers.secrets.token_bytes", lambda _count: next(same))
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        answers.add(CAMPAIGN, [("avis", "2"), ("avis", "3"), ("mots", "…")], DAY, spending=b"1" * 32)
    monkeypatch.undo()
    assert answers.tallies(CAMPAIGN) == {("avis", "1"): 1}
    assert answers.people(CAMPAIGN) == 1
    assert not answers.is_spent(CAMPAIGN, b"1" * 32)
    assert answers.add(CAMPAIGN, [("avis", "2")], DAY, spending=b"1" * 32) is Taken.STORED


def test_named_answers_are_their_member_s(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    answers.add(CAMPAIGN, [("avis", "2"), ("mots", "Ici.")], DAY, spending=bytes(32), member=2**61)
    answers.add(CAMPAIGN, [("avis", "1")], DAY, spending=b"1" * 32, member=7)
    assert answers.members(CAMPAIGN) == [(7, "avis", "1"), (2**61, "avis", "2"), (2**61, "mots", "Ici.")]
    assert answers.tallies(CAMPAIGN)["avis", "2"] == 1
    assert answers.members(OTHER) == []


def test_a_member_s_answers_go_and_nobody_else_s(tmp_path: Path) -> None:
    """With what was shown of them; figures count one person less, and no other box is touched."""
    answers = answers_in(tmp_path)
    assert not answers.forget(CAMPAIGN, 7)
    answers.add(CAMPAIGN, [("avis", "1"), ("mots", "Des embauches.")], DAY, member=7, spending=b"7" * 32)
    answers.add(CAMPAIGN, [("avis", "2")], DAY, member=8)
    answers.add(CAMPAIGN, [("avis", "1")], "2026-11-26")
    answers.add(OTHER, [("avis", "1")], DAY, member=7)
    [(one, _, _, _)] = answers.texts(CAMPAIGN, ["mots"])
    answers.show_texts(CAMPAIGN, [one])
    assert answers.forget(CAMPAIGN, 7)
    assert not answers.forget(CAMPAIGN, 7)
    assert answers.members(CAMPAIGN) == [(8, "avis", "2")]
    assert answers.tallies(CAMPAIGN) == {("avis", "1"): 1, ("avis", "2"): 1}
    assert answers.people(CAMPAIGN) == 2
    assert answers.days(CAMPAIGN) == [(DAY, 1), ("2026-11-26", 1)]
    assert answers.is_spent(CAMPAIGN, b"7" * 32)  # until it closes: nobody answers twice
    assert answers.members(OTHER) == [(7, "avis", "1")]


def test_a_member_s_answers_go_however_long_ago_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest rows lie apart from the older ones, and who is erased may have theirs in both."""
    monkeypatch.setattr("mailer.store.mixing._LATEST", 6)
    answers = answers_in(tmp_path)
    for member in range(1, 9):
        answers.add(CAMPAIGN, [("avis", f"m{member}"), ("mots", f"m{member}")], DAY, member=member)
    for member in range(1, 8):
        assert answers.forget(CAMPAIGN, member)
    assert answers.tallies(CAMPAIGN) == {("avis", "m8"): 1, ("mots", "m8"): 1}
    assert answers.members(CAMPAIGN) == [(8, "avis", "m8"), (8, "mots", "m8")]


def test_texts_are_shown_once_somebody_says_so(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    for words in ("Un", "Deux", "Trois"):
        answers.add(CAMPAIGN, [("mots", words), ("avis", "1"), ("avis.other", f"{words} !")], DAY)
    found = answers.texts(CAMPAIGN, ["mots", "avis.other"])
    assert [one[0] for one in found] == sorted(one[0] for one in found)
    assert {one[1:] for one in found} == {
        *(("mots", words, False) for words in ("Un", "Deux", "Trois")),
        *(("avis.other", f"{words} !", False) for words in ("Un", "Deux", "Trois")),
    }
    chosen = next(one[0] for one in found if one[2] == "Deux")
    answers.show_texts(CAMPAIGN, [chosen, "00" * 16])
    assert [one for one in answers.texts(CAMPAIGN, ["mots"]) if one[3]] == [(chosen, "mots", "Deux", True)]
    answers.show_texts(CAMPAIGN, [])
    assert not any(one[3] for one in answers.texts(CAMPAIGN, ["mots"]))


def test_one_publication_takes_the_place_of_another(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    assert answers.publication(CAMPAIGN) == ""
    assert answers.publish(CAMPAIGN, "1", instead_of="")
    assert not answers.publish(CAMPAIGN, "2", instead_of="")
    assert answers.publish(CAMPAIGN, "3", instead_of="1")
    assert answers.publication(CAMPAIGN) == "3"


def test_emptied_only_what_was_published_stays(tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    answers.begin(CAMPAIGN, KEY)
    answers.add(CAMPAIGN, [("mots", "Des embauches.")], DAY, spending=bytes(32), member=7)
    answers.publish(CAMPAIGN, "{}", instead_of="")
    answers.empty(CAMPAIGN)
    assert (answers.tallies(CAMPAIGN), answers.members(CAMPAIGN)) == ({}, [])
    assert (answers.publication(CAMPAIGN), answers.days(CAMPAIGN)) == ("{}", [(DAY, 1)])
    assert answers.is_closed(CAMPAIGN)
    answers.remove(CAMPAIGN)
    answers.remove(CAMPAIGN)
    assert (answers.publication(CAMPAIGN), answers.days(CAMPAIGN)) == ("", [])


@pytest.mark.parametrize("name", ["../mailer", "", "AAAAAAAAAA", "aaaaaaaaa", "draft00000"])
def test_no_other_box_is_opened(tmp_path: Path, name: str) -> None:
    answers = answers_in(tmp_path)
    for act in (
        lambda: answers.add(name, [("avis", "1")], DAY),
        lambda: answers.people(name),
        lambda: answers.remove(name),
    ):
        with pytest.raises(AssertionError):
            act()
    assert list(tmp_path.iterdir()) == []
