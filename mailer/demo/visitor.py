"""A visitor: what a member does with a mail, by HTTP, as a browser without JavaScript would."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

from mailer.demo.catcher import Caught

_PATIENCE_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said."""

    status: int
    location: str
    text: str


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are looked at, not followed."""

    def redirect_request(self, *_: object) -> None:
        """None: stay."""


def ask(address: str, form: list[tuple[str, str]] | None = None, method: str | None = None) -> Answer:
    """One request; whatever the status, 0 when nobody answers."""
    data = urlencode(form).encode("ascii") if form is not None else None
    request = urllib.request.Request(address, data=data, method=method)  # noqa: S310  the demo's own site
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    try:
        with opener.open(request, timeout=_PATIENCE_S) as answer:
            text = answer.read().decode("utf-8", "replace")
            return Answer(status=answer.status, location="", text=text)
    except urllib.error.HTTPError as fault:
        with fault:
            text = fault.read().decode("utf-8", "replace")
            return Answer(status=fault.code, location=fault.headers.get("Location", ""), text=text)
    except (OSError, ValueError):  # nobody there, or no address at all: a step that did not come out right
        return Answer(status=0, location="", text="")


def links(caught: Caught) -> list[str]:
    """The addresses of a mail's HTML part, in order."""
    part = caught.message().get_body(("html",))
    return _parsed(str(part.get_content()) if part is not None else "").links


def filled(page: str) -> list[tuple[str, str]]:
    """A form as somebody in a hurry fills it: the first choice of each question, a word in each text.

    The first button is pressed.
    """
    return list(_parsed(page).fields.items())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Links, and the first value of each named control."""
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "textarea" and name:
            self.fields.setdefault(name, "…")
        elif tag == "button" and name:
            self.fields.setdefault(name, said.get("value", ""))
        elif tag == "input" and name and said.get("type") in ("radio", "checkbox", "hidden"):
            self.fields.setdefault(name, said.get("value", "on"))


def _parsed(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page
