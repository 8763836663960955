"""`/` and `/privacy`: who stands behind the site, and what the law wants said (GDPR, articles 13 and 14)."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from mailer.settings.checks import is_loopback
from mailer.settings.model import ListSettings, Organisation, Transport
from mailer.web.lobby import Lobby
from mailer.words import Text, plural

_NO_TRANSFER = "none"  # what [organisation] transfers says when there are none


class Privacy:
    """The pages `home` and `rights`."""

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby

    async def home(self, request: Request) -> Response:
        """The organisation's name and how to reach it; nothing to find here but that."""
        return self._lobby.pages.page("home.html", self._lobby.language(request), {})

    async def rights(self, request: Request) -> Response:
        """Written from the settings, so that it says what is done here."""
        language = self._lobby.language(request)
        settings = self._lobby.settings
        values = {
            "lists": [_face(one, language) for one in settings.lists.values()],
            "open": any(one.open for one in settings.lists.values()),
            "deliveries": _span(settings.retention.deliveries).say(language),
            "bounces": _span(settings.retention.bounces).say(language),
            "relays": _relays(settings.transport),
            "transfers": _transfers(settings.organisation),
            "asks": settings.site.tracking_consent,
        }
        return self._lobby.pages.page("privacy.html", language, values)


def _relays(transport: Transport) -> list[str]:
    """The servers that messages are given to, each once (GDPR, article 13(1)(e)); none of this machine."""
    ways = transport.relays or (transport,)
    hosts = dict.fromkeys(way.host for way in ways if way.kind == "smtp")
    return [host for host in hosts if host and not is_loopback(host)]


def _transfers(organisation: Organisation) -> str:
    said = organisation.transfers.strip()
    return said if said.casefold() != _NO_TRANSFER else _NO_TRANSFER


def _face(one: ListSettings, language: str) -> dict[str, str]:
    basis, source = _BASES.get(one.legal_basis, _UNSET)
    return {
        "title": one.title,
        "basis": basis.say(language),
        "reference": one.legal_ref,
        "source": one.source or source.say(language),
    }


# What each legal basis means, and where its addresses come from. The words are those of members, not of
# lawyers; the articles let a lawyer check them (standards.md, G1 to G6).
_BASES = {
    "members": (
        Text(
            "It is for our members. The law lets a trade union write to its members, its former members and "
            "the people in regular contact with it (GDPR, articles 6(1)(f) and 9(2)(d))."
        ),
        Text("You gave us your address when you joined, or since then."),
    ),
    "contact": (
        Text(
            "It is for people in regular contact with us. The law lets a trade union write to them "
            "(GDPR, articles 6(1)(f) and 9(2)(d))."
        ),
        Text("You gave us your address yourself when we met."),
    ),
    "consent": (
        Text(
            "It is for people who agreed to receive it (GDPR, articles 6(1)(a) and 9(2)(a)). You may "
            "withdraw your consent at any time, as easily as you gave it."
        ),
        Text("You gave us your address when you agreed to receive our messages."),
    ),
    "given": (
        Text(
            "It is for people who gave us their address to be informed (legitimate interest: GDPR, article "
            "6(1)(f)). You may object at any time, without giving a reason."
        ),
        Text("You gave us your address yourself."),
    ),
    "agreement": (
        Text(
            "It is for employees. A company agreement lets trade unions write to their work addresses "
            "(Labour Code, article L2142-6; GDPR, article 6(1)(f)). You may refuse these messages at "
            "any time."
        ),
        Text("Your work address was made available to trade unions under the company agreement."),
    ),
    "employer_permission": (
        Text(
            "It is for employees. The employer lets trade unions write to their work addresses (GDPR, "
            "article 6(1)(f)). You may refuse these messages at any time."
        ),
        Text("Your work address was made available to trade unions with the employer’s permission."),
    ),
}
_UNSET = (
    Text("Nothing is sent to it yet: what lets us write to these people is not settled."),
    Text("Ask us where your address comes from."),
)


def _span(duration: timedelta) -> Text:
    """Months when they are whole ones, as the settings reckon them (30 days), else days."""
    days = duration.days
    if days % 365 == 0 and days:
        return plural("{count} year", "{count} years", count=days // 365)
    if days % 30 == 0:
        return plural("{count} month", "{count} months", count=days // 30)
    return plural("{count} day", "{count} days", count=days)
