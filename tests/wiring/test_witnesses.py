"""Witnesses on no list have their copy once for each pause, however often the first ones are put off."""

from datetime import timedelta
from pathlib import Path

from mailer.deliver.result import End
from mailer.wiring.doors import keys_of, now, ways_out
from mailer.wiring.freezing import launch, reopen
from mailer.wiring.lanes import WayOut
from mailer.wiring.planning import plan
from mailer.wiring.sending import Sending
from mailer.workspace.folder import Workspace
from tests.deliver.relay import AWAY, GREYLISTED, Act, Relay
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

WITNESS = "temoin@example.net"


def sender(there: Workspace, relay: Relay) -> Sending:
    """As a worker of the cluster sends: for a while, then somebody else does."""
    way = WayOut(name="relay", transport=ways_out(there.settings)[0], way=relay)
    return Sending(workspace=there, ways=(way,), lingers=False, patience=0.0)


@in_a_loop
async def test_put_off_again_and_again_they_have_it_once(tmp_path: Path) -> None:
    there = workspace(tmp_path, MAILER_SEND_WITNESSES=WITNESS)
    relay = Relay(acts={one: [Act(GREYLISTED)] for one in (ZOE, ANA)})
    with opened(there, ZOE, ANA) as store:
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
        pause = now() + timedelta(hours=1)
        with store.together():
            reopen(store, campaign, timedelta(hours=72), now(), pause)
        for expected in (0, 1, 1):  # the relay is away at first: then nothing is said to have been shown
            relay.away = AWAY if not expected else None
            result = await sender(there, relay).carry(campaign.public_id)
            assert result.end is End.LATER
            assert relay.arrived[WITNESS] == expected
        assert result.tally.deferred == 2
        again = store.campaigns.by_id(campaign.public_id)
        assert again is not None
        with store.together():
            assert not store.campaigns.show_witnesses(campaign.public_id)
            reopen(store, again, timedelta(hours=72), now())  # more is asked, within the same pause
            assert not store.campaigns.show_witnesses(campaign.public_id)
            reopen(store, again, timedelta(hours=72), now(), pause + timedelta(hours=1))  # another text, say
            assert store.campaigns.show_witnesses(campaign.public_id)
