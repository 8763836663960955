"""The README's pictures: the sample mails and the demonstration as Chromium shows them, in docs/images/.

`make screenshots`, after a change of the template or of the sample; then look at each picture. Needs
chromium and chromedriver; with pngquant (Debian: apt install pngquant) the files are a third of the size.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.browser.chromium import Browser, chromium
from tests.browser.mails import write_mail
from tests.tools.pictured import pictured

IMAGES = Path(__file__).parents[2] / "docs" / "images"
TALL = 1100  # px: two of them side by side fill a screen of the README
HEAVIEST = 150_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One file of docs/images; sizes in CSS px, `height` 0 for the whole mail."""

    file: str
    mail: str
    width: int
    scheme: str = "light"
    height: int = TALL
    density: float = 2


PICTURES = (
    Picture(file="mail-375-light.png", mail="relation-clients", width=375),
    Picture(file="mail-375-dark.png", mail="relation-clients", width=375, scheme="dark"),
    Picture(file="mail-700-light.png", mail="relation-clients", width=700),
    Picture(file="mail-700-dark.png", mail="relation-clients", width=700, scheme="dark"),
    Picture(file="every-block-700-light.png", mail="every-block", width=700, height=0, density=1),
)


# Pages of the running demonstration: (file, width, scheme, which page).
PAGES = (
    ("inbox-700-light.png", 700, "light", "message"),
    ("unsubscribe-375-dark.png", 375, "dark", "unsubscribe"),
)

# Pages of an invented section (`pictured`), each on a phone and on a desk, by day and by night.
SHOWN = ("questionnaire", "results", "report")
SIZES = ((375, 1000), (1200, 1000))


def main() -> int:
    """Take every picture anew; the exit code is that of `make`: 1 when one is too heavy for a README."""
    weights = {}
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder, "profile")) as browser:
        Path(folder, "section").mkdir()
        for picture in PICTURES:
            content = lighter(take(browser, picture, Path(folder)))
            (IMAGES / picture.file).write_bytes(content)
            weights[picture.file] = len(content)
            sys.stdout.write(f"{picture.file}: {len(content) // 1000} KB\n")
        weights |= pages(browser)
        weights |= shown(browser, Path(folder, "section"))
    return int(max(weights.values()) > HEAVIEST)


def take(browser: Browser, picture: Picture, folder: Path) -> bytes:
    """A PNG of the mail's beginning, cut between two paragraphs at most `height` down."""
    browser.open(write_mail(picture.mail, folder))
    browser.show(picture.width, picture.scheme, height=TALL)
    height = browser.look("cut", picture.height)
    browser.show(picture.width, picture.scheme, height=height, density=picture.density)
    return browser.photograph()


def pages(browser: Browser) -> dict[str, int]:
    """The demonstration's pages, photographed while it runs; their weights."""
    weights = {}
    with demonstration() as addresses:
        for file, width, scheme, name in PAGES:
            browser.visit(addresses[name])
            browser.show(width, scheme, height=900, density=1.5)
            content = lighter(browser.photograph())
            (IMAGES / file).write_bytes(content)
            weights[file] = len(content)
            sys.stdout.write(f"{file}: {len(content) // 1000} KB\n")
    return weights


def shown(browser: Browser, folder: Path) -> dict[str, int]:
    """What a section shows, photographed; the weights."""
    weights = {}
    with pictured(folder) as addresses:
        for name in SHOWN:
            for (width, height), scheme in product(SIZES, ("light", "dark")):
                browser.show(width, scheme, height=height)
                browser.look_at(addresses[name])
                content = lighter(browser.photograph())
                file = f"{name}-{width}-{scheme}.png"
                (IMAGES / file).write_bytes(content)
                weights[file] = len(content)
                sys.stdout.write(f"{file}: {len(content) // 1000} KB\n")
    return weights


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """`mailer demo`, and the addresses of its pages."""
    environ = {**os.environ, "LANGUAGE": "fr", "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "mailer", "demo"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            printed: list[str] = []
            while len(re.findall("http://127", "".join(printed))) < 2:
                printed.append(process.stdout.readline())
            inbox, site = re.findall(r"http://127\.0\.0\.1:\d+", "".join(printed))
            with urllib.request.urlopen(f"{inbox}/m/1/raw") as raw:
                mail = raw.read().decode("ascii").replace("=\r\n", "").replace("=3D", "=")
            yield {
                "message": f"{inbox}/m/1",
                "unsubscribe": re.findall(rf"{site}/u/[\w-]+", mail)[0],
            }
        finally:
            process.send_signal(signal.SIGINT)


def lighter(png: bytes) -> bytes:
    """The same picture in 256 colours, when pngquant is there."""
    pngquant = shutil.which("pngquant")
    if pngquant is None:
        return png
    command = [pngquant, "--speed", "1", "--strip", "--nofs", "256", "-"]
    return subprocess.run(command, input=png, capture_output=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
