"""P1, P3, P5: a campaign grows, is amended, asks again; nobody has it twice unasked, whatever is asked."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import (
    FIGURES,
    SLUG,
    WORDS,
    adds_up,
    arrived,
    begin,
    bring,
    ended,
    figures,
    gates,
    post_to,
    read_until,
    table,
    typed,
    within,
)
from tests.smtp.conditions import recipient
from tests.smtp.script import Accept, Close, Reply, Rule, Stage
from tests.smtp.server import FaultServer, running
from tests.stories.test_gates import relay

NEW = WORDS + " Salle [C](https://www.example.org/c), et non B."


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section without a site, five people, a tract."""
    folder = tmp_path_factory.mktemp("waves") / "section"
    assert Mailer(folder=folder.parent)("init", "section").code == 0
    section = Mailer(folder=folder)
    table(section, "site", 'url = ""')
    section.campaign(SLUG, WORDS)
    bring(section, 5)
    return folder


@pytest.fixture
def section(prepared: Path, tmp_path: Path) -> Mailer:
    """A copy of it."""
    subprocess.run(["cp", "-a", prepared, tmp_path / "section"], check=True)
    return Mailer(folder=tmp_path / "section")


@pytest.fixture
def server(section: Mailer) -> Iterator[FaultServer]:
    """A server that takes everything, and keeps it."""
    with running(FaultServer()) as server:
        post_to(section, server, "connections = 1")
        yield server


def parts(section: Mailer) -> dict[str, list[dict[str, int]]]:
    """Waves and editions of `status --json`; each adds up, and so do all of them (P5)."""
    said = figures(section)
    for name in ("waves", "editions"):
        for state in ("audience", *FIGURES):
            assert said[state] == sum(adds_up(part)[state] for part in said[name])
    return {"waves": said["waves"], "editions": said["editions"]}


def texts(server: FaultServer) -> dict[str, bool]:
    """Who has the new text."""
    return {one.recipient: b"et non B" in one.data for one in server.ledger.accepted}


# --- a further wave ---------------------------------------------------------------------------


def test_those_who_joined_have_it_and_nobody_twice(section: Mailer, server: FaultServer) -> None:
    assert section("send", SLUG, "--yes").code == 0
    bring(section, 8)  # five of them are there already
    shown = section("send", SLUG, "--top-up", "--dry-run")
    assert (shown.code, "3 people; 0 suppressed, 0 have left" in shown.err) == (0, True)
    assert len(arrived(server)) == 5
    run = section("send", SLUG, "--top-up", "--yes", "--json")
    assert (run.code, adds_up(run.json)["sent"], run.json["status"]) == (0, 8, "finished")
    assert set(arrived(server).values()) == {1}
    assert len(arrived(server)) == 8
    assert [(part["audience"], part["sent"]) for part in parts(section)["waves"]] == [(5, 5), (3, 3)]
    again = section("send", SLUG, "--top-up", "--yes")
    assert (again.code, "Nobody has joined since tract was launched." in again.err) == (0, True)
    assert "wave 2: 3 in all, 3 sent," in section("status", SLUG).out
    french = section("status", SLUG, LANGUAGE="fr")
    assert "vague 2\u00a0: 3 au total, 3 envoyés," in french.out


def test_the_number_is_typed(section: Mailer, server: FaultServer) -> None:
    assert section("send", SLUG, "--yes").code == 0
    bring(section, 7)
    assert section("send", SLUG, "--top-up").code == 2  # nobody is there to confirm
    code, shown = typed(section, "5", "send", SLUG, "--top-up")
    assert (code, "Type 2 to send to 2 people" in shown) == (4, True)
    assert len(parts(section)["waves"]) == 1
    code, shown = typed(section, "2", "send", SLUG, "--top-up")
    assert code == 0, shown
    assert len(arrived(server)) == 7


def test_killed_after_it_the_same_command_goes_on(section: Mailer) -> None:
    with running(FaultServer(delay=0.05)) as server:
        post_to(section, server, "connections = 2")
        assert section("send", SLUG, "--yes").code == 0
        bring(section, 60)
        process = begin(section, "send", SLUG, "--top-up", "--yes")
        until = time.monotonic() + 20
        while len(arrived(server)) < 15:
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert parts(section)["waves"][1]["audience"] == 55
        assert section("send", SLUG, "--top-up", "--yes").code == 0
        said = figures(section)
        assert said["sent"] + said["unknown"] == 60
        assert said["unknown"] <= 2
        assert len(arrived(server)) >= 60 - said["unknown"]
        assert max(arrived(server).values()) == 1


