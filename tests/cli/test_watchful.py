"""In Python's development mode a send holds its own count against the ledger's after each outcome (P5)."""

import sqlite3
from contextlib import closing

import pytest

from tests.cli.command import Mailer
from tests.cli.section import SLUG, figures

# A fault that keeps every sum right: with the first one sent, somebody nobody wrote to is called sent too.
GHOST = """
CREATE TRIGGER ghost AFTER UPDATE OF state ON delivery
WHEN NEW.state = 'sent' AND (SELECT count(*) FROM delivery WHERE state = 'sent') = 1 BEGIN
    UPDATE delivery SET state = 'sent' WHERE subscriber =
        (SELECT max(subscriber) FROM delivery WHERE state = 'pending');
END
"""


@pytest.mark.parametrize("watchful", [True, False])
def test_an_outcome_nobody_had_is_noticed_at_once(section: Mailer, watchful: bool) -> None:
    with closing(sqlite3.connect(section.folder / "subscribers/mailer.db")) as connection:
        connection.execute(GHOST)
    run = section("send", SLUG, "--yes", PYTHONDEVMODE="1" if watchful else None)
    assert run.code == (1 if watchful else 0)
    assert ("The run has counted" in run.err) == watchful
    assert (figures(section)["status"] == "finished") != watchful
