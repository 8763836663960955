"""What the register says of the organisation as a whole, whatever the list."""

from mailer.settings import Settings
from mailer.wiring.processing.entries import Row, or_todo, span
from mailer.wiring.processing.recipients import on_the_way
from mailer.words import Text


def controller(settings: Settings) -> list[Row]:
    """Who answers for it all, and what a lawyer should look at."""
    house = settings.organisation
    address = ", ".join(house.address.splitlines())
    return [
        (Text("Controller"), Text("{name}, {address}", name=house.name, address=address)),
        (Text("Contact"), or_todo(house.contact, Text("an address that is read"))),
        (
            Text("Representative"),
            or_todo(house.legal_representative, Text("who answers for the organisation, by name")),
        ),
        (
            Text("Data protection officer"),
            or_todo(house.dpo, Text("the officer, or that there is none and why (article 37)")),
        ),
        (
            Text("To have checked by a lawyer"),
            Text(
                "whether an impact assessment is needed (article 35: union membership, people at work); the "
                "written responsibilities between section, union and federation (articles 26 and 28)"
            ),
        ),
    ]


def questionnaires(settings: Settings) -> list[Row]:
    """What becomes of answers."""
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
            Text("as long as the campaign's deliveries: {span}", span=span(settings.retention.deliveries)),
        ),
    ]


def objections() -> list[Row]:
    """What is kept of who left, so that nobody writes to them again."""
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


def security(settings: Settings, encrypted: bool | None) -> list[Row]:
    """Measures of security; `encrypted`: the disk, None if not known."""
    return [
        (
            Text("Access"),
            Text("personal files are for one account of the system alone (0700, files 0600)"),
        ),
        (Text("On the way"), on_the_way(settings)),
        (Text("At rest"), _rest(encrypted)),
        (Text("Copies"), or_todo("", Text("where copies of subscribers/ are, encrypted how"))),
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
            or_todo("", Text("who tells the authority within 72 hours, and the people (articles 33, 34)")),
        ),
    ]


def _rest(encrypted: bool | None) -> Text:
    if encrypted:
        return Text("the disk of the personal files is encrypted; who has its key is noted apart")
    if encrypted is False:
        return or_todo("", Text("the disk is in clear, as far as this machine can tell: mailer check"))
    return or_todo("", Text("the disk is encrypted (LUKS, FileVault, BitLocker): how, and who has the key"))
