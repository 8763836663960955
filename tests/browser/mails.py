"""The golden samples as files a browser opens: the page, and its images beside it."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.browser.chromium import Browser
from tests.golden.samples import CAMPAIGNS, sample

NAMES = tuple(CAMPAIGNS)
WIDTHS = (320, 375, 700)  # px: the narrowest that WCAG 1.4.10 names, a phone, a mail program's window
SCHEMES = ("light", "dark")
STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)

# `opened("every-block", 375, "dark", images=False)`: the browser showing that mail
Opener = Callable[..., Browser]


def write_mail(name: str, folder: Path, *, images: bool = True, styles: bool = True) -> Path:
    """The page of the sample `name`, written under `folder` with its images, or without (not found then).

    Without `styles` it is what SFR and La Poste show: they drop every <style> (caniemail, 2026-05-13).
    """
    one = sample(name)
    page = folder / f"{name}.html"
    html = one.html.replace(f"{one.edition.site}/i/", "i/")
    page.write_text(html if styles else STYLE.sub("", html), "utf-8")
    if images:
        (folder / "i").mkdir(exist_ok=True)
        for image in one.edition.images:
            (folder / "i" / f"{image.digest}.{image.suffix}").write_bytes(image.content)
    return page
