"""The recipient's fields: four that everyone has, under any of their usual names, and the list's own."""

import re
import unicodedata

STANDARD = ("email", "first_name", "last_name", "language")
TYPES = ("text", "number", "date", "yes-no")  # what a list's own field may hold; a text if nothing says so

NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"  # as it is kept
LONGEST_NUMBER = 15  # characters: no two such numbers are one to a database that counts in binary

# As column titles of members' files and as placeholders; compared without case, accents, spaces or marks.
_NAMES = {
    "email": "email mail courriel mel adresse-mail adresse-email adresse-electronique adresse-courriel "
    "mail-address email-address",
    "first_name": "first-name firstname given-name forename prenom prenoms",
    "last_name": "last-name lastname surname family-name nom nom-de-famille nom-d-usage",
    "language": "language lang langue",
}
# Titles of what tells how and when somebody agreed: kept with the membership, never shown in a mail.
PROOF = "proof"
_PROOF = (
    "proof consent consentement consent-date date-de-consentement date-du-consentement opt-in optin source "
    "provenance origine preuve preuve-de-consentement date-d-adhesion date-adhesion adhesion-date joined-on "
    "date-d-inscription inscrit-le adherent-depuis member-since signup-date"
)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# Words of the placeholders' own grammar (Jinja2): a field so named could never be shown.
_RESERVED = frozenset(
    ["and", "or", "not", "in", "is", "if", "elif", "else", "for", "true", "false", "none", "self", "loop"]
)


def canonical(name: str) -> str | None:
    """The standard field that `name` means (`Prénom` is `first_name`), or None if it is another's."""
    return _STANDARD_BY_KEY.get(_key(name))


def is_proof(name: str) -> bool:
    """Whether a column's title says how or when somebody agreed (`Date d’adhésion`, `Source`)."""
    return _key(name) in _PROOFS


def title_key(title: str) -> str:
    """By what two titles of columns are the same: letters and digits, without case and accents."""
    return _key(title)


def is_field_name(name: str) -> bool:
    """Whether a field may be called `name`: ASCII lower case, digits, `_`; at most 63."""
    return bool(_NAME.fullmatch(name)) and name not in _RESERVED


def _key(name: str) -> str:
    """Letters only: `Adresse électronique`, `adresse_electronique` are one."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


_STANDARD_BY_KEY = {_key(name): field for field, names in _NAMES.items() for name in names.split()}
_PROOFS = frozenset(_key(name) for name in _PROOF.split())
