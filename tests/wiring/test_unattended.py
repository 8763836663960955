"""A campaign that pauses where nobody is at a terminal is told to [alerts] to, together with its pause."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.deliver.result import End
from mailer.wiring.doors import keys_of, now, ways_out
from mailer.wiring.freezing import launch
from mailer.wiring.lanes import WayOut
from mailer.wiring.planning import plan
from mailer.wiring.sending import Sending
from tests.deliver.relay import QUOTA, Relay
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

CHIEF = "chef@example.net"


@pytest.mark.parametrize("unattended", [True, False])
def test_told_why_and_naming_nobody(tmp_path: Path, unattended: bool) -> None:
    in_a_loop(paused)(tmp_path, unattended)


async def paused(tmp_path: Path, unattended: bool) -> None:
    there = workspace(tmp_path, MAILER_ALERTS_TO=CHIEF)
    relay = Relay(always=replace(QUOTA, text=f"5.4.5 <{ZOE}> over quota"))
    way = WayOut(name="relay", transport=ways_out(there.settings)[0], way=relay)
    with opened(there, ZOE, ANA) as store:
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
        result = await Sending(workspace=there, ways=(way,), unattended=unattended).carry(campaign.public_id)
        assert (result.end, result.reason) == (End.PAUSED, "policy")
        assert store.notices.waiting() == unattended
    with sqlite3.connect(tmp_path / "subscribers/mailer.db") as connection:
        told = connection.execute("SELECT email, subject, content FROM notice").fetchall()
    for email, subject, content in told:
        assert (email, "tract" in subject) == (CHIEF, True)
        assert "le serveur refuse nos messages" in content.replace("=\n", "")
        assert ZOE not in content
