"""The address in a cell: cleaned of what was copied with it, checked, and what was perhaps meant."""

import re
import unicodedata

from mailer.addresses import AddressError, check_address, check_domain
from mailer.people.cells import LONGEST_CELL, clean
from mailer.words import Text

# Read by several people, perhaps by the employer: what the law protects may lie in the wrong hands there.
_FUNCTIONS = """
accueil admin administration billing bureau ce cgt compta comptabilite comptable contact courrier
cse dg direction dpo drh dsi formation hr infirmerie info information infos job jobs mail no-reply
noreply office paie planning postmaster qualite reception recrutement rh sales sav sec secretariat
securite service standard support webmaster
"""
ROLES = frozenset(_FUNCTIONS.split())

# What nearly all local parts are: far narrower than `check_address`, which answers for the others.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*", re.ASCII)
_ONE_WORD = re.compile(r"[^\s@,;<>\"]+")
_LONGEST_DOMAIN = 100  # and 64 before it: an address has 254 at most (RFC 5321, 4.5.3.1)
_MOST_DOMAINS = 50_000  # kept; a list of people has a few thousand
_LOOKS = re.compile(r"[^@\s<>;,\"]{1,64}@[^@\s<>;,\"]{1,190}\.[^@\s<>;,.\"]{2,63}")


class Contacts:
    """Checks addresses as `check_address` does, each domain once: 0.6 µs for most, where that takes 5."""

    def __init__(self) -> None:
        self._domains: dict[str, str] = {}  # as written -> @ and its A-labels

    def check(self, cell: str) -> str:
        """The address of a cell. Raises AddressError; never asks the network."""
        local, _, domain = cell.rpartition("@")
        known = self._domains.get(domain)
        if known and len(local) <= 64 and _PLAIN_LOCAL.fullmatch(local):
            return local + known
        return self._check(bare(cell))

    def _check(self, text: str) -> str:
        local, _, domain = text.rpartition("@")
        if not local.isascii() and _ONE_WORD.fullmatch(local):
            raise AddressError(Text("accents before the @ need servers that few people have (SMTPUTF8)"))
        if domain in self._domains:
            return check_address(local + self._domains[domain])  # IDNA takes 100 µs: once a domain
        checked = check_address(text)
        if len(domain) <= _LONGEST_DOMAIN:
            if len(self._domains) >= _MOST_DOMAINS:
                self._domains.clear()
            self._domains[domain] = checked[checked.rindex("@") :]
        return checked


def bare(cell: str) -> str:
    """The address as written, out of `Name <a@b>`, `mailto:`, quotes, brackets, invisible letters."""
    text = _without_marks(clean(cell).replace("\u200c", "").replace("\u200d", ""))
    if text.endswith(">") and "<" in text:
        text = _without_marks(text[text.rindex("<") + 1 : -1])
    if text[:7].lower() == "mailto:":
        text = _without_marks(text[7:].partition("?")[0])
    return text


def _without_marks(text: str) -> str:
    return text.strip(" \n\"'“”«»‘’")


def holds_address(cell: str) -> bool:
    """Whether the cell looks like one address and nothing else, or an address with its owner's name."""
    return "@" in cell and len(cell) <= LONGEST_CELL and _LOOKS.fullmatch(bare(cell)) is not None


def is_role(key: str) -> bool:
    """Whether an address (`address_key`) is a function's and no person's: contact@, accueil@."""
    local = key[: key.find("@")]
    return local in ROLES or ("+" in local and local.partition("+")[0] in ROLES)


_AT = re.compile(r" ?[(\[{] ?(?:at|arobase|chez|@) ?[)\]}] ?| (?:at|arobase|chez) ", re.IGNORECASE)
_DOT = re.compile(r" ?[(\[{] ?(?:dot|point|\.) ?[)\]}] ?| (?:dot|point) ", re.IGNORECASE)


def suggestion(cell: str) -> str:
    """The address that was perhaps meant by one that cannot be; empty: no idea. Never applied by itself."""
    text = _DOT.sub(".", _AT.sub("@", bare(cell)[:320]))
    local, at, domain = text.replace("＠", "@").partition("@")
    domain = re.sub(r"\.{2,}", ".", domain.replace(",", ".").replace(";", ".").replace(" ", "")).strip(".")
    plain = unicodedata.normalize("NFKD", local).encode("ascii", "ignore").decode("ascii")
    guess = f"{plain.replace(' ', '').strip('.')}{at}{domain}"
    try:
        check_domain(domain)
        return check_address(guess)
    except AddressError:
        return ""
