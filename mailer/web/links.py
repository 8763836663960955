"""`/l/<id>/<n>`: a counted link, leading where the launched edition says and nowhere else.

`/l/<id>/<n>/<token>` is one person's, who agreed that their clicks are known. It leads to the same place
whatever the token is worth: once they have withdrawn, or with a letter lost, it is a plain link.
"""

from starlette.requests import Request
from starlette.responses import Response

from mailer.listen.clicks import is_counted, is_prefetch
from mailer.model import DRAFT_ID
from mailer.tokens.links import read_link_token
from mailer.web.lobby import Lobby


class Links:
    """The page of links: `lead`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def lead(self, request: Request) -> Response:
        """302, never 301, which browsers keep: later clicks would not be counted."""
        headers = request.scope["headers"]
        public_id, number = request.path_params["id"], number_of(request.path_params["number"])
        draft = public_id == DRAFT_ID
        destination = None if draft else await self._lobby.shelf.destination(public_id, number)
        if destination is not None:
            self._count(request, public_id, number)
        if is_prefetch(headers):
            return Response(status_code=204)
        if destination is None:
            language = self._lobby.language(request)
            return self._lobby.tried(language) if draft else self._lobby.missing(language)
        return Response(status_code=302, headers={"Location": destination})

    def _count(self, request: Request, public_id: str, number: int) -> None:
        machine = not is_counted(request.method, request.scope["headers"])
        token = request.path_params.get("token")
        if token is None or machine:
            self._lobby.desk.clicked(public_id, number, machine=machine)
        elif subscriber := read_link_token(self._lobby.keys, public_id, token):
            self._lobby.desk.followed(public_id, number, subscriber)


def number_of(text: str) -> int:
    """A number as we print it: each link has one address only. 0, which no link has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and text[0] != "0" and len(text) < 6 else 0
