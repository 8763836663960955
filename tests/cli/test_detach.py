"""`send --detach` and `worker` on one machine: left to `mailer serve`, or refused in a plain sentence."""

import pytest

from tests.cli.command import Mailer
from tests.cli.hosted import on_a_free_port
from tests.cli.section import SLUG, WORDS, begin, bring, ended, figures, read_until, table, wait_until


@pytest.fixture
def section(mailer: Mailer) -> Mailer:
    """Four people, a campaign, a site of its own on this machine."""
    on_a_free_port(mailer)
    mailer.campaign(SLUG, WORDS)
    bring(mailer, 4)
    return mailer


def test_nobody_would_carry_it(section: Mailer) -> None:
    """Refused before anything is launched."""
    run = section("send", SLUG, "--yes", "--detach")
    assert (run.code, run.out) == (2, "")
    for word in ("mailer serve", "http://127.0.0.1:", "PostgreSQL"):
        assert word in run.err
    assert "not sent yet" in section("status", SLUG).err


def test_without_a_site_nobody_can_tell(section: Mailer) -> None:
    table(section, "site", 'url = ""')
    assert section("send", SLUG, "--yes", "--detach").code == 2


def test_the_site_carries_it(section: Mailer) -> None:
    site = begin(section, "serve")
    try:
        read_until(site.stderr, r"The site answers")
        run = section("send", SLUG, "--yes", "--detach", "--json")
        assert (run.code, run.json["pending"] + run.json["sent"]) == (0, 4)
        assert f"mailer status {SLUG} --watch" in run.err
        wait_until(lambda: figures(section)["status"] == "finished")
        assert figures(section)["sent"] == 4
        assert section("send", SLUG, "--detach").code == 0  # already sent
    finally:
        site.terminate()
        assert ended(site).code == 0


@pytest.mark.parametrize("words", [("--limit", "2"), ("--wait",)])
def test_nobody_stays_to_count_or_to_wait(section: Mailer, words: tuple[str, ...]) -> None:
    run = section("send", SLUG, "--yes", "--detach", *words)
    assert run.code == 2
    assert words[0] in run.err


def test_a_worker_needs_what_machines_can_share(section: Mailer) -> None:
    run = section("worker")
    assert (run.code, run.out) == (2, "")
    assert "several machines need PostgreSQL" in run.err
    assert "mailer serve" in run.err
