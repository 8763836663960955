"""Unsubscribe as a mail provider's machine does: one POST, no cookie, no redirect (RFC 8058, 3.2)."""

import re
import urllib.request
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit

from mailer.demo.catcher import Caught
from mailer.demo.reading import field

BODY = b"List-Unsubscribe=One-Click"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TIMEOUT = 10  # seconds
_ADDRESS = re.compile(r"<\s*(https?://[^<>\s]+)\s*>", re.IGNORECASE)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """RFC 8058, 3.1: the answer must not be a redirect, so it is not followed."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def address(caught: Caught) -> str | None:
    """Where the message asks the POST to go; None when it offers no one-click (RFC 8058, 3.1)."""
    if field(caught, "List-Unsubscribe-Post").replace(" ", "") != BODY.decode():
        return None
    found = _ADDRESS.search(field(caught, "List-Unsubscribe"))
    return found[1] if found else None


def is_ours(url: str, site: str) -> bool:
    """Whether `url` leads to the demonstration's own site, on this machine and nowhere else."""
    try:
        to, home = urlsplit(url), urlsplit(site)
        return (
            to.scheme in ("http", "https")
            and to.hostname in _LOOPBACK
            and (to.scheme, to.hostname, to.port) == (home.scheme, home.hostname, home.port)
            and "@" not in to.netloc
        )
    except ValueError:  # a port that is no number
        return False


def post(url: str) -> int:
    """The status of the site's answer; 0 when there was none. Only with an address that `is_ours`."""
    request = urllib.request.Request(url, data=BODY, method="POST")  # noqa: S310 - http, says is_ours
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code
    except (OSError, HTTPException, ValueError):
        return 0
