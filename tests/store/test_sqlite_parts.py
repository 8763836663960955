"""A count in parts: everybody in one of them, all of them at one state, and nothing but reading."""

import sqlite3
from pathlib import Path

import pytest

from mailer.store.sqlite_parts import counted_in_parts
from mailer.store.sqlite_segments import only_reads
from mailer.store.store import Store
from tests.store.house import bring, in_file, opened

QUERY = "SELECT count(*) FROM subscriber s WHERE s.id BETWEEN :first AND :last"


def counted(store: Store, parts: int, text: str = QUERY) -> int | None:
    return counted_in_parts(Path(store._driver.name), text, {}, parts, only_reads)


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_everybody_is_in_one_part(tmp_path: Path, parts: int) -> None:
    with opened(tmp_path) as store:
        assert counted(store, parts) == 0
        bring(store, *(f"p{at}@example.org" for at in range(50)))
        base = in_file(store)
        [(most,)] = base.execute("SELECT max(id) FROM subscriber").fetchall()
        for edge in (most // parts, most // parts + 1, 0):  # whoever stands at a seam, on either side
            base.execute(
                "INSERT OR IGNORE INTO subscriber (id, email, domain, address_hash, first_name, last_name, "
                "language, fields, created_at, updated_at) VALUES (?, '', '', ?, '', '', '', '{}', '', '')",
                [edge, f"hash {edge}"],
            )
        [(people,)] = base.execute("SELECT count(*) FROM subscriber").fetchall()
        assert counted(store, parts) == people >= 53


def test_it_sees_what_is_committed_and_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, "a@example.org")
        with store.together():
            in_file(store).execute("DELETE FROM membership")
            in_file(store).execute("DELETE FROM subscriber")
            assert counted(store, 2) == 1
        assert counted(store, 2) == 0


def test_it_only_reads_and_only_what_a_segment_may(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        bring(store, "a@example.org")
        for text in ("SELECT count(*) FROM meta", "DELETE FROM subscriber RETURNING 1"):
            with pytest.raises(sqlite3.DatabaseError):
                counted(store, 2, text)
        assert counted(store, 2) == 1
