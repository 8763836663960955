"""Asking sites: ours, before a real send, whether it is there and lets people leave; one bounded question."""

import json
import secrets
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit

from mailer.settings.checks import is_loopback
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from mailer.tokens.links import unsubscribe_token
from mailer.words import Text

_PATIENCE_S = 10.0
_MOST = 64 * 1024  # bytes of an answer
_ONE_CLICK = b"List-Unsubscribe=One-Click"


def site_fault(site: str, store: Store) -> Text | None:
    """Why members could not reach the site; None when there is none, or it gives this database's answer.

    The challenge is answered by whoever holds this workspace's keys and this database, nobody else.
    """
    if not site:
        return None
    parts = urlsplit(site)
    if parts.scheme != "https" or is_loopback(parts.hostname or ""):
        return Text(
            "the site {site} is on this machine only: members could neither read nor leave", site=site
        )
    return challenge_fault(site, store)


def challenge_fault(site: str, store: Store) -> Text | None:
    """Why the site is not ours; None when it proves to be."""
    challenge = secrets.token_urlsafe(24)
    status, body = ask(f"{site}/healthz?challenge={challenge}")
    if status != 200:
        return Text("the site {site} does not answer ({reason})", site=site, reason=status or body)
    if not secrets.compare_digest(_proof(body), store.prove(challenge).encode()):
        return Text(
            "{site} answers for another workspace, or another database: "
            "links and unsubscribing would not work",
            site=site,
        )
    return None


def _proof(body: str) -> bytes:
    """What a site's answer proves; nothing when it is not ours, whatever it says."""
    try:
        proof = json.loads(body).get("proof")
    except (ValueError, AttributeError, RecursionError):
        return b""
    return proof.encode("utf-8", "replace") if isinstance(proof, str) else b""


def unsubscribe_fault(site: str, keys: Keys, list_slug: str) -> Text | None:
    """Why nobody could leave; tried with the token of nobody (subscriber 0), which acts on nobody."""
    if not site:
        return None
    address = f"{site}/u/{unsubscribe_token(keys, 0, list_slug)}"
    page, _ = ask(address)
    one_click, _ = ask(address, _ONE_CLICK)
    if page == one_click == 200:
        return None
    return Text(
        "the unsubscribe link does not work: page {page}, one-click {one_click}",
        page=page or "-",
        one_click=one_click or "-",
    )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like another, and the wrong one (RFC 8058, 3.1)."""

    def redirect_request(self, *_: object) -> None:
        """None: it is not followed."""


def ask(address: str, body: bytes | None = None) -> tuple[int, str]:
    """Status and text; 0 and the reason when there is no answer."""
    opener = urllib.request.build_opener(_NoRedirect)
    request = urllib.request.Request(address, data=body, method="POST" if body else "GET")  # noqa: S310  http(s)
    try:
        with opener.open(request, timeout=_PATIENCE_S) as answer:
            return answer.status, answer.read(_MOST).decode("utf-8", "replace")
    except urllib.error.HTTPError as fault:
        return fault.code, ""
    except (OSError, HTTPException, ValueError) as fault:
        return 0, str(getattr(fault, "reason", fault))
