"""Where data goes to: the mail servers and the host, which countries, under what protection on the way."""

from mailer.settings import Settings
from mailer.settings.checks import is_loopback
from mailer.settings.model import Transport
from mailer.wiring.doors import ways_out
from mailer.wiring.processing.entries import or_todo
from mailer.words import Text


def recipients(settings: Settings) -> Text:
    """Who is given data, and as what."""
    hosts = [way.host for way in ways_out(settings) if _leaves(way)]
    servers = ", ".join(dict.fromkeys(hosts)) or "-"
    host = or_todo(settings.organisation.hosting, Text("who runs the machine, and where"))
    return Text(
        "those whom the organisation appoints; nobody outside of it, but as processors: mail servers "
        "{servers}; host: {host}; with each of them a contract (article 28)",
        servers=servers,
        host=host,
    )


def transfers(settings: Settings) -> Text:
    """What the settings say of countries outside the European Economic Area."""
    said = settings.organisation.transfers.strip()
    if said.casefold() == "none":
        return Text("none")
    return or_todo(said, Text("none, or to which country and under which safeguards (articles 44 to 49)"))


def on_the_way(settings: Settings) -> Text:
    """How mail is protected until its first server."""
    ways = [way for way in ways_out(settings) if _leaves(way)]
    if not ways:
        return Text("no mail leaves this machine yet")
    if all(way.security != "none" for way in ways):
        return Text("mail leaves under TLS")
    return or_todo("", Text("mail leaves without TLS: [transport] security"))


def _leaves(way: Transport) -> bool:
    return way.kind == "smtp" and bool(way.host) and not is_loopback(way.host)
