"""A session of PostgreSQL: where its url leads, and what is set before anything is asked."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mailer.errors import UsageError
from mailer.store import postgres_faults as faults
from mailer.store.driver import Row
from mailer.store.postgres_types import adapt
from mailer.words import Text

_DEFAULTS: Mapping[str, Any] = {
    "connect_timeout": 10,
    # A machine that vanishes says nothing: found out within half a minute, well before a lease runs out.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "target_session_attrs": "read-write",  # of several hosts, the one that is not a copy
    "application_name": "mailer",
}


class Session:
    """How to open one; `name` is the database's, without its secrets."""

    def __init__(self, url: str, *, durability: str, patience: float, idle: float) -> None:
        """`idle` in seconds: how long a transaction may say nothing before its locks are taken from it."""
        try:
            words = conninfo_to_dict(url)
            missing = {key: value for key, value in _DEFAULTS.items() if key not in words}
            self._address = make_conninfo(url, **missing)
        except psycopg.ProgrammingError:  # its text may quote the password
            raise UsageError(
                Text("[database] url is no address of PostgreSQL: write postgresql://USER@HOST/NAME")
            ) from None
        self.name = _named(words)
        self._durability = durability
        self._patience = patience
        self._idle = idle

    def open(self) -> "psycopg.Connection[Row]":
        """A connection ready for work. Raises BrokenOffError, or UsageError when somebody must mend it."""
        try:
            connection = psycopg.connect(self._address, autocommit=True)
        except psycopg.Error as fault:
            raise faults.refused(self.name, fault) from None
        try:
            adapt(connection)
            with faults.speaking(self.name):
                self._set(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set(self, connection: "psycopg.Connection[Row]") -> None:
        connection.execute(
            "SELECT set_config('lock_timeout', %s, false),"
            " set_config('idle_in_transaction_session_timeout', %s, false)",
            [str(max(round(self._patience * 1000), 1)), str(round(self._idle * 1000))],
        )
        # Stricter than ours, the cluster's own stands: it may wait for its copies too.
        found = connection.execute(
            "SELECT current_setting('synchronous_commit'), current_setting('server_encoding')"
        ).fetchone()
        assert found is not None
        if self._durability == "process":
            connection.execute("SET synchronous_commit = off")
        elif found[0] == "off":
            connection.execute("SET synchronous_commit = on")
        if found[1] != "UTF8":
            raise UsageError(
                Text(
                    "{database} is not in UTF-8: make it with createdb --encoding=UTF8 --template=template0",
                    database=self.name,
                )
            )


def _named(words: Mapping[str, Any]) -> str:
    """The database and where it is, as its url says."""
    host = words.get("host") or words.get("hostaddr") or "localhost"
    port = f":{words['port']}" if words.get("port") else ""
    return f"{words.get('dbname') or words.get('user') or 'postgres'} ({host}{port})"
