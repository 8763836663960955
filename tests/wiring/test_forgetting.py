"""Q14: with a campaign's rows its answers go, whatever was interrupted; published figures stay."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.results.publication import read
from mailer.store.answers import Answers
from mailer.store.clerk import Clerk
from mailer.store.store import Store
from mailer.wiring import forgetting
from mailer.wiring.boxes import answers_of
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.forgetting import forget, forget_by
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

KEPT = {"MAILER_RETENTION_DELIVERIES": "30 days"}
QUESTIONS = """
title = "Les horaires"
mode = "ballot"
[[question]]
id = "avis"
kind = "yes-no"
text = "Ça va ?"
"""


def answered(there: Workspace, store: Store, questions: str = QUESTIONS) -> tuple[str, Answers]:
    """A campaign that runs, with seven answers."""
    folder = there.root / "campaigns/tract"
    folder.mkdir(exist_ok=True)
    (folder / "q.toml").write_text(questions, encoding="utf-8")
    made = draft(there, store, body="[Ici](questionnaire:)", front='questionnaire = "q.toml"\n')
    found = plan(there, store, keys_of(there), made, now=now(), at=None)
    campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
    answers = answers_of(there)
    assert answers.key(campaign.public_id) is not None
    for at in range(7):
        answers.add(campaign.public_id, [("avis", "yes")], "2026-11-26", spending=bytes([at]) * 32)
    return campaign.public_id, answers


def cancel(store: Store, public_id: str) -> None:
    with store.together():
        store.campaigns.cancel(public_id, "running")


def left(answers: Answers, public_id: str) -> tuple[bool, bytes | None, int]:
    published = read(answers.publication(public_id))
    return answers.has_rows(public_id), answers.key(public_id), published.people if published else 0


def test_answers_go_with_the_rows(tmp_path: Path) -> None:
    there = workspace(tmp_path, **KEPT)
    with opened(there, ZOE, ANA) as store:
        public_id, answers = answered(there, store)
        cancel(store, public_id)
        assert forget(there, store, now() + timedelta(days=29)) == []
        assert answers.has_rows(public_id)
        assert len(forget(there, store, now() + timedelta(days=31))) == 1
        assert left(answers, public_id) == (False, None, 7)
        assert forget(there, store, now() + timedelta(days=31)) == []
    with sqlite3.connect(tmp_path / f"subscribers/answers/{public_id}.db") as box:
        assert box.execute("SELECT count(*) FROM spent").fetchone() == (0,)


def test_killed_before_they_went_they_go_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = workspace(tmp_path, **KEPT)
    with opened(there, ZOE) as store:
        public_id, answers = answered(there, store)
        cancel(store, public_id)
        with monkeypatch.context() as killed:
            killed.setattr(forgetting, "_empty", lambda *_: None)
            forget(there, store, now() + timedelta(days=31))
        assert answers.has_rows(public_id)
        forget(there, store, now() + timedelta(days=31))
        assert left(answers, public_id) == (False, None, 7)


@in_a_loop
async def test_by_the_site(tmp_path: Path) -> None:
    there = workspace(tmp_path, **KEPT)
    with opened(there, ZOE) as store:
        public_id, answers = answered(there, store)
        cancel(store, public_id)
    clerk = Clerk(store_of(there), Store.together)
    assert await forget_by(there, clerk, now()) == []
    assert len(await forget_by(there, clerk, now() + timedelta(days=31))) == 1
    assert left(answers, public_id) == (False, None, 7)
    await clerk.close()


def test_closed_on_its_day_it_is_published(tmp_path: Path) -> None:
    there = workspace(tmp_path, **KEPT)
    with opened(there, ZOE) as store:
        public_id, answers = answered(there, store, "closes = 2026-12-01\n" + QUESTIONS)
        assert forget(there, store, datetime(2026, 11, 30, 22, 59, tzinfo=UTC)) == []
        told = forget(there, store, datetime(2026, 12, 1, 23, 1, tzinfo=UTC))  # midnight in Paris
        assert [one.say("en") for one in told] == ["The questionnaire of tract is closed."]
        assert left(answers, public_id) == (True, None, 7)
