"""`/p/<link>`: one's own data, behind a link that was mailed to the address on file and opens once.

The first POST spends the link and gives a page with a key in its forms; the key acts for half an hour, the
address alone no more: whoever sees it go by (a gateway, a history, a forwarded mail) finds a plain page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from mailer.addresses import AddressError, check_address
from mailer.listen.desk import Left
from mailer.listen.exits import mint_quiet_undo, read_quiet_undo
from mailer.listen.own import CONFIRM_FOR, LINK_FOR, Grant, Strength, mint, read, read_names
from mailer.web.bodies import Form, Refusal, read_form
from mailer.web.language import day
from mailer.web.leaving import chosen_lists, leave_lists
from mailer.web.lobby import Lobby
from mailer.web.telling import told
from mailer.words import LANGUAGES, Text

_NAME = "my-data.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """Who has opened their page: what is stored of them, and the key that acts for them."""

    subscriber: int
    key: str
    language: str
    record: Mapping[str, object]
    agrees: bool  # that their clicks are known

    def lists(self) -> set[str]:
        """Those they are on."""
        found = self.record.get("memberships", [])
        assert isinstance(found, list)
        return {one["list"] for one in found if one["state"] == "subscribed"}


class Own:
    """The page of one's own data: `answer`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def answer(self, request: Request, token: str) -> Response:
        """`token` is a link of ours, whether its time is over or not."""
        lobby, language = self._lobby, self._lobby.language(request)
        grant = read(lobby.keys, Strength.LINK, token, lobby.clock())
        assert grant is not None
        if request.method != "POST":
            if grant.expired:
                return self._spent(language)
            return lobby.pages.page("open.html", language, {})
        form = await read_form(request)
        fields: Form = [] if isinstance(form, Refusal) else form
        values = dict(fields)
        key = await self._key(grant, token, values)
        member = await self._member(request, grant.subscriber, key) if key else None
        if member is None:
            return self._spent(language)
        return await self._act(request, member, fields, values)

    async def _key(self, grant: Grant, token: str, values: Mapping[str, str]) -> str:
        """The key that acts: a new one against the link, once, or the one in the form; empty: none."""
        lobby = self._lobby
        if values.get("action") == "open":
            if grant.expired or not await lobby.counter.spend(grant.subscriber, token):
                return ""
            return mint(lobby.keys, Strength.KEY, grant.subscriber, lobby.clock(), LINK_FOR)
        key = values.get("key", "")
        held = read(lobby.keys, Strength.KEY, key, lobby.clock())
        good = held is not None and not held.expired and held.subscriber == grant.subscriber
        return key if good else ""

    async def _act(
        self, request: Request, member: _Member, fields: Form, values: Mapping[str, str]
    ) -> Response:
        match values.get("action"):
            case "open":
                return self._page(member)
            case "json":
                return self._download(member)
            case "names":
                return await self._rename(request, member, values)
            case "address":
                return await self._move(member, values.get("email", ""))
            case "agree" if self._lobby.settings.site.tracking_consent:
                await self._lobby.counter.agree(member.subscriber, self._words(member.language))
                return await self._again(request, member, Text("It is written down."))
            case "disagree":
                await self._lobby.counter.agree(member.subscriber, None)
                return await self._again(request, member, Text("It is written down."))
            case "erase":
                return self._lobby.pages.page("erase.html", member.language, {"key": member.key})
            case "erase-now":
                return await self._erase(member)
            case "leave":
                chosen = [one for one in chosen_lists(self._lobby, fields) if one in member.lists()]
                if chosen:
                    return await self._leave(member, chosen)
            case "all":
                return await self._leave(member, [], everything=True)
            case "undo":
                return await self._undo(request, member, values.get("undo", ""))
        return self._page(member, fault=Text("Nothing was changed: press one of the buttons."), status=400)

    async def _rename(self, request: Request, member: _Member, values: Mapping[str, str]) -> Response:
        names = read_names(values)
        if names is None:
            fault = Text(
                "A name has 100 characters at most, on one line, and nothing that cannot be printed."
            )
            return self._page(member, fault=fault, status=422)
        await self._lobby.counter.rename(member.subscriber, names)
        return await self._again(request, member, Text("It is written down."))

    async def _move(self, member: _Member, email: str) -> Response:
        """A link to the new address, which says yes: the same page if somebody has it already."""
        lobby = self._lobby
        try:
            checked = check_address(email.strip())
        except AddressError as wrong:
            return self._page(member, fault=wrong.message, status=422)
        token = mint(lobby.keys, Strength.ADDRESS, member.subscriber, lobby.clock(), CONFIRM_FOR)
        await lobby.counter.send_address(member.subscriber, checked, token, member.language)
        note = Text(
            "Nothing is changed yet. If this address can be yours, a link is on its way to it: open it "
            "within 24 hours. One is sent an hour at most."
        )
        return self._page(member, note=note)

    async def _erase(self, member: _Member) -> Response:
        """At once, and it cannot be undone: the page before this one said so."""
        await self._lobby.counter.erase(member.subscriber)
        contact = self._lobby.settings.organisation.contact
        return self._lobby.notice(
            member.language,
            Text("You are erased"),
            [
                Text("Nothing is left of you but a coded print of your address, which nobody can read."),
                Text("A message already on its way may still arrive: it is the last one."),
                Text("To come back one day, write to {contact}.", contact=contact),
            ],
            200,
        )

    async def _leave(self, member: _Member, chosen: list[str], *, everything: bool = False) -> Response:
        lobby, who = self._lobby, member.subscriber
        if everything:
            left = await lobby.desk.leave(who, b"", everything=True)
        else:
            left = await leave_lists(lobby, who, chosen)
        values = {
            "test": False,
            "undo": mint_quiet_undo(lobby.keys, who, left, lobby.clock()),
            "titles": [self._title(slug) for slug in (left.lists if everything else chosen)],
            "everything": everything,
            "key": member.key,
        }
        return lobby.pages.page("stopped.html", member.language, values)

    async def _undo(self, request: Request, member: _Member, token: str) -> Response:
        lobby = self._lobby
        left: Left | None = read_quiet_undo(
            lobby.keys, token, member.subscriber, lobby.settings.lists, lobby.clock()
        )
        if left is None or (left and not await lobby.desk.give_back(member.subscriber, left)):
            return lobby.too_late(member.language)
        return await self._again(request, member, Text("What you had just stopped has been restored."))

    def _download(self, member: _Member) -> Response:
        """In a form that another service can read (GDPR, article 20)."""
        content = json.dumps(member.record, ensure_ascii=False, indent=2) + "\n"
        headers = {"Content-Disposition": f'attachment; filename="{_NAME}"'}
        return Response(content, headers=headers, media_type="application/json")

    async def _again(self, request: Request, member: _Member, note: Text) -> Response:
        """The page after a change, as the store has it now."""
        now = await self._member(request, member.subscriber, member.key)
        return self._spent(member.language) if now is None else self._page(now, note=note)

    async def _member(self, request: Request, subscriber: int, key: str) -> _Member | None:
        record = await self._lobby.counter.record(subscriber)
        if record is None:
            return None
        fields = record.get("fields", {})
        theirs = fields.get("language", "") if isinstance(fields, Mapping) else ""
        language = theirs if theirs in LANGUAGES else self._lobby.language(request)
        agrees = await self._lobby.counter.agrees(subscriber)
        return _Member(subscriber=subscriber, key=key, language=language, record=record, agrees=agrees)

    def _words(self, language: str) -> str:
        """What somebody agrees to, in the words they are shown: kept with their consent (GDPR, article 7)."""
        words = Text(
            "I agree that {organisation} knows which links of its messages I follow, and on which days. This "
            "has nothing to do with receiving messages, and I may end it here at any time: what was known of "
            "my clicks is then deleted.",
            organisation=self._lobby.settings.organisation.name,
        )
        return words.say(language)

    def _page(
        self, member: _Member, *, note: Text | None = None, fault: Text | None = None, status: int = 200
    ) -> Response:
        lobby, language = self._lobby, member.language
        fields = member.record.get("fields", {})
        assert isinstance(fields, Mapping)
        there = member.lists()
        titles = {one.slug: one.title for one in lobby.settings.lists.values()}
        values = {
            "key": member.key,
            "note": note.say(language) if note else "",
            "fault": fault.say(language) if fault else "",
            "told": told(member.record, language, titles, lambda at: day(at, language, lobby.zone)),
            "names": {name: fields.get(name, "") for name in ("first_name", "last_name", "language")},
            "languages": {"fr": "français", "en": "English"},
            "lists": [one for one in lobby.settings.lists.values() if one.slug in there],
            "agrees": member.agrees,
            "words": self._words(language) if lobby.settings.site.tracking_consent else "",
            "suppressed": bool(member.record.get("suppressed")),
        }
        return lobby.pages.page("own.html", language, values, status)

    def _title(self, slug: str) -> str:
        known = self._lobby.settings.lists.get(slug)
        return known.title if known else slug

    def _spent(self, language: str) -> Response:
        """The same for a link too old or opened already, a page whose time is over, and who is no more."""
        return self._lobby.notice(
            language,
            Text("This link no longer works"),
            [
                Text("It opens once, within 30 minutes of being sent, and its page works for 30 minutes."),
                Text("Nothing was changed. To have another sent, open the page from any of our messages."),
            ],
            410,
        )
