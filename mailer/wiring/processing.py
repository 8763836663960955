"""The register of processing activities (GDPR, article 30(1)), from the settings: in Markdown, list by list.

Small bodies keep one too: what tells of union membership is data of article 9, and the exemption of article
30(5) does not hold for it. What the settings cannot know is marked as to be completed.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from mailer.settings import Settings
from mailer.settings.checks import is_loopback
from mailer.settings.model import ListSettings, Transport
from mailer.wiring.doors import ways_out
from mailer.words import Text, plural

Row = tuple[Text, Text]
_TODO = Text("TO BE COMPLETED: {what}")


def register(
    settings: Settings,
    own_fields: Mapping[str, Collection[str]],
    today: date,
    language: str,
    *,
    encrypted: bool | None = None,
) -> str:
    """`own_fields`: those of each list that the database knows. `encrypted`: the disk, None if not known."""
    title = Text("Register of processing activities (GDPR, article 30)")
    lines = [
        f"# {title.say(language)}",
        "",
        Text("Written on {day} from mailer.toml, by mailer.", day=today.isoformat()).say(language),
        "",
        *_rows(_controller(settings), language),
    ]
    for at, one in enumerate(settings.lists.values(), 1):
        lines += _part(at, Text("{title}", title=one.title), _list(settings, one, own_fields), language)
    number = len(settings.lists)
    lines += _part(number + 1, Text("Questionnaires"), _questionnaires(settings), language)
    lines += _part(number + 2, Text("Departures and objections"), _objections(), language)
    lines += _part(
        number + 3, Text("Measures of security, of all of them"), _security(settings, encrypted), language
    )
    return "\n".join(lines) + "\n"


def _part(number: int, title: Text, rows: Sequence[Row], language: str) -> Iterator[str]:
    yield from ("", f"## {number}. {_line(title.say(language))}", "")
    yield from _rows(rows, language)


def _rows(rows: Sequence[Row], language: str) -> Iterator[str]:
    colon = "\u00a0:" if language == "fr" else ":"
    for head, words in rows:
        yield f"* **{head.say(language)}**{colon} {_line(words.say(language))}"


def _line(text: str) -> str:
    """No-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _or_todo(value: str, what: Text) -> Text:
    return Text("{value}", value=value) if value.strip() else Text(_TODO.msgid, what=what)


def _controller(settings: Settings) -> list[Row]:
    house = settings.organisation
    address = ", ".join(house.address.splitlines())
    return [
        (Text("Controller"), Text("{name}, {address}", name=house.name, address=address)),
        (Text("Contact"), _or_todo(house.contact, Text("an address that is read"))),
        (
            Text("Representative"),
            _or_todo(house.legal_representative, Text("who answers for the organisation, by name")),
        ),
        (
            Text("Data protection officer"),
            _or_todo(house.dpo, Text("the officer, or that there is none and why (article 37)")),
        ),
        (
            Text("To have checked by a lawyer"),
            Text(
                "whether an impact assessment is needed (article 35: union membership, people at work); the "
                "written responsibilities between section, union and federation (articles 26 and 28)"
            ),
        ),
    ]


def _list(settings: Settings, one: ListSettings, own: Mapping[str, Collection[str]]) -> list[Row]:
    basis, people, source, kept = _BASES.get(one.legal_basis, _UNSET)
    reference = f" {one.legal_ref}" if one.legal_ref else ""
    extra = ", ".join(sorted(own.get(one.slug, ())))
    months = _span(settings.retention.contacts if one.legal_basis == "contact" else timedelta())
    return [
        (
            Text("Purposes"),
            Text(
                "to inform by e-mail: tracts of {name}, counts of links followed, without anybody's name",
                name=settings.organisation.name,
            ),
        ),
        (Text("Legal basis"), Text("{basis}{reference}", basis=basis, reference=reference)),
        (Text("Whose data"), people),
        (
            Text("Which data"),
            Text(
                "e-mail address; first and last name and language where given{extra}; when and how they came "
                "onto the list, with its proof; what they agreed to; whether each campaign reached them",
                extra=f", {extra}" if extra else "",
            ),
        ),
        (
            Text("Sensitive data"),
            Text("yes, in effect: to be on it may tell of union membership or opinions (article 9)"),
        ),
        (Text("Source"), source),
        (Text("Recipients"), _recipients(settings)),
        (Text("Transfers outside the EEA"), _transfers(settings)),
        (Text("Kept for"), Text(kept.msgid, months=months) if "months" in kept.values else kept),
        (
            Text("After that"),
            Text(
                "who is on no list any more is erased after {departed}; what became of each campaign is kept "
                "for {deliveries}, then as counts; a keyed hash of the address stays of who objected",
                departed=_span(settings.retention.departed),
                deliveries=_span(settings.retention.deliveries),
            ),
        ),
        (
            Text("Rights"),
            Text(
                "in every mail a link to leave, which acts at once; access, rectification and erasure by the "
                "contact above; the page {page} tells all of it",
                page=f"{settings.site.url}/privacy" if settings.site.url else "/privacy",
            ),
        ),
    ]


def _recipients(settings: Settings) -> Text:
    hosts = [way.host for way in ways_out(settings) if _leaves(way)]
    servers = ", ".join(dict.fromkeys(hosts)) or "-"
    host = _or_todo(settings.organisation.hosting, Text("who runs the machine, and where"))
    return Text(
        "those whom the organisation appoints; nobody outside of it, but as processors: mail servers "
        "{servers}; host: {host}; with each of them a contract (article 28)",
        servers=servers,
        host=host,
    )


