"""What mrml 6.0.1 does not do although MJML has it: refused with a cure, never dropped in silence.

Measured by compiling every component with every attribute with both engines and comparing the HTML.
"""

from collections.abc import Mapping

from mailer.words import Text

_ONE_BELOW = Text("write its parts one below the other")
_HTML = Text("write the HTML you want in mj-raw")
_CELLS = Text("give the cells a padding")
_INNER = Text("give its components a padding")
_BORDER = Text("write border, the same on every side")
_ELEMENTS = Text("draw it in the icon itself")

TAGS: Mapping[str, Text] = {
    "mj-accordion": _ONE_BELOW,  # also fetches icons from a third party
    "mj-accordion-element": _ONE_BELOW,
    "mj-accordion-text": _ONE_BELOW,
    "mj-accordion-title": _ONE_BELOW,
    "mj-carousel": _ONE_BELOW,
    "mj-carousel-image": _ONE_BELOW,
    "mj-html-attribute": _HTML,
    "mj-html-attributes": _HTML,
    "mj-selector": _HTML,
}

ATTRIBUTES: Mapping[tuple[str, str], Text] = {
    ("mj-body", "id"): Text("write css-class"),
    ("mj-button", "title"): Text("say it in the button's words"),
    ("mj-column", "inner-border-radius"): Text("write border-radius"),
    ("mj-hero", "border-radius"): Text("write it on an mj-section with a background-url"),
    ("mj-hero", "inner-padding"): _INNER,
    ("mj-hero", "inner-padding-bottom"): _INNER,
    ("mj-hero", "inner-padding-left"): _INNER,
    ("mj-hero", "inner-padding-right"): _INNER,
    ("mj-hero", "inner-padding-top"): _INNER,
    ("mj-image", "border-bottom"): _BORDER,
    ("mj-image", "border-left"): _BORDER,
    ("mj-image", "border-right"): _BORDER,
    ("mj-image", "border-top"): _BORDER,
    ("mj-image", "sizes"): Text("write one src, twice as wide as shown"),
    ("mj-raw", "position"): Text("write it where it belongs"),
    ("mj-section", "gutter"): Text("give its columns a padding"),
    ("mj-social", "border"): _ELEMENTS,
    ("mj-social-element", "border"): _ELEMENTS,
    ("mj-social-element", "icon-position"): Text("leave the icon on the left"),
    ("mj-social-element", "sizes"): Text("write one src, twice as wide as shown"),
    ("mj-social-element", "srcset"): Text("write one src, twice as wide as shown"),
    ("mj-style", "inline"): Text("write the style on the components, or style= in their HTML"),
    ("mj-table", "cellspacing"): _CELLS,
    ("mj-table", "role"): Text("write a layout table in mj-text, with its role"),
    ("mj-wrapper", "gap"): Text("give its sections a padding"),
    ("mj-wrapper", "gutter"): Text("give its columns a padding"),
}

# Where npm allows mj-raw and mrml answers with an error.
WITHOUT_RAW = frozenset(["mjml", "mj-social", "mj-navbar"])

# Of those, the ones that mj-all and mj-class must not spread either.
EVERYWHERE = {name: cure for (_, name), cure in ATTRIBUTES.items() if name in {"gap", "gutter", "inline"}}
