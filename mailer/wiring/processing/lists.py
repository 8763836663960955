"""What the register says of one list: it follows from why the law lets us write to it."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from mailer.settings import Settings
from mailer.settings.model import ListSettings
from mailer.wiring.processing.entries import TODO, Row, span
from mailer.wiring.processing.recipients import recipients, transfers
from mailer.words import Text


def entries_of(settings: Settings, one: ListSettings, own: Mapping[str, Collection[str]]) -> list[Row]:
    """All that article 30(1) asks of the list `one`; `own`: the fields of each list beside the usual ones."""
    basis, people, source, kept = _BASES.get(one.legal_basis, _UNSET)
    reference = f" {one.legal_ref}" if one.legal_ref else ""
    extra = ", ".join(sorted(own.get(one.slug, ())))
    months = span(settings.retention.contacts if one.legal_basis == "contact" else timedelta())
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
        (Text("Recipients"), recipients(settings)),
        (Text("Transfers outside the EEA"), transfers(settings)),
        (Text("Kept for"), Text(kept.msgid, months=months) if "months" in kept.values else kept),
        (
            Text("After that"),
            Text(
                "who is on no list any more is erased after {departed}; what became of each campaign is kept "
                "for {deliveries}, then as counts; a keyed hash of the address stays of who objected",
                departed=span(settings.retention.departed),
                deliveries=span(settings.retention.deliveries),
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
    Text(TODO.msgid, what=Text("legal_basis in mailer.toml; nothing is sent to it before")),
    Text(TODO.msgid, what=Text("whose data")),
    Text(TODO.msgid, what=Text("where the addresses come from")),
    Text(TODO.msgid, what=Text("how long")),
)
