"""What a cluster shares is PostgreSQL: each test has a database of its own."""

from collections.abc import Iterator

import pytest

from tests.store import house
from tests.store.server import Server, missing, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own, with fsync, for this session."""
    if reason := missing():
        pytest.skip(reason)
    with running() as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    """An empty database."""
    return server.make_database()


@pytest.fixture
def shared(server: Server) -> Iterator[None]:
    """`house.opened` opens a database of PostgreSQL."""
    house.PLACES.server = server
    try:
        yield
    finally:
        house.PLACES.forget()