def _leaves(way: Transport) -> bool:
    return way.kind == "smtp" and bool(way.host) and not is_loopback(way.host)


def _transfers(settings: Settings) -> Text:
    said = settings.organisation.transfers.strip()
    if said.casefold() == "none":
        return Text("none")
    return _or_todo(said, Text("none, or to which country and under which safeguards (articles 44 to 49)"))


def _questionnaires(settings: Settings) -> list[Row]:
    return [
        (Text("Purposes"), Text("to ask for opinions, and to publish figures of the answers")),
        (
            Text("Legal basis"),
            Text("as for the list; taking part is free, and each question may be left out (article 9(2)(d))"),
        ),
        (
            Text("Which data"),
            Text(
                "answers without a name, a day at most of when; in the mode ballot, that a right to answer "
                "was used, under a key which closing destroys; in the mode named, which the form says, the "
                "person's number"
            ),
        ),
        (Text("Recipients"), Text("the section; figures of fewer than ten people are shown to nobody")),
        (
            Text("Kept for"),
            Text("as long as the campaign's deliveries: {span}", span=_span(settings.retention.deliveries)),
        ),
    ]


def _objections() -> list[Row]:
    return [
        (Text("Purposes"), Text("that nobody who left or objected is written to again (article 21)")),
        (Text("Legal basis"), Text("legal obligation (GDPR, article 6(1)(c))")),
        (
            Text("Which data"),
            Text(
                "a keyed hash of the address or a number, the list left, the day, the way; never the address"
            ),
        ),
        (Text("Kept for"), Text("as long as the organisation sends")),
    ]


def _rest(encrypted: bool | None) -> Text:
    if encrypted:
        return Text("the disk of the personal files is encrypted; who has its key is noted apart")
    if encrypted is False:
        return _or_todo("", Text("the disk is in clear, as far as this machine can tell: mailer check"))
    return _or_todo("", Text("the disk is encrypted (LUKS, FileVault, BitLocker): how, and who has the key"))


def _security(settings: Settings, encrypted: bool | None) -> list[Row]:
    return [
        (
            Text("Access"),
            Text("personal files are for one account of the system alone (0700, files 0600)"),
        ),
        (Text("On the way"), _way(settings)),
        (Text("At rest"), _rest(encrypted)),
        (Text("Copies"), _or_todo("", Text("where copies of subscribers/ are, encrypted how"))),
        (
            Text("Logs and counts"),
            Text(
                "no address in any log; links are counted for all together; nothing tells who opened a mail"
            ),
        ),
        (
            Text("Exports"),
            Text("each file is in a register with its digest: mailer subscribers exports"),
        ),
        (
            Text("Breach"),
            _or_todo("", Text("who tells the authority within 72 hours, and the people (articles 33, 34)")),
        ),
    ]


def _way(settings: Settings) -> Text:
    ways = [way for way in ways_out(settings) if _leaves(way)]
    if not ways:
        return Text("no mail leaves this machine yet")
    if all(way.security != "none" for way in ways):
        return Text("mail leaves under TLS")
    return _or_todo("", Text("mail leaves without TLS: [transport] security"))


# Basis, whose data, source, kept for (standards.md, G1 to G9).
_BASES: Mapping[str, tuple[Text, Text, Text, Text]] = {
    "members": (
        Text("legitimate interest, and activities of a trade union (GDPR, articles 6(1)(f) and 9(2)(d))"),
        Text("members and former members"),
        Text("the person, when joining or since"),
        Text("the membership, and at most twelve months after it"),
    ),
    "contact": (
        Text("legitimate interest, and activities of a trade union (GDPR, articles 6(1)(f) and 9(2)(d))"),
        Text("people in regular contact with the union"),
        Text("the person, at a meeting or a contact"),
        Text("{months} after their last act", months=""),
    ),
    "consent": (
        Text("consent (GDPR, articles 6(1)(a) and 9(2)(a)), recorded with the words shown"),
        Text("people who agreed to receive it"),
        Text("the person, when agreeing"),
        Text("until the consent is withdrawn"),
    ),
    "given": (
        Text("legitimate interest (GDPR, article 6(1)(f))"),
        Text("people who gave their address to be informed"),
        Text("the person"),
        Text("until they leave it"),
    ),
    "agreement": (
        Text("company agreement (Labour Code, article L2142-6), legitimate interest (GDPR, article 6(1)(f))"),
        Text("employees"),
        Text("the employer, under the agreement"),
        Text("the employment, or until they refuse"),
    ),
    "employer_permission": (
        Text("the employer's permission, legitimate interest (GDPR, article 6(1)(f))"),
        Text("employees"),
        Text("the employer, by its permission"),
        Text("the employment, or until they refuse"),
    ),
}
_UNSET = (
    Text(_TODO.msgid, what=Text("legal_basis in mailer.toml; nothing is sent to it before")),
    Text(_TODO.msgid, what=Text("whose data")),
    Text(_TODO.msgid, what=Text("where the addresses come from")),
    Text(_TODO.msgid, what=Text("how long")),
)


def _span(duration: timedelta) -> Text:
    days = duration.days
    if days and days % 365 == 0:
        return plural("{count} year", "{count} years", count=days // 365)
    if days and days % 30 == 0:
        return plural("{count} month", "{count} months", count=days // 30)
    return plural("{count} day", "{count} days", count=days)
