"""`/s/<list>` and `/c/<token>`: signing up, and saying from one's own mailbox that one meant it.

What /s/ answers depends on what was typed alone, never on who is known: known, new, subscribed and suppressed
addresses get the same bytes after the same work. Only a POST of /c/ makes somebody a member: mail programs
and gateways open links (standards.md, I4).
"""

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
        signup = await lobby.desk.signup(found)
        one = lobby.settings.lists.get(signup.list) if signup else None
        if signup is None or one is None:
            return self._gone(lobby.language(request))
        said = terms(one, lobby.settings.organisation, signup.language)
        if signup.confirmed:
            return self._done(one, signup)
        if request.method != "POST" or await _shown(request) != digest_of(said):
            # Words that have changed since are shown first: nobody agrees to what they have not read.
            values = {"list": one, "terms": said, "shown": digest_of(said)}
            return lobby.pages.page("confirm.html", signup.language, values)
        match await lobby.desk.confirm(found, text=kept(said), proof=proof_of(token)):
            case Confirmed.DONE:
                return self._done(one, signup)
            case Confirmed.OBJECTED:
                return self._objected(signup.language)
        return self._gone(signup.language)

    def _done(self, one: ListSettings, signup: Signup) -> Response:
        return self._lobby.pages.page("confirmed.html", signup.language, {"list": one})

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
