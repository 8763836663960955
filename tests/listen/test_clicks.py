"""Which requests are counted."""

import pytest

from mailer.listen.clicks import is_counted, is_prefetch

BROWSER = [(b"host", b"x"), (b"user-agent", b"Mozilla/5.0"), (b"sec-fetch-mode", b"navigate")]


@pytest.mark.parametrize(
    "header",
    [
        (b"sec-purpose", b"prefetch"),
        (b"sec-purpose", b"prefetch;prerender"),
        (b"sec-purpose", b"prefetch; prerender"),
        (b"sec-purpose", b"Prefetch;anonymous-client-ip"),
        (b"purpose", b"prefetch"),
        (b"x-purpose", b"prefetch"),
        (b"x-purpose", b"preview"),
        (b"x-moz", b"prefetch"),
    ],
)
def test_what_is_asked_ahead_is_not(header: tuple[bytes, bytes]) -> None:
    assert is_prefetch([*BROWSER, header])
    assert not is_counted("GET", [*BROWSER, header])


def test_a_reader_is() -> None:
    assert is_counted("GET", BROWSER)
    assert is_counted(
        "GET", [*BROWSER, (b"sec-purpose", b""), (b"purpose", b"reading"), (b"accept", b"prefetch")]
    )


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "get"])
def test_only_a_get_is(method: str) -> None:
    assert not is_counted(method, BROWSER)
