"""A list is written out as it is read."""

import tracemalloc
from pathlib import Path

from mailer.model import Person
from mailer.wiring.exporting import listed
from tests.wiring.house import ANA, ZOE, opened, workspace


def test_those_whom_a_campaign_would_reach(tmp_path: Path) -> None:
    with opened(workspace(tmp_path), ANA, ZOE, "luc@example.org") as store:
        with store.together():
            store.exits.leave(store.people.number_of("luc@example.org") or 0, ["sample"], "site")
        content, people = listed(store, "sample", "csv")
    assert people == 2
    assert [line.split(b";")[0].decode() for line in content.splitlines()[1:]] == [ANA, ZOE]


def test_a_list_is_never_held_beside_its_file(tmp_path: Path) -> None:
    with opened(workspace(tmp_path)) as store:
        people = [Person(email=f"m{at:04}@example.org", fields={"first_name": "Zoé"}) for at in range(3000)]
        with store.together():
            store.people.bring("sample", people, source="test")
        tracemalloc.start()
        try:
            content, count = listed(store, "sample", "csv")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert count == 3000
    assert peak < 8 * len(content)  # a list of them takes eighteen times as much
