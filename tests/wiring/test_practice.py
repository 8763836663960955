"""A campaign launched for practice is paused by whoever would carry it to people: nothing is sent."""

from pathlib import Path

from mailer.deliver.result import End
from mailer.wiring.doors import keys_of, now
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.wiring.sending import Sending
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

ABROAD = {
    "MAILER_TRANSPORT_KIND": "smtp",
    "MAILER_TRANSPORT_HOST": "smtp.nowhere.invalid",
    "MAILER_SITE_URL": "",
}


@in_a_loop
async def test_it_is_paused_before_anything_is_said(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
        assert not campaign.abroad
        result = await Sending(workspace=workspace(tmp_path, **ABROAD)).carry(campaign.public_id)
        assert (result.end, result.reason, result.tally.pending) == (End.PAUSED, "practice", 2)
        again = store.campaigns.by_id(campaign.public_id)
        assert again is not None
        assert (again.status, again.reason) == ("paused", "practice")
        with store.together():
            assert store.campaigns.change(campaign.public_id, "paused", "running")
        result = await Sending(workspace=there).carry(campaign.public_id)  # [transport] as it was
        assert (result.end, result.tally.sent) == (End.DONE, 2)
