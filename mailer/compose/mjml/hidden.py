"""What a token hides and how it comes back: each sort into the places of the HTML where mrml puts it."""

import html
import re
from dataclasses import dataclass
from enum import StrEnum

# Only references that end in `;`: in an attribute `?a=1&copy=2` holds none (HTML, 13.2.5.72).
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,40});")
_NOT_IN_URL = re.compile(r"[\s\"'()<>\\]")


class Sort(StrEnum):
    """Where a hidden text belongs."""

    CONTENT = "content"  # HTML, as it is
    RAW = "raw"  # HTML between components
    VALUE = "value"  # an attribute; a title as well, since mrml repeats it in aria-label
    CLASSES = "classes"  # css-class: Outlook's copy of a tag has each name with -outlook
    ADDRESS = "address"  # an attribute that also goes into CSS url()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A text out of mrml's sight."""

    sort: Sort
    text: str

    def shown(self, *, outlook: bool, imported: bool, conditional: str) -> str:
        """The text as HTML. `outlook`: with the suffix; `imported`: in a style sheet; `conditional`: the
        opening of the conditional comment around it, or nothing."""
        match self.sort:
            case Sort.RAW if conditional:
                return f"<![endif]-->{self.text}{conditional}"
            case Sort.CONTENT | Sort.RAW:
                return self.text
            case Sort.CLASSES if outlook:
                return escaped(" ".join(f"{name}-outlook" for name in self.text.split(" ")))
            case Sort.ADDRESS if imported:
                return self.text
            case _:
                return escaped(self.text)


def meaning(value: str) -> str:
    """What a value of the source says, its character references read."""
    return _REFERENCE.sub(lambda found: html.unescape(found.group()), value)


def escaped(text: str) -> str:
    """A text as the inside of a value in double quotes; good in <title> as well."""
    return html.escape(text, quote=False).replace('"', "&quot;")


def address(text: str) -> str:
    """An address that CSS url() reads as one, quoted or not: what would end it is percent-encoded."""
    return _NOT_IN_URL.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), text)
