"""Pages: a template and values in, HTML with its strict headers out."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from mailer.settings.model import Organisation
from mailer.words import Text

_TEMPLATES = Path(__file__).parent / "templates"
STYLE = (_TEMPLATES / "style.css").read_text(encoding="utf-8")


def _policy(*styles: str) -> str:
    """Nothing runs, nothing is fetched, nobody frames the page; its stylesheets stand in it (CSP 3)."""
    hashes = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in styles)
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return (
        f"default-src 'none'; style-src {allowed}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


STRICT = _policy(STYLE)


class Pages:
    """The site's templates, filled for one organisation; `base` is the path its addresses begin with."""

    def __init__(self, organisation: Organisation, base: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,  # whatever the file's name
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Ours, and held by its hash: were a byte of it changed, no browser would obey it.
        self._environment.globals.update(style=Markup(STYLE), organisation=organisation, base=base)  # noqa: S704

    def page(
        self, name: str, language: str, values: Mapping[str, object], status: int = 200, rules: str = ""
    ) -> Response:
        """The template `name` in `language`, as a response; `rules` are a stylesheet of this page alone."""

        def say(msgid: str, **said: object) -> str:
            # Values as texts: str.format would lead from an object to Python's own (CVE-2016-10745).
            return Text(msgid, **{key: str(value) for key, value in said.items()}).say(language)

        html = self._environment.get_template(name).render(values, _=say, language=language, rules=rules)
        policy = _policy(STYLE, rules) if rules else STRICT
        headers = {"Content-Security-Policy": policy, "Content-Language": language}
        return Response(html, status, headers, "text/html")
