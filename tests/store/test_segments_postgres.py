"""PostgreSQL itself lets a segment only read, and the transaction around it writes again."""

from pathlib import Path

import psycopg
import pytest

from mailer.errors import MailerError
from mailer.store.conditions import Condition
from tests.store.house import LIST, bring, inside, opened, person

DATABASES = ["postgres"]
HARM = "CREATE FUNCTION pg_temp.harm() RETURNS boolean LANGUAGE sql AS 'DELETE FROM meta RETURNING TRUE'"


def test_a_condition_that_would_write_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, "a@example.org")
        inside(store).execute(HARM)
        with pytest.raises(MailerError) as refused, store.together():
            list(store._driver.sought("segment_people", Condition(text="pg_temp.harm()")))
        assert isinstance(refused.value.__cause__, psycopg.errors.ReadOnlySqlTransaction)


def test_the_transaction_writes_again_after(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        with store.together():
            assert list(store._driver.sought("segment_people", Condition(text="TRUE"))) == [(0,)]
            store.people.bring(LIST, [person("a@example.org")], source="t")
        assert store.people.size_of(LIST) == 1
