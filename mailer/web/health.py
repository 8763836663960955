"""`/healthz` and `/readyz`: for machines that ask whether the site lives, and whether it is ours."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mailer.web.lobby import Lobby

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PATIENCE = 5  # seconds


class Health:
    """The pages `alive` and `ready`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def alive(self, request: Request) -> Response:
        """The process answers; to a challenge, with what only this workspace's site can say."""
        challenge = request.query_params.get("challenge")
        if challenge is None:
            return JSONResponse({"status": "ok"})
        if not _CHALLENGE.fullmatch(challenge):
            return JSONResponse({"status": "ok", "error": "challenge"}, 400)
        return JSONResponse({"status": "ok", "proof": await self._lobby.desk.prove(challenge)})

    async def ready(self, _request: Request) -> Response:
        """The store answers too."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._lobby.desk.published("ready")  # no launch mints a name this short
        except Exception:  # whatever keeps it from answering
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok"})
