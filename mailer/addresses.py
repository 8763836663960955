"""Mail addresses: the ones we write to and the mailboxes we write from."""

import re

from mailer.letters import is_one_line
from mailer.words import Text


class AddressError(ValueError):
    """Not an address we can use; `message` is the reason people read."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


# RFC 5321, 4.1.2 Dot-string (no quoted local part) and 2.3.5 domain; lengths in 4.5.3.1. An
# apostrophe stands inside a name (o'neil), never at its ends, where it comes from a spreadsheet.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?![-'])(?:{_ATOM}\.)*{_ATOM}(?<!')")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}|localhost")
# Nearly every address: nothing in it could be meant otherwise, so one look is enough (a message asks).
_USUAL = re.compile(r"[A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}")
_SHORT = 64  # characters of all of it: then no part of it is too long


def check_address(text: str) -> str:
    """`text` with its domain in lower case, as A-labels (RFC 5890) if it has accents.

    The local part is kept as written. Raises AddressError with the reason; never asks the network.
    """
    if len(text) <= _SHORT and _USUAL.fullmatch(text):
        return text
    local, at, domain = text.rpartition("@")
    _refuse(text, local, at)
    domain = check_domain(domain)
    if not _LOCAL.fullmatch(local):
        raise AddressError(Text("the part before @ has a character or a dot out of place"))
    if len(local) > 64 or len(local) + 1 + len(domain) > 254:
        raise AddressError(Text("the address is too long"))
    return f"{local}@{domain}"


def _refuse(text: str, local: str, at: str) -> None:
    """The mistakes that deserve their own sentence."""
    if not text.isprintable() or re.search(r"\s", text):
        raise AddressError(Text("an address has no space and no invisible character"))
    if not at or not local or text.endswith("@"):
        raise AddressError(Text("an address is written name@example.org"))
    if text.startswith("-"):  # an option to a program that gets it as argument
        raise AddressError(Text("an address does not begin with -"))
    if any(mark in text for mark in ",;<>"):
        raise AddressError(Text("one address is expected, without , ; < or >"))
    if '"' in text or "@" in local:
        raise AddressError(Text("an address has one @ and no quotes"))
    if "=?" in text:  # it would be read as an encoded word, which nothing in a header could neutralise
        raise AddressError(Text("an address does not hold =?"))
    if not local.isascii():
        raise AddressError(Text("the part before @ has no accents"))


def check_domain(text: str) -> str:
    """A domain in lower case and ASCII; AddressError if it is none. `localhost` is one."""
    domain = text.lower()
    if not domain.isascii():
        domain = _a_labels(domain)
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise AddressError(Text("'{domain}' is not a domain name", domain=text[:80]))
    return domain


def _a_labels(domain: str) -> str:
    import email_validator  # noqa: PLC0415  60 ms, and accents in a domain are rare

    try:
        checked = email_validator.validate_email(
            f"a@{domain}", check_deliverability=False, test_environment=True, globally_deliverable=False
        )
    except email_validator.EmailNotValidError as error:
        raise AddressError(Text("'{domain}' is not a domain name", domain=domain[:80])) from error
    return checked.ascii_domain.lower()


def address_key(address: str) -> str:
    """What makes two checked addresses the same person's: case does not count.

    RFC 5321, 2.4 lets local parts differ by case; no provider does, and a list must not write twice.
    """
    return address.lower()


def mailbox_key(address: str) -> str:
    """What addresses of one mailbox have in common: whoever has it may write any name after a + (RFC 5233).

    Not who somebody is, only how much one mailbox is written to unasked: two people may share one. Gmail
    ignores the dots too.
    """
    local, _, domain = address_key(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def split_mailbox(text: str) -> tuple[str, str]:
    """`CGT Exemple <tracts@example.org>` as (name, checked address); a bare address has an empty name.

    Raises AddressError. The name is never encoded words (RFC 2047): they are ours to write.
    """
    text = text.strip(" ")
    if not text.endswith(">"):
        return "", check_address(text)
    name, _, address = text[:-1].partition("<")
    name = name.strip(" ")
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    if not is_one_line(name) or any(mark in name for mark in '<>"@') or "=?" in name:
        raise AddressError(Text('a name has no @, no <, no >, no " and no invisible character'))
    return name, check_address(address)


_RESERVED = re.compile(r"(?:.*\.)?(?:example|test|invalid|localhost|example\.(?:com|net|org))")


def is_reserved(domain: str) -> bool:
    """Whether no one can ever own `domain`: RFC 2606 and RFC 6761, example.org and .test among them."""
    return _RESERVED.fullmatch(domain.lower().removesuffix(".")) is not None
