"""`/s/<list>` and `/c/<token>`: signing up, and saying from one's own mailbox that one meant it.

What /s/ answers depends on what was typed alone, never on who is known: known, new, subscribed and suppressed
addresses get the same bytes after the same work. Only a POST of /c/ makes somebody a member: mail programs
and gateways open links (standards.md, I4).
"""

from dataclasses import replace
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from mailer.addresses import AddressError, check_address
from mailer.listen.signups import (
    Confirmed,
    Signup,
    digest_of,
    form_token,
    is_our_form,
    kept,
    open_list,
    proof_of,
    read_confirmation,
    terms,
)
from mailer.settings.model import ListSettings
from mailer.web.bodies import Refusal, read_form
from mailer.web.language import choose
from mailer.web.lobby import Lobby
from mailer.web.throttle import Throttle
from mailer.words import Text

TRAP = "website"  # no person sees this field: what fills it is a machine
# A workplace of 12,000 has one address, and signs up in the same break; whoever wants to trouble strangers
# has many, so there is a limit for all together too.
BURST, PER_SECOND = 2500, 0.1
BURST_OF_ALL, PER_SECOND_OF_ALL = 5000, 0.5
_LONGEST = 320  # characters of an address that is shown again


class Signups:
    """The two pages: `ask` and `confirm`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._throttle = Throttle(monotonic, burst=BURST, per_second=PER_SECOND)
        self._all = Throttle(monotonic, burst=BURST_OF_ALL, per_second=PER_SECOND_OF_ALL)

    # --- /s/<list> ------------------------------------------------------------------------

    async def ask(self, request: Request) -> Response:
        """GET shows the form; POST has a confirmation sent, once it comes from a form of ours."""
        lobby = self._lobby
        one = open_list(lobby.settings.lists, request.path_params["list"])
        if one is None:
            return lobby.missing(lobby.language(request))
        language = choose(request.headers.get("accept-language", ""), one.language)
        if request.method != "POST":
            return self._form(one, language)
        form = await read_form(request)
        fields = {} if isinstance(form, Refusal) else dict(form)
        typed = fields.get("email", "").strip()
        try:
            email = check_address(typed)
        except AddressError as fault:
            return self._form(one, language, typed, fault=fault.message.say(language))
        if not is_our_form(lobby.keys, fields.get("form", ""), one.slug, lobby.clock()):
            return self._form(one, language, typed, again=True)  # of another site, or too old: once more
        return await self._take(request, one, language, email, trapped=bool(fields.get(TRAP)))

    async def _take(
        self, request: Request, one: ListSettings, language: str, email: str, *, trapped: bool
    ) -> Response:
        address = request.client.host if request.client else ""
        if not (self._throttle.admits(address) and self._all.admits("")):
            return self._later(language)
        if not trapped:
            await self._lobby.desk.sign_up(email, one.slug, language)
        return self._lobby.pages.page("asked.html", language, {"title": one.title})

    def _form(
        self, one: ListSettings, language: str, typed: str = "", *, fault: str = "", again: bool = False
    ) -> Response:
        lobby = self._lobby
        values = {
            "list": one,
            "typed": typed[:_LONGEST],
            "fault": fault,
            "again": again,
            "form": form_token(lobby.keys, one.slug, lobby.clock()),
            "trap": TRAP,
        }
        return lobby.pages.page("signup.html", language, values, 400 if fault else 200)

    def _later(self, language: str) -> Response:
        return self._lobby.notice(
            language,
            Text("Too many sign-ups at this moment"),
            [Text("Nothing was stored. Please try again in a few minutes.")],
            429,
        )

    # --- /c/<token> -----------------------------------------------------------------------

    async def confirm(self, request: Request) -> Response:
        """GET shows what one agrees to and a button; POST is the button."""
        lobby, token = self._lobby, request.path_params["token"]
        found = read_confirmation(lobby.keys, token)
        if found is None:
            return lobby.missing(lobby.language(request))
        signups = [one for one in await lobby.desk.asked_with(found) if one.list in lobby.settings.lists]
        if not signups:
            return self._gone(lobby.language(request))
        shown = await _shown(request) if request.method == "POST" else ""
        for at, one in enumerate(signups):
            said = self._terms(one)
            # Words that have changed since are shown first: nobody agrees to what they have not read.
            if one.confirmed or shown != digest_of(said):
                continue
            match await lobby.desk.confirm(one.id, text=kept(said), proof=proof_of(token)):
                case Confirmed.DONE:
                    signups[at] = replace(one, confirmed=True)
                case Confirmed.OBJECTED:
                    return self._objected(one.language)
                case Confirmed.GONE:
                    return self._gone(one.language)
            break  # one press, one list
        return self._agreeing(signups)

    def _agreeing(self, signups: list[Signup]) -> Response:
        """What is confirmed, and the words and a button for each list that is not."""
        lists = self._lobby.settings.lists
        waiting = [
            {"list": lists[one.list], "terms": self._terms(one), "shown": digest_of(self._terms(one))}
            for one in signups
            if not one.confirmed
        ]
        done = [lists[one.list] for one in signups if one.confirmed]
        page = "confirmed.html" if done else "confirm.html"
        return self._lobby.pages.page(page, signups[0].language, {"done": done, "waiting": waiting})

    def _terms(self, one: Signup) -> list[str]:
        settings = self._lobby.settings
        return terms(settings.lists[one.list], settings.organisation, one.language)

    def _objected(self, language: str) -> Response:
        contact = self._lobby.settings.organisation.contact
        return self._lobby.notice(
            language,
            Text("Nothing was changed"),
            [
                Text("You asked to receive nothing more from us, and that stands."),
                Text("To come back, write to {contact}.", contact=contact),
            ],
            409,
        )

    def _gone(self, language: str) -> Response:
        return self._lobby.notice(
            language,
            Text("This link no longer works"),
            [Text("Nothing was changed. It works for 7 days; you may sign up once more.")],
            410,
        )


async def _shown(request: Request) -> str:
    form = await read_form(request)
    return "" if isinstance(form, Refusal) else dict(form).get("shown", "")
