"""`/hooks/<relay>/<secret>`: what relays post. Without the secret nothing is told, and nothing is logged."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hmac import compare_digest
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from mailer.bounces.model import Reading
from mailer.listen.hooks import RELAYS, TOPICS
from mailer.listen.hooks.posted import MOST_EVENTS, Fields, confirmation, read, stopped
from mailer.web.bodies import read_body

LONGEST = 1024 * 1024  # bytes: a bounce of Postmark's holds the mail that came back
_AT_ONCE = 100  # events in one transaction: others write in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What a relay has to bring along."""

    secret: str = field(repr=False)
    password: str = field(default="", repr=False)


class Belief(Enum):
    """Whether a post is the relay's own; the value is the status to answer with."""

    YES = 200
    NO = 403
    LATER = 503  # nobody can say now: it is to be posted again


class Office(Protocol):
    """Takes what came back; on disk when it returns."""

    @property
    def doors(self) -> Mapping[str, Door]:
        """Of each relay that is configured."""

    async def believe(self, relay: str, events: Sequence[Fields]) -> Belief:
        """Verify what is signed; one that is not the relay's own is counted."""

    async def returned(self, readings: Sequence[Reading]) -> None:
        """Act on what our tokens prove; twice is once."""

    async def to_confirm(self, relay: str, address: str, *, stopped: bool) -> None:
        """A topic wants this address visited before it posts, or posts again: a person decides."""


class Hooks:
    """The only page that is for machines of others."""

    def __init__(self, office: Office | None) -> None:
        self._office = office

    async def take(self, request: Request) -> Response:
        """200 once it is on disk: a relay posts again until then."""
        relay, office = request.path_params["relay"], self._office
        door = office.doors.get(relay) if office is not None else None
        if office is None or door is None or not _admits(door, request):
            return Response(status_code=403)
        body = await read_body(request, LONGEST)
        if body is None:
            return Response(status_code=413)
        events = read(body)
        if events is None:
            return Response(status_code=400)
        if len(events) > MOST_EVENTS:
            return Response(status_code=413)
        if (belief := await office.believe(relay, events)) is not Belief.YES:
            return Response(status_code=belief.value)
        for at in range(0, len(events), _AT_ONCE):
            found: list[Reading] = []
            for said in events[at : at + _AT_ONCE]:
                if relay in TOPICS and (address := confirmation(said)):
                    await office.to_confirm(relay, address, stopped=stopped(said))
                else:
                    found += RELAYS[relay](said)
            if found:
                await office.returned(found)
        return Response(status_code=200)


def _admits(door: Door, request: Request) -> bool:
    """Both are compared, whatever the first comes to: the time tells nothing."""
    given = request.path_params["secret"], _password(request.headers.get("authorization", ""))
    kept = door.secret, door.password
    same = [compare_digest(one.encode(), two.encode()) for one, two in zip(given, kept, strict=True)]
    return same[0] and (same[1] or not door.password)


def _password(authorization: str) -> str:
    """That of basic authentication, whoever the user is (RFC 7617, 2), or a bearer token (RFC 6750, 2.1)."""
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
