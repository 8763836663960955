"""The inbox's pages as HTML, and the headers they are sent with: no script, nothing from elsewhere."""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mailer.words import translations

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "inbox.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_WEB = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
# What a mail may do in the frame: open links, on a person's click, outside of it.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"

_ALWAYS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
PAGE_HEADERS = _ALWAYS | {
    # "same-origin": with "no-referrer" browsers would hide from us where a POST comes from
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
PART_HEADERS = _ALWAYS | {
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def mail_headers(site: str) -> dict[str, str]:
    """For the mail itself: its styles, its own images and the site's; no script, form or other host."""
    return _ALWAYS | {
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: {site}; "
            f"form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
        ),
    }


def page(name: str, language: str, values: Mapping[str, object]) -> str:
    """The template `name`, filled and said in `language`."""
    return _environment(language).get_template(f"{name}.html").render(values)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "_": translations(language).gettext,
        "language": language,
        "style": Markup(_STYLE),  # noqa: S704 - our own file
        "sandbox": SANDBOX,
    }
    environment.filters["linked"] = _linked
    return environment


def _linked(text: str) -> Markup:
    """Plain text with its web addresses made links; all of it escaped."""
    pieces, end = [], 0
    for found in _WEB.finditer(text):
        link = escape(found[0])
        pieces += [
            escape(text[end : found.start()]),
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(link),
        ]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
