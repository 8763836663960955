"""`/hooks/<relay>/<secret>`: what relays post. Without the secret nothing is told, and nothing is logged."""

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from mailer.bounces.model import Reading
from mailer.listen.hooks import RELAYS
from mailer.listen.hooks.posted import confirmation, read
from mailer.web.bodies import read_body


class Office(Protocol):
    """Takes what came back; on disk when it returns."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Of each relay that is configured."""

    async def returned(self, readings: Sequence[Reading]) -> None:
        """Act on what our tokens prove; twice is once."""

    async def to_confirm(self, relay: str, address: str) -> None:
        """A topic wants this address visited before it posts: a person decides."""


class Hooks:
    """The only page that is for machines of others."""

    def __init__(self, office: Office | None) -> None:
        self._office = office

    async def take(self, request: Request) -> Response:
        """200 once it is on disk: a relay posts again until then."""
        relay, given = request.path_params["relay"], request.path_params["secret"]
        secret = self._office.secrets.get(relay, "") if self._office is not None else ""
        if self._office is None or not secret or not compare_digest(secret.encode(), given.encode()):
            return Response(status_code=403)
        body = await read_body(request)
        if body is None:
            return Response(status_code=413)
        said = read(body)
        if said is None:
            return Response(status_code=400)
        if address := confirmation(said):
            await self._office.to_confirm(relay, address)
        elif found := list(RELAYS[relay](said)):
            await self._office.returned(found)
        return Response(status_code=200)
