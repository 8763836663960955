"""`/p/<token>`: what to receive, from any mail; one's own data, from a link that is mailed when asked for.

The link of a campaign's mail is the one that leaves a list (see `tokens.unsubscribe_token`): whoever holds it
could already stop everything, so it opens no more here, tells nothing of the person, and answers the same
whoever they are.
"""

import asyncio
from collections.abc import Mapping
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from mailer.listen.desk import Left
from mailer.listen.exits import Exit, mint_quiet_undo, read_exit, read_quiet_undo
from mailer.listen.own import LINK_FOR, Grant, Strength, mint, read
from mailer.web.bodies import Form, Refusal, read_form
from mailer.web.leaving import chosen_lists, leave_lists
from mailer.web.lobby import Lobby
from mailer.web.own import Own
from mailer.words import Text


class Preferences:
    """The page of preferences: `answer`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._own = Own(lobby)

    async def answer(self, request: Request) -> Response:
        """GET and HEAD show buttons; only a POST acts."""
        token = request.path_params["token"]
        door = read_exit(self._lobby.keys, token)
        if door is not None:
            return await self._from_mail(request, door)
        if read(self._lobby.keys, Strength.LINK, token, self._lobby.clock()) is not None:
            return await self._own.answer(request, token)
        moving = read(self._lobby.keys, Strength.ADDRESS, token, self._lobby.clock())
        if moving is not None:
            return await self._confirm(request, token, moving)
        return self._lobby.missing(self._lobby.language(request))

    async def _from_mail(self, request: Request, door: Exit) -> Response:
        known = self._lobby.list_of(door.mark)
        language = known.language if known else self._lobby.language(request)
        if request.method != "POST":
            return self._page("preferences.html", language, door, {"mistaken": False})
        began = monotonic()
        answer = await self._act(request, door, language)
        await asyncio.sleep(began + self._lobby.floor - monotonic())  # not at all when it is over
        return answer

    async def _act(self, request: Request, door: Exit, language: str) -> Response:
        """What a button asks for; neither words nor time tell what came of it."""
        form = await read_form(request)
        fields: Form = [] if isinstance(form, Refusal) else form
        values = dict(fields)
        match values.get("action"):
            case "leave":
                chosen = chosen_lists(self._lobby, fields)
                if chosen:
                    return await self._leave(door, language, chosen)
            case "undo":
                return await self._undo(door, language, values.get("undo", ""))
            case "link":
                return await self._send_link(door, language)
        return self._page("preferences.html", language, door, {"mistaken": True}, 400)

    async def _confirm(self, request: Request, token: str, moving: Grant) -> Response:
        """A new address: whoever reads its mails says yes, by a POST, once. Nothing of anybody is shown."""
        lobby, language = self._lobby, self._lobby.language(request)
        asked = request.method == "POST"
        if not asked and not moving.expired:
            return lobby.pages.page("address.html", language, {})
        if moving.expired or not await lobby.counter.move(moving.subscriber, token, language):
            contact = lobby.settings.organisation.contact
            return lobby.notice(
                language,
                Text("This link no longer works"),
                [
                    Text("Your address was not changed by it: it works once, for 24 hours."),
                    Text("If you still want to change it, write to {contact}.", contact=contact),
                ],
                410,
            )
        return lobby.notice(
            language,
            Text("It is done"),
            [
                Text("From now on our messages come to this mailbox. The old one was told."),
                Text("A message already on its way may still arrive there."),
            ],
            200,
        )

    async def _leave(self, door: Exit, language: str, chosen: list[str]) -> Response:
        left = Left() if door.is_test else await leave_lists(self._lobby, door.subscriber, chosen)
        undo = mint_quiet_undo(self._lobby.keys, door.subscriber, left, self._lobby.clock())
        titles = [self._lobby.settings.lists[slug].title for slug in chosen]
        return self._page(
            "stopped.html", language, door, {"undo": undo, "titles": titles, "everything": False, "key": ""}
        )

    async def _undo(self, door: Exit, language: str, token: str) -> Response:
        lobby = self._lobby
        left = read_quiet_undo(lobby.keys, token, door.subscriber, lobby.settings.lists, lobby.clock())
        if left is None:
            return lobby.too_late(language)
        if left:  # what comes of it is not told: it would tell which lists they were on
            await lobby.desk.give_back(door.subscriber, left)
        return lobby.notice(
            language,
            Text("Nothing has changed after all"),
            [Text("What you had just stopped has been restored.")],
            200,
        )

    async def _send_link(self, door: Exit, language: str) -> Response:
        """The same page whether a mail leaves or not: who asks may hold a forwarded message."""
        lobby = self._lobby
        if not door.is_test:
            token = mint(lobby.keys, Strength.LINK, door.subscriber, lobby.clock(), LINK_FOR)
            await lobby.counter.send_link(door.subscriber, token, language)
        contact = lobby.settings.organisation.contact
        return lobby.notice(
            language,
            Text("Look into your mailbox"),
            [
                Text("If we hold the address that this message was sent to, a link is on its way to it."),
                Text("It works once, within 30 minutes. One is sent an hour at most."),
                Text(
                    "Nothing arrives? We send nothing to those who asked for nothing more, or whose mailbox "
                    "refuses our mails: write to {contact}.",
                    contact=contact,
                ),
            ],
            200,
        )

    def _page(
        self, name: str, language: str, door: Exit, values: Mapping[str, object], status: int = 200
    ) -> Response:
        said = {"test": door.is_test, "lists": list(self._lobby.settings.lists.values()), **values}
        return self._lobby.pages.page(name, language, said, status)
