"""Which requests for a link are a person's: all that may be told without following anybody.

One address for all readers, no cookie, nothing kept of who asks (standards.md, G12): so what a gateway
fetches like a browser is counted too, and the figure is called an estimate. Many requests at once from one
network are many people behind one door, as far as anybody can tell: they never make a click a machine's.
"""

from collections.abc import Iterable

from mailer.listen.machines import is_machine

Headers = Iterable[tuple[bytes, bytes]]  # names in lower case, as ASGI gives them

_PREFETCH = (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz")


def is_prefetch(headers: Headers) -> bool:
    """Whether a browser asks ahead of its reader: `Sec-Purpose: prefetch;prerender` and its elders.

    (Fetch, 3.1.5; Purpose and X-Purpose of Chrome and Safari, X-Moz of Firefox.)
    """
    return any(name in _PREFETCH and _asks_ahead(value) for name, value in headers)


def _asks_ahead(value: bytes) -> bool:
    words = value.lower().replace(b";", b" ").replace(b",", b" ").split()
    return b"prefetch" in words or b"prerender" in words or b"preview" in words


def is_counted(method: str, headers: Headers) -> bool:
    """Whether a request is taken for a person's: a GET, no prefetch, by nothing known as a machine.

    The others are counted apart, as a machine's.
    """
    return method == "GET" and not any(
        (name == b"user-agent" and is_machine(value)) or (name in _PREFETCH and _asks_ahead(value))
        for name, value in headers
    )
