"""Several relays of one mailer.toml, on real servers: who carries what, under which limits and password."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.deliver.result import End, Result
from mailer.errors import UsageError
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.toml.kinds import as_toml
from mailer.wiring.doors import is_real, keys_of, now
from mailer.wiring.freezing import launch
from mailer.wiring.lanes import carrying, first_way, group_of, ways_of, will_last
from mailer.wiring.planning import plan
from mailer.wiring.sending import Sending
from mailer.workspace.folder import Workspace
from tests.smtp.script import Reply, Rule, Stage
from tests.smtp.server import FaultServer
from tests.wiring.house import draft, in_a_loop, opened, workspace

SENDER = "CGT Exemple <tracts@lettre.example.org>"
FOLDERS = """
[[transport.relay]]
kind = "folder"
path = "subscribers/a"
per_hour = 300
from_domains = ["autre.example.org"]
[[transport.relay]]
kind = "folder"
path = "subscribers/b"
per_hour = 600
weight = 2
"""


def relay(server: FaultServer, **keys: str | int) -> str:
    """A [[transport.relay]] that leads to `server`."""
    lines = [f"{key} = {as_toml(value)}" for key, value in keys.items()]
    where = ['host = "127.0.0.1"', f"port = {server.port}", 'security = "none"']
    return "\n".join(["", "[[transport.relay]]", *where, *lines, ""])


def launched(there: Workspace, store: Store) -> Launched:
    found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
    return launch(there, store, keys_of(there), found, hold=False, now=now())


def people(count: int, domain: str = "example.org") -> list[str]:
    return [f"m{number}@{domain}" for number in range(count)]


async def carried(there: Workspace, store: Store, **options: object) -> tuple[Result, list[tuple[str, bool]]]:
    """The result, and which lanes were said to be aside (True) or back."""
    heard: list[tuple[str, bool]] = []
    sending = Sending(
        workspace=there,
        troubled=lambda name, outcome: heard.append((name, outcome is not None)),
        **options,  # type: ignore[arg-type]
    )
    return await sending.carry(launched(there, store).public_id), heard


def arrived(*servers: FaultServer) -> list[int]:
    """How many each accepted; nobody's twice."""
    counts = [server.ledger.counts() for server in servers]
    assert all(count == 1 for count in sum(counts, Counter()).values())
    return [count.total() for count in counts]


@in_a_loop
async def test_relays_share_the_mail_by_weight(tmp_path: Path) -> None:
    async with FaultServer() as one, FaultServer() as other:
        there = workspace(tmp_path, relay(one, weight=3, connections=2) + relay(other, connections=2))
        with opened(there, *people(60)) as store:
            result, heard = await carried(there, store)
        assert (result.end, result.tally.sent, heard) == (End.DONE, 60, [])
        first, second = arrived(one, other)
        assert first + second == 60
        assert 30 <= first <= 52


@in_a_loop
async def test_a_relay_that_refuses_the_login_is_set_aside(tmp_path: Path) -> None:
    """Once: nobody is locked out, everybody is written to."""
    async with FaultServer(users={"moi": "secret"}) as locked, FaultServer() as other:
        there = workspace(
            tmp_path,
            relay(locked, username="moi", password_command="echo wrong", connections=1) + relay(other),
        )
        with opened(there, *people(30)) as store:
            result, heard = await carried(there, store)
        assert (result.end, result.tally.sent) == (End.DONE, 30)
        assert arrived(locked, other) == [0, 30]
        assert heard == [(f"127.0.0.1:{locked.port}", True)]
        assert locked.connections == 1


@in_a_loop
async def test_a_relay_that_is_back(tmp_path: Path) -> None:
    busy = Rule(Stage.CONNECT, Reply(421, "4.3.2 later"), times=1)
    async with FaultServer([busy]) as one, FaultServer(delay=0.05) as other:
        there = workspace(tmp_path, relay(one, connections=1) + relay(other, connections=1))
        with opened(there, *people(60)) as store:
            result, heard = await carried(there, store)
        assert (result.end, result.tally.sent) == (End.DONE, 60)
        assert heard == [(f"127.0.0.1:{one.port}", True), (f"127.0.0.1:{one.port}", False)]
        assert min(arrived(one, other)) > 0


@in_a_loop
async def test_limits_of_relays_outlive_the_process(tmp_path: Path) -> None:
    """What left through which of them is known after a restart; the other one goes on."""
    async with FaultServer() as one, FaultServer() as other:
        there = workspace(tmp_path, relay(one, per_hour=5) + relay(other, per_hour=20))
        with opened(there, *people(40)) as store:
            campaign = launched(there, store).public_id
            for limit in (10, 15):
                sending = Sending(workspace=there, limit=limit)
                assert (await sending.carry(campaign)).end is End.LIMIT
            assert arrived(one, other) == [5, 20]
            sending = Sending(workspace=there)
            asyncio.get_running_loop().call_later(0.5, sending.stop)
            assert (await sending.carry(campaign)).end is End.STOPPED
            assert arrived(one, other) == [5, 20]


