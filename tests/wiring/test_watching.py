"""Watching: a site that sends gives its figures; without the extra it says what to install."""

import asyncio
import sys
import urllib.request
from pathlib import Path

import pytest

from mailer.errors import UsageError
from mailer.wiring.doors import keys_of, now
from mailer.wiring.freezing import launch
from mailer.wiring.planning import plan
from mailer.wiring.site import run_site
from mailer.wiring.watching import Watching, watching
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace


def _read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        text: str = answer.read().decode()
        return text


@in_a_loop
async def test_a_site_that_sends_is_counted(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        found = plan(there, store, keys_of(there), draft(there, store), now=now(), at=None)
        campaign = launch(there, store, keys_of(there), found, hold=False, now=now())
    with watching(0) as (watch, figures):
        site = asyncio.create_task(
            run_site(
                there,
                "127.0.0.1",
                0,
                log=lambda _: None,
                tell=lambda _: None,
                started=lambda _: None,
                watching=watch,
            )
        )
        labels = f'{{campaign="{campaign.public_id}",relay="subscribers/outbox"}}'
        async with asyncio.timeout(20):
            while f"mailer_sent_total{labels} 2.0" not in (text := await asyncio.to_thread(_read, figures)):
                await asyncio.sleep(0.1)
        assert f"mailer_in_flight{labels} 0.0" in text
        assert f"mailer_smtp_reply_seconds_count{labels} 2.0" in text
        assert f'mailer_backlog_recipients{{campaign="{campaign.public_id}"}}' in text
        assert "example.org" not in text
        site.cancel()
        await asyncio.gather(site, return_exceptions=True)


def test_nobody_watches() -> None:
    with watching(None) as (watch, figures):
        assert (type(watch), figures) == (Watching, "")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("mailer.metrics.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(UsageError) as fault, watching(0):
        pass
    assert "tract-mailer[metrics]" in fault.value.message.say("en")
