"""Checking: an MJML text becomes a tree and every fault found in it."""

from dataclasses import dataclass
from itertools import chain, islice

from mailer.compose.mjml.demands import demands
from mailer.compose.mjml.origins import lift
from mailer.compose.mjml.scan import MOST
from mailer.compose.mjml.tree import Element, read
from mailer.compose.mjml.validate import validate
from mailer.findings import Finding, in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A tree, fit to be compiled only when no finding is an error; `text` is the MJML without marks."""

    root: Element
    text: str
    findings: tuple[Finding, ...]


def examine(mjml: str, *, language: str = "") -> Checked:
    """Reads a text and finds its faults: at most 200 of writing and 200 of meaning."""
    text, origins = lift(mjml.removeprefix("\ufeff"))
    root, written = read(text, origins)
    meant = islice(chain(validate(root), demands(root, language)), MOST)
    return Checked(root=root, text=text, findings=tuple(in_order((*written, *meant))))


def check(mjml: str, *, language: str = "") -> tuple[Finding, ...]:
    """Every finding of an MJML text, warnings as well, by place.

    `language`: ISO 639-1 of the campaign, to compare with `<mjml lang>`; empty skips that.
    """
    return examine(mjml, language=language).findings
