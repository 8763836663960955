"""The sign-up form of an open list, to paste into a page of another site.

It holds no script, no style, no image and nothing secret: it posts an address to `/s/<list>`, which finds no
token of ours in it and therefore asks for one more press there.
"""

from html import escape

from mailer.settings import Settings
from mailer.settings.model import ListSettings
from mailer.words import Text

_FORM = """\
<form method="post" action="{action}">
  <label for="{id}">{ask}</label>
  <input type="email" id="{id}" name="email" maxlength="254" autocomplete="email" required>
  <button>{button}</button>
</form>"""


def snippet(settings: Settings, one: ListSettings) -> str:
    """The form as HTML, in the list's language; `settings.site.url` is not empty."""
    language = one.language or settings.organisation.language
    said = {
        "action": f"{settings.site.url.rstrip('/')}/s/{one.slug}",
        "id": f"mailer-{one.slug}",
        "ask": Text("Your e-mail address").say(language),
        "button": Text("Receive “{list}”", list=one.title).say(language),
    }
    return _FORM.format(**{name: escape(value) for name, value in said.items()})
