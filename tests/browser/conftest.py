"""One browser for all these tests, and the mails written once for it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.browser.chromium import Browser, chromium, must_be_there
from tests.browser.mails import Opener, write_mail
from tests.browser.pages import premises
from tests.browser.visits import open_site
from tests.web.premises import Premises


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, started at the first test that looks."""
    must_be_there()
    with chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="session")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Opener:
    """Show a mail: `opened("every-block", 375, "dark", images=False)` gives the browser."""

    @cache
    def page(name: str, kept: tuple[tuple[str, bool], ...]) -> Path:
        return write_mail(name, tmp_path_factory.mktemp(name), **dict(kept))

    def show(name: str, width: int = 375, scheme: str = "light", **kept: bool) -> Browser:
        browser.show(width, scheme)
        browser.open(page(name, tuple(kept.items())))
        return browser

    return show


@pytest.fixture(scope="module")
def house() -> Iterator[tuple[Premises, str]]:
    """The site's premises, and its address while it is open."""
    ours = premises()
    with open_site(ours) as address:
        yield ours, address


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks at its own turn
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that needs the browser goes to one worker: there is one browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("browser"))
