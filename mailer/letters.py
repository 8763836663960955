"""Letters that may not stand in a line people read: they break it, hide in it or turn it around."""

import re

# C0 and C1 controls, line and paragraph separators, and the marks that reverse what follows (a name that
# ends in one would turn the rest of the mail around). No-break spaces and joiners are letters like others.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def is_one_line(text: str) -> bool:
    """Whether `text` can stand in a header, a title or a list: one line, nothing hidden in it."""
    return UNSAFE.search(text) is None