def test_above_200_of_them_it_is_held_again(section: Mailer) -> None:
    skips = ("--skip", "first-use", "--skip", "tested", "--yes")
    table(section, "send", 'hold = "4s"')
    with relay(section) as (server, environ):
        assert within(section, environ, "send", SLUG, *skips).code == 0
        bring(section, 30)
        assert within(section, environ, "send", SLUG, "--top-up", *skips).code == 0  # few: at once
        bring(section, 240)
        closed = within(section, environ, "send", SLUG, "--top-up", "--yes")
        assert (closed.code, gates(closed)) == (4, ["tested"])
        process = begin(section, "send", SLUG, "--top-up", *skips, **environ)
        read_until(process.stderr, "The first ones have it")
        assert sum(arrived(server).values()) == 30 + 20
        assert ended(process).code == 0
        assert len(arrived(server)) == sum(arrived(server).values()) == 240


# --- another text --------------------------------------------------------------------------------


def test_amended_in_the_middle(section: Mailer, server: FaultServer) -> None:
    assert section("send", SLUG, "--yes", "--limit", "2").code == 0
    section.campaign(SLUG, NEW)
    refused = section("send", SLUG)
    assert refused.code == 4
    assert "mailer send tract --amend" in refused.err
    running_still = section("send", SLUG, "--amend", "--yes")
    assert (running_still.code, "'mailer pause tract'" in running_still.err) == (4, True)
    assert section("pause", SLUG).code == 0
    shown = section("send", SLUG, "--amend", "--dry-run")
    assert "3 people have no message yet and will have this text; for 2 it is too late" in shown.err
    assert figures(section)["status"] == "paused"
    run = section("send", SLUG, "--amend", "--yes", "--json")
    assert (run.code, adds_up(run.json)["sent"], run.json["status"]) == (0, 5, "finished")
    assert set(arrived(server).values()) == {1}
    assert sorted(texts(server).values()) == [False, False, True, True, True]
    assert [(part["number"], part["sent"]) for part in parts(section)["editions"]] == [(1, 2), (2, 3)]
    assert "edition 2: 3 in all, 3 sent," in section("status", SLUG).out


def test_an_amendment_is_of_a_text_that_changed_for_somebody_who_waits(
    section: Mailer, server: FaultServer
) -> None:
    assert section("send", SLUG, "--amend", "--yes").code == 2  # never sent
    assert section("send", SLUG, "--yes", "--limit", "2").code == 0
    section("pause", SLUG)
    same = section("send", SLUG, "--amend", "--yes")
    assert (same.code, "nothing has changed in campaigns/tract.md" in same.err) == (4, True)
    section.campaign(SLUG, "Bonjour {{ prenon }}.")
    assert section("send", SLUG, "--amend", "--yes").code == 3
    table(section, "lists.autres", 'title = "Autres"\nlegal_basis = "members"')
    section.campaign(SLUG, NEW, lists='["sample", "autres"]')
    lists = section("send", SLUG, "--amend", "--yes")
    assert (lists.code, "who receives it is frozen: write sample" in lists.err) == (4, True)
    section.campaign(SLUG, WORDS)
    assert section("send", SLUG).code == 0
    section.campaign(SLUG, NEW)
    over = section("send", SLUG, "--amend", "--yes")
    assert (over.code, "tract is over" in over.err) == (4, True)
    assert [part["sent"] for part in parts(section)["editions"]] == [5]
    assert not any(texts(server).values())


def test_an_amended_text_passes_the_gates_and_is_held(section: Mailer) -> None:
    bring(section, 230)
    table(section, "send", 'hold = "4s"')
    skips = ("--skip", "first-use", "--skip", "tested", "--yes")
    with relay(section) as (server, environ):
        limited = within(section, environ, "send", SLUG, "--limit", "5", *skips)
        assert limited.code == 0
        section("pause", SLUG)
        section.campaign(SLUG, NEW)
        closed = within(section, environ, "send", SLUG, "--amend", "--yes")
        assert (closed.code, gates(closed)) == (4, ["tested"])
        assert len(parts(section)["editions"]) == 1
        process = begin(section, "send", SLUG, "--amend", *skips, **environ)
        read_until(process.stderr, "The first ones have it")
        assert sum(arrived(server).values()) == 25
        assert ended(process).code == 0
        assert len(arrived(server)) == sum(arrived(server).values()) == 230
        assert sum(texts(server).values()) == 225


