"""A mail runs nothing, and asks for nothing but its images."""

import pytest

from tests.browser.mails import NAMES, Opener
from tests.golden.samples import sample


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_only_its_images_are_asked_for(opened: Opener, name: str, scheme: str) -> None:
    opened(name, 700, scheme).requests()
    asked = opened(name, 700, scheme).requests()
    images = [f"i/{image.digest}.{image.suffix}" for image in sample(name).edition.images]
    assert asked[0].endswith(f"/{name}.html")
    folder = asked[0].rpartition("/")[0]
    assert sorted(asked[1:]) == sorted(f"{folder}/{image}" for image in images)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs(opened: Opener, name: str) -> None:
    assert opened(name).look("dangers") == []


def test_a_danger_is_seen(opened: Opener) -> None:
    browser = opened("every-block")
    browser.look("endanger")
    assert len(browser.look("dangers")) == 4
