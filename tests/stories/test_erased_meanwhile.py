"""Erased while the campaign is being sent: at most the one message whose body had begun, and all adds up."""

import sqlite3
from contextlib import closing
from pathlib import Path

from mailer.wiring.doors import now, store_of
from mailer.wiring.erasing import erase
from mailer.wiring.forgetting import forget
from mailer.workspace.folder import open_workspace
from mailer.workspace.traces import traces
from tests.stories.sending import SLUG, address, ended, house

PEOPLE, STEP = 60, 6


def test_nobody_else_is_touched_and_nobody_twice(tmp_path: Path) -> None:
    """Every sixth of sixty people, some of whom were sent it, and one may be leaving."""
    gone = [address(number) for number in range(0, PEOPLE, STEP)]
    with house(tmp_path, PEOPLE, delay_ms=100) as there:
        process = there.send()
        there.wait_for(5, process)
        workspace = open_workspace(tmp_path, {})
        before = there.arrived()
        for email in gone:
            assert erase(workspace, email, source="operator", search=False).known
        at_the_end = there.arrived()
        assert ended(process)[0] == 0
        after = there.arrived()
        assert {after[address(number)] for number in range(PEOPLE) if number % STEP} == {1}
        assert max(after[email] for email in gone) <= 1
        assert sum(at_the_end[email] for email in gone) == sum(after[email] for email in gone)
        assert before.total() < PEOPLE
        said = there.status()
        assert (said["audience"], said["unknown"], said["in_flight"], said["pending"]) == (PEOPLE, 0, 0, 0)
        assert said["sent"] == after.total()
        assert said["sent"] + said["excluded"] == PEOPLE
        store = store_of(workspace)
        try:
            forget(workspace, store, now())
        finally:
            store.close()
        (tmp_path / "people.csv").unlink()
        with closing(sqlite3.connect(tmp_path / "subscribers/mailer.db")) as opened:
            rows = opened.execute("SELECT count(*) FROM delivery WHERE subscriber < 0").fetchone()
        assert rows == (len(gone),)
        assert there.mailer("send", SLUG, "--top-up", "--yes").code == 0
        assert there.arrived() == after
        there.ledger.unlink()  # the server's own
        assert traces(tmp_path, tuple(gone)) == []
