"""One Chromium without a window, driven through selenium: open, measure, photograph."""

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

PACKAGES = "chromium chromium-driver fonts-liberation"  # Debian's names, from .ci/apt.txt
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # containers and CI run as root
    "--disable-gpu",
    "--hide-scrollbars",
    # As with a window: what calls itself HeadlessChrome is counted as a machine.
    (
        "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/140.0.0.0 Safari/537.36"
    ),
    # a browser that is being tested phones nobody
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOOK = (Path(__file__).parent / "look.js").read_text("utf-8")


class Browser:
    """What the tests ask of a browser. Widths and heights are in CSS px."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver
        self._tell("Network.enable")
        self._tell("Network.setCacheDisabled", cacheDisabled=True)

    def open(self, page: Path) -> None:
        """Load `page` and its images."""
        self._driver.get(page.as_uri())

    def visit(self, address: str) -> None:
        """Load a page of a server on this machine."""
        assert address.startswith("http://127.0.0.1:")
        self._driver.get(address)

    def look_at(self, address: str) -> None:
        """Load a page of this machine, from a server or a file."""
        assert address.startswith(("http://127.0.0.1:", "file://"))
        self._driver.get(address)

    def show(self, width: int, scheme: str = "light", *, height: int = 800, density: float = 1) -> None:
        """Give the window a size, and its owner a taste: `scheme` is "light" or "dark"."""
        self._tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=density,
            mobile=False,
        )
        taste = {"name": "prefers-color-scheme", "value": scheme}
        self._tell("Emulation.setEmulatedMedia", features=[taste])

    def look(self, question: str, *details: object) -> Any:
        """The answer to a question of look.js."""
        return self._driver.execute_script(
            f"{LOOK}\nreturn look[arguments[0]](...arguments[1])", question, details
        )

    def photograph(self) -> bytes:
        """What the window shows, as PNG."""
        shot = self._tell("Page.captureScreenshot", format="png", optimizeForSpeed=False)
        return base64.b64decode(shot["data"])

    def accessibility_tree(self, *, whole: bool = False) -> list[dict[str, Any]]:
        """What a screen reader is told: the nodes that are not ignored; `whole`: what joins them too."""
        nodes: list[dict[str, Any]] = self._tell("Accessibility.getFullAXTree")["nodes"]
        return [node for node in nodes if whole or not node["ignored"]]

    def requests(self) -> list[str]:
        """The addresses asked for since the last time, in order."""
        log = self._driver.get_log("performance")  # type: ignore[no-untyped-call]
        entries = [json.loads(entry["message"])["message"] for entry in log]
        return [
            entry["params"]["request"]["url"]
            for entry in entries
            if entry["method"] == "Network.requestWillBeSent"
        ]

    def _tell(self, command: str, **details: object) -> Any:
        return self._driver.execute_cdp_cmd(command, details)


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A browser with a new `profile` folder, closed at the end; FileNotFoundError without chromium."""
    browser, driver = programs()
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("no_proxy", "*")  # chromedriver is on this machine, whatever http_proxy says
        chrome = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()


def programs() -> tuple[str, str]:
    """Where chromium and chromedriver lie; FileNotFoundError, naming the packages, without them."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser and driver:
        return browser, driver
    raise FileNotFoundError(f"chromium or chromedriver is missing: apt-get install {PACKAGES}")


def must_be_there() -> None:
    """Without a browser the tests that look are skipped, saying why; in CI they fail."""
    try:
        programs()
    except FileNotFoundError as missing:
        verdict = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        verdict(str(missing))