# --- once more -----------------------------------------------------------------------------------


def test_resend_unknown(section: Mailer) -> None:
    """One was lost after the server had taken the message, one before."""
    rules = [Rule(Stage.DOT, Accept(Close()), times=1), Rule(Stage.DOT, Close(), times=1)]
    with running(FaultServer(rules)) as server:
        post_to(section, server, "connections = 1")
        first = section("send", SLUG, "--yes", "--json")
        assert (first.code, first.json["unknown"], first.json["sent"]) == (0, 2, 3)
        assert section("send", SLUG).err.startswith("Already sent")
        assert len(server.ledger.accepted) == 4
        unknown = set(first.json["unknown_addresses"])
        code, shown = typed(section, "2", "send", SLUG, "--resend-unknown")
        assert code == 0, shown
        assert "they may have arrived, and would then arrive" in " ".join(shown.split())
        said = figures(section)
        assert (said["sent"], said["unknown"], said["status"]) == (5, 0, "finished")
        assert sorted(arrived(server).values()) == [1, 1, 1, 1, 2]
        [twice] = [address for address, count in arrived(server).items() if count == 2]
        assert twice in unknown
        assert len({one.message_id for one in server.ledger.accepted if one.recipient == twice}) == 1
        again = section("send", SLUG, "--resend-unknown", "--yes", LANGUAGE="fr")
        assert (again.code, "Il ne manque aucune réponse" in again.err) == (0, True)
        assert len(server.ledger.accepted) == 6


def test_refused_ones_are_tried_again_by_code(section: Mailer) -> None:
    gone, full, blocked, *_ = (f"membre{number}@example.org" for number in range(5))
    rules = [
        Rule(Stage.RCPT, Reply(550, "5.1.1 unknown user"), times=2, when=recipient(gone)),
        Rule(Stage.RCPT, Reply(552, "5.2.2 mailbox full"), times=1, when=recipient(full)),
        Rule(Stage.RCPT, Reply(550, "5.2.1 disabled"), times=1, when=recipient(blocked)),
    ]
    with running(FaultServer(rules)) as server:
        post_to(section, server, "connections = 1")
        assert section("send", SLUG, "--yes", "--json").json["refused"] == 3
        wrong = section("send", SLUG, "--retry-refused", "550 5.1.1")
        assert (wrong.code, "begins no reply of a server" in wrong.err) == (2, True)
        nobody = section("send", SLUG, "--retry-refused", "554", "--yes")
        assert (nobody.code, "Nobody was refused in this way." in nobody.err) == (0, True)
        some = section("send", SLUG, "--retry-refused", "5.2", "--yes", "--json")
        assert (some.code, adds_up(some.json)["refused"], some.json["sent"]) == (0, 1, 4)
        assert "(552 5.2.2)" in some.err
        both = section("send", SLUG, "--retry-refused", "--yes", "--top-up")
        assert both.code == 2
        rest = section("send", SLUG, "--retry-refused", "--yes", "--json")
        assert rest.json["refused"] == 1  # refused again
        section("subscribers", "unsubscribe", gone, "--all")
        last = section("send", SLUG, "--yes", "--json", "--retry-refused")
        assert (adds_up(last.json)["refused"], last.json["excluded"]) == (0, 1)
        assert gone not in arrived(server)
        assert set(arrived(server).values()) == {1}


# --- never ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["--top-up", "--resend-unknown", "--retry-refused", "--amend"])
def test_of_a_cancelled_campaign_nothing_is_asked(section: Mailer, server: FaultServer, asked: str) -> None:
    section("send", SLUG, "--yes", "--limit", "2")
    section("cancel", SLUG)
    run = section("send", SLUG, asked, "--yes")
    assert (run.code, "tract was cancelled" in run.err) == (4, True)
    assert len(server.ledger.accepted) == 2
    assert section("send", "autre", asked, "--yes").code == 2
    assert section("send", SLUG, asked, "--at", "2099-01-01").code == 2
