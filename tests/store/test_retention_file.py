"""What retention has made counts of is gone from the very bytes of the database's files."""

from datetime import timedelta
from pathlib import Path

from tests.store.house import ZOE, Clock, inside, opened
from tests.store.test_retention import SPOKEN, over, retire


def test_nothing_about_anybody_is_left_in_the_file(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        over(store, clock)
        hashed = store.people.hash_of(ZOE)
        inside(store).execute("DELETE FROM subscriber")  # their own rows are not what this is about
        inside(store).execute("DELETE FROM membership")
    assert SPOKEN.encode() in (tmp_path / "mailer.db").read_bytes()
    assert hashed.encode() in (tmp_path / "mailer.db").read_bytes()
    clock.later(days=200)
    with opened(tmp_path, clock) as store:
        retire(store, clock.now - timedelta(days=180))
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert SPOKEN.encode() not in content
        assert hashed.encode() not in content