@in_a_loop
async def test_a_group_with_a_limit_of_its_own(tmp_path: Path) -> None:
    async with FaultServer() as server:
        group = '\n[transport.groups.wide]\ndomains = ["wide.example"]\nper_hour = 3\n'
        there = workspace(tmp_path, relay(server) + group)
        with opened(there, *people(6), *people(6, "wide.example")) as store:
            campaign = launched(there, store).public_id
            sending = Sending(workspace=there, patience=5)
            result = await sending.carry(campaign)
        assert result.end is End.LATER
        assert (result.tally.sent, result.tally.deferred) == (9, 3)
        assert result.until is not None


@in_a_loop
async def test_a_relay_that_refuses_everybody_does_not_burn_the_list(tmp_path: Path) -> None:
    """And whoever says go on is not stopped at once."""
    async with FaultServer([Rule(Stage.RCPT, Reply(550, "rejected"), times=25)]) as server:
        there = workspace(tmp_path, relay(server, connections=1))
        with opened(there, *people(60)) as store:
            campaign = launched(there, store).public_id
            result = await Sending(workspace=there).carry(campaign)
            assert (result.end, result.reason, result.tally.refused) == (End.PAUSED, "everybody", 20)
            found = store.campaigns.by_id(campaign)
            assert found is not None
            assert (found.status, found.reason) == ("paused", "everybody")
            await asyncio.sleep(0.01)
            with store.together():
                assert store.campaigns.change(campaign, "paused", "running")
            again = await Sending(workspace=there).carry(campaign)
        assert (again.end, again.tally.refused, again.tally.sent) == (End.DONE, 25, 35)


def test_who_carries_which_sender(tmp_path: Path) -> None:
    there = workspace(tmp_path, FOLDERS)
    ways = ways_of(there, {})
    assert [one.name for one in ways] == ["subscribers/a", "subscribers/b"]
    assert [one.weight for one in ways] == [1, 2]
    assert [one.name for one in carrying(ways, SENDER)] == ["subscribers/b"]
    assert [one.name for one in carrying(ways, "x@AUTRE.example.org")] == ["subscribers/a", "subscribers/b"]
    assert first_way(there, SENDER).name == "subscribers/b"
    assert not is_real(there.settings)


def test_a_sender_that_no_relay_carries_is_told_before_the_launch(tmp_path: Path) -> None:
    there = workspace(tmp_path, FOLDERS.replace("weight = 2", 'from_domains = ["x.example"]'))
    with opened(there, *people(2)) as store:
        with pytest.raises(UsageError) as told:
            plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        assert store.campaigns.all() == []
    for language in ("en", "fr"):
        assert "from_domains" in told.value.message.say(language)


def test_a_password_is_of_one_relay(tmp_path: Path) -> None:
    """The variable stands for [transport] alone."""
    keys = '\n[[transport.relay]]\nhost = "smtp.example.org"\nusername = "moi"\n'
    there = workspace(tmp_path, keys)
    with pytest.raises(UsageError) as missing:
        ways_of(there, {"MAILER_SMTP_PASSWORD": "x"})
    assert "smtp.example.org" in missing.value.message.say("en")
    assert "MAILER_SMTP_PASSWORD" not in missing.value.message.say("en")
    other = workspace(tmp_path / "other", keys + 'password_command = "echo x"\n')
    assert len(ways_of(other, {})) == 1


def test_two_accounts_at_one_server_have_two_names_and_no_login_in_them(tmp_path: Path) -> None:
    keys = '\n[[transport.relay]]\nhost = "smtp.example.org"\nusername = "{}"\npassword_command = "echo x"\n'
    there = workspace(tmp_path, keys.format("moi@example.org") + keys.format("toi@example.org"))
    one, other = (way.name for way in ways_of(there, {}))
    assert one != other
    for name in (one, other):
        assert name.startswith("smtp.example.org:465 ")
        assert "moi" not in name
        assert "@" not in name


def test_how_long_it_lasts_is_of_all_relays_together(tmp_path: Path) -> None:
    instant = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    there = workspace(tmp_path, FOLDERS)
    with opened(there) as store:
        assert will_last(there, store, SENDER, 600, instant, 0) == 0
        assert will_last(there, store, SENDER, 1200, instant, 0) == 3600
        assert will_last(there, store, "x@autre.example.org", 1800, instant, 0) == 3600
        with store.together():
            store.rates.take("way subscribers/b", [(3600.0, 600)], 600)
        assert will_last(there, store, SENDER, 600, instant, 0) == 3600  # somebody has just used it up


def test_the_group_of_a_domain(tmp_path: Path) -> None:
    there = workspace(tmp_path, '\n[transport.groups.wide]\ndomains = ["Wide.example", "large.example"]\n')
    found = group_of(there.settings)
    domains = ("wide.example", "LARGE.example", "example.org", "wanadoo.fr")
    assert [found(domain) for domain in domains] == ["wide", "wide", "example.org", "orange"]
