"""What is frozen after a launch: what counts as a change, who must not be at work, what goes on."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.deliver.result import End, Result
from mailer.errors import LaterError, RefusedError
from mailer.model import Person, Recipient
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.amending import amend, amendable, changed
from mailer.wiring.boxes import answers_of
from mailer.wiring.carried import carried
from mailer.wiring.course import conclude
from mailer.wiring.doors import keys_of, now, store_of
from mailer.wiring.drafting import draft_of
from mailer.wiring.freezing import launch, reopen, top_up
from mailer.wiring.letters import letters_of
from mailer.wiring.planning import plan, plan_more
from mailer.wiring.sending import CLOCK
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace, open_workspace
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

SLUG = "relation-clients"


def launched(there: Workspace, store: Store, made: Draft, *, later: bool = False) -> Launched:
    at = now() + timedelta(days=2) if later else None
    found = plan(there, store, keys_of(there), made, now=now(), at=at)
    return launch(there, store, keys_of(there), found, hold=False, now=now())


def paused(store: Store, campaign: Launched) -> Launched:
    with store.together():
        store.campaigns.change(campaign.public_id, campaign.status, "paused", "operator")
    found = store.campaigns.by_id(campaign.public_id)
    assert found is not None
    return found


def amended(there: Workspace, store: Store, campaign: Launched, made: Draft) -> Launched:
    reach, audience = amendable(there, store, campaign, made, now())
    planned = plan_more(there, store, keys_of(there), made, campaign, audience, now=now())
    assert planned.audience.size == reach.people
    return amend(there, store, campaign, planned, hold=True, now=now())


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"campaigns/{SLUG}.md", 'subject = "', 'subject = "Encore : '),
        (f"campaigns/{SLUG}/questionnaire.toml", "title", "# rien\ntitle"),
        ("templates/tract/theme.toml", '"#[0-9a-f]{6}"', '"#123456"'),
        ("mailer.toml", "CGT Exemple", "CGT Autre"),
    ],
)
def test_whatever_would_go_out_otherwise_is_a_change(tmp_path: Path, file: str, old: str, new: str) -> None:
    there = workspace(tmp_path)
    path = there.root / f"campaigns/{SLUG}.md"
    with opened(there, ZOE) as store:
        campaign = paused(store, launched(there, store, draft_of(there, path, store)))
        assert not changed(there, store, campaign, draft_of(there, path, store))
        text = re.sub(old, new, (there.root / file).read_text("utf-8"))
        (there.root / file).write_text(text, encoding="utf-8")
        there = open_workspace(there.root, {})
        made = draft_of(there, path, store)
        assert changed(there, store, campaign, made)
        after = amended(there, store, campaign, made)
        assert after.status == "running"
        assert not changed(there, store, after, made)
        with pytest.raises(RefusedError):
            amendable(there, store, after, made, now())


def test_an_image_that_changed_is_a_change(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    path = there.root / f"campaigns/{SLUG}.md"
    with opened(there, ZOE) as store:
        campaign = launched(there, store, draft_of(there, path, store))
        (there.root / "templates/tract/logo.png").write_bytes(
            (there.root / f"campaigns/{SLUG}/elus.png").read_bytes()
        )
        assert changed(there, store, campaign, draft_of(there, path, store))


def test_an_amendment_waits_for_whoever_sends(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        campaign = launched(there, store, draft(there, store))
        with store.together():
            assert store.ledger.claim(campaign.public_id, "elsewhere:1")
        campaign = paused(store, campaign)
        with pytest.raises(LaterError):
            amended(there, store, campaign, draft(there, store, body="Un autre mot."))
        assert len(store.campaigns.editions(campaign.public_id)) == 1
        with store.together():
            store.ledger.take_over(campaign.public_id)
        amended(there, store, campaign, draft(there, store, body="Un autre mot."))
        assert [one.tally.audience for one in store.campaigns.editions(campaign.public_id)] == [0, 2]


def test_what_is_scheduled_stays_so(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        made = draft(there, store)
        campaign = launched(there, store, made, later=True)
        store_more(store, ANA)
        audience = store.waves.newcomers(campaign.public_id, ["sample"])
        planned = plan_more(there, store, keys_of(there), made, campaign, audience, now=now())
        topped = top_up(there, store, campaign, planned, hold=True, now=now())
        assert (topped.status, topped.starts_at) == ("scheduled", campaign.starts_at)
        assert topped.expires_at == campaign.expires_at
        again = amended(there, store, paused(store, topped), draft(there, store, body="Un autre mot."))
        assert again.status == "scheduled"


def store_more(store: Store, *emails: str) -> None:
    with store.together():
        store.people.bring("sample", [Person(email=email, fields={}) for email in emails], source="test")


def test_two_at_once_do_not_both_win(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        campaign = launched(there, store, draft(there, store))
        seen = paused(store, campaign)
        with store.together():
            reopen(store, seen, timedelta(hours=1), now())
        with pytest.raises(RefusedError), store.together():
            reopen(store, seen, timedelta(hours=1), now())


def test_each_has_the_text_that_is_theirs(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        campaign = launched(there, store, draft(there, store))
        with store.together():
            turns = store.ledger.claim(campaign.public_id, "test") or []
            [first] = [one for one in store.ledger.look(turns[:1]) if not isinstance(one, str)]
            store.ledger.mark([(turns[0], store.people.hash_of(first.email))])
            store.ledger.take_over(campaign.public_id)
        amended(there, store, paused(store, campaign), draft(there, store, body="Un autre mot."))
        with store.together():
            store.repeats.unknown_again(campaign.public_id)
            turns = store.ledger.claim(campaign.public_id, "test") or []
            turns += store.ledger.claim(campaign.public_id, "test") or []
        letters = letters_of(store, campaign.public_id, keys_of(there), answers_of(there))
        people = [one for one in store.ledger.look(turns) if not isinstance(one, str)]
        texts = {one.email: b"Un autre mot." in letters.write(one, now()).body for one in people}
        assert texts == {one.email: one.email != first.email for one in people}
        assert len(texts) == 2


@in_a_loop
async def test_a_wave_added_at_the_very_end_keeps_it_running(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        campaign = launched(there, store, draft(there, store))
        done = Result(end=End.DONE, tally=store.campaigns.tally(campaign.public_id))

        async def opened_too() -> Store:
            return store_of(there)

        async with carried(campaign.public_id, opened_too) as one:
            found = await conclude(one, done, there.settings, CLOCK, unattended=False)
        assert found.end is End.LATER
        assert found.until is not None
        assert found.until <= now()


def test_a_text_that_came_in_this_very_moment_is_written_later(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        campaign = launched(there, store, draft(there, store))
        letters = letters_of(store, campaign.public_id, keys_of(there), answers_of(there))
        with pytest.raises(LaterError):
            letters.write(Recipient(subscriber=1, email=ZOE, list="sample", edition=2), now())
