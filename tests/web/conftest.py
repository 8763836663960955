"""A site for each test."""

import pytest

from tests.web.premises import Premises


@pytest.fixture
def premises() -> Premises:
    return Premises()
