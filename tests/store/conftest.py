"""The store's contract holds on both databases: a module says on which of them it runs."""

from collections.abc import Iterator

import pytest

from tests.store import house
from tests.store.server import Server, missing, running

_SERVER: list[Server] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`DATABASES = […]` at the top of a module: each of its tests once for each."""
    group = {"postgres": [pytest.mark.xdist_group("postgres")]}  # one server is enough
    if kinds := getattr(metafunc.module, "DATABASES", None):
        found = [pytest.param(kind, marks=group.get(kind, [])) for kind in kinds]
        metafunc.parametrize("database", found, indirect=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own, with fsync, for this session."""
    if reason := missing():
        pytest.skip(reason)
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which database `house.opened` opens in this test."""
    kind = str(getattr(request, "param", "sqlite"))
    if kind == "postgres":
        house.PLACES.server = request.getfixturevalue("server")
    try:
        yield kind
    finally:
        house.PLACES.forget()
