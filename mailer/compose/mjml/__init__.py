"""MJML text, made by a template, to HTML: scan, check, shield, compile, put back.

mjml-python (mrml, in Rust) is fast but neither checks nor escapes (decision 0007): it is given only what
we wrote ourselves from a checked tree, with ASCII tokens where texts and odd values stood.
"""

from mailer.compose.mjml.check import check
from mailer.compose.mjml.compile import plain, to_html
from mailer.compose.mjml.origins import GENERATED, OriginMarks

__all__ = ["GENERATED", "OriginMarks", "check", "plain", "to_html"]
