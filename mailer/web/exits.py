"""`/u/<token>`: leaving a list, or everything. The page asks, only a POST acts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from mailer.listen.desk import Left, Standing
from mailer.listen.exits import Exit, leave, mint_undo, read_exit, read_undo
from mailer.listen.reasons import WORDS, read_reason
from mailer.web.bodies import Form, Refusal, read_form
from mailer.web.lobby import Lobby
from mailer.web.shelf import Recent

_DONE = PlainTextResponse("OK\n")  # to a mail program: no cookie, no redirect (RFC 8058, 3.1)
_PAGES = 10_000  # of those that said why: of more within 30 minutes, the first may be counted twice


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the page says: who stands at the door, and what has just happened."""

    door: Exit
    standing: Standing
    language: str


class Exits:
    """The page of departures: `answer`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._explained: Recent[bool] = Recent(_PAGES)

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show the buttons; POST is one of them, or a mail program's one click (RFC 8058)."""
        door = read_exit(self._lobby.keys, request.path_params["token"])
        if door is None:
            return self._lobby.missing(self._lobby.language(request))
        if request.method != "POST":
            return self._page("leave.html", await self._view(request, door), {"mistaken": False})
        form = await read_form(request)
        fields = {} if isinstance(form, Refusal) else _fields(form)
        if fields.get("list-unsubscribe", "").casefold() == "one-click":
            await leave(self._lobby.desk, door, everything=False)
            return _DONE
        match fields.get("action"):
            case "list" | "all" as action:
                return await self._leave(request, door, everything=action == "all")
            case "undo":
                return await self._undo(request, door, fields.get("undo", ""))
            case "why":
                return await self._explain(request, door, fields)
        return self._page("leave.html", await self._view(request, door), {"mistaken": True}, 400)

    async def _leave(self, request: Request, door: Exit, *, everything: bool) -> Response:
        left = await leave(self._lobby.desk, door, everything=everything)
        undo = mint_undo(self._lobby.keys, door, left, self._lobby.clock())
        view = await self._view(request, door)
        return self._left(view, undo, everything=everything or left.objected, explained=False)

    def _left(self, view: _View, undo: str, *, everything: bool, explained: bool) -> Response:
        values = {
            "undo": undo,
            "everything": everything,
            "explained": explained,
            "reasons": [(reason, words.say(view.language)) for reason, words in WORDS.items()],
        }
        return self._page("left.html", view, values)

    async def _undo(self, request: Request, door: Exit, token: str) -> Response:
        left = self._taken(door, token)
        if left is None or not await self._lobby.desk.give_back(door.subscriber, left):
            return await self._too_late(request, door)
        return self._page("back.html", await self._view(request, door), {})

    async def _explain(self, request: Request, door: Exit, fields: Mapping[str, str]) -> Response:
        """Why they left, from the page that said they had, within the time of its button.

        Counted once for each such page by this process: nothing is stored that could tell it later.
        """
        token = fields.get("undo", "")
        left, reason = self._taken(door, token), read_reason(fields.get("reason", ""))
        if left is None:
            return await self._too_late(request, door)
        page = hashlib.sha256(token.encode()).hexdigest()
        if reason is not None and not self._explained.get(page):
            await self._lobby.desk.explain(door.mark, reason)
            self._explained.keep(page, True)
        view = await self._view(request, door)
        return self._left(view, token, everything=left.objected, explained=reason is not None)

    def _taken(self, door: Exit, token: str) -> Left | None:
        lobby = self._lobby
        return read_undo(lobby.keys, token, door, lobby.settings.lists, lobby.clock())

    async def _too_late(self, request: Request, door: Exit) -> Response:
        return self._lobby.too_late((await self._view(request, door)).language)

    async def _view(self, request: Request, door: Exit) -> _View:
        """The page is shown even when the store cannot say anything: leaving must always be possible."""
        known = self._lobby.list_of(door.mark)
        standing = Standing(
            list_slug=known.slug if known else "",
            list_title=known.title if known else "",
            language=known.language if known else "",
            subscribed=True,
            objected=False,
        )
        if not door.is_test:
            standing = await self._standing(door, standing)
        return _View(
            door=door, standing=standing, language=standing.language or self._lobby.language(request)
        )

    async def _standing(self, door: Exit, otherwise: Standing) -> Standing:
        try:
            found = await self._lobby.desk.standing(door.subscriber, door.mark)
        except Exception:  # locked, full, away: the buttons below do not depend on it
            return otherwise
        # Of a number that nobody has, the person may be imported again one day: the buttons work for them.
        return found or otherwise

    def _page(self, name: str, view: _View, values: Mapping[str, object], status: int = 200) -> Response:
        known = self._lobby.list_of(view.door.mark)
        said = {
            "standing": view.standing,
            "test": view.door.is_test,
            "member": known is not None and known.legal_basis == "members",
            **values,
        }
        return self._lobby.pages.page(name, view.language, said, status)


def _fields(form: Form) -> dict[str, str]:
    """The last value of each field; names in lower case, values without the line end some programs add."""
    return {name.strip().lower(): value.strip() for name, value in form}
