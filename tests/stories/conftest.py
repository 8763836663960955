"""A real PostgreSQL for the stories of several machines."""

from collections.abc import Iterator

import pytest

from tests.store.server import Server, missing, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A cluster of our own, with fsync, for this session."""
    if reason := missing():
        pytest.skip(reason)
    with running() as server:
        yield server
