"""The address in a cell: cleaned, checked, and what was perhaps meant."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.addresses import AddressError, address_key, check_address
from mailer.people.contacts import Contacts, bare, holds_address, is_role, suggestion
from tests.people.files import ZOE, read


@pytest.mark.parametrize(
    "cell",
    [
        ZOE,
        f"  {ZOE} ",
        f"<{ZOE}>",
        f"Zoé Lefèvre <{ZOE}>",
        f'"Lefèvre, Zoé" < {ZOE} >',
        f"mailto:{ZOE}",
        f"MAILTO:{ZOE}?subject=x",
        f"Zoé <mailto:{ZOE}>",
        "zoe\u200b@\u200dexample.org\ufeff",
        f"\u00a0{ZOE}\u202f",
        f"«\u00a0{ZOE}\u00a0»",
        f"'{ZOE}'",
        f"“{ZOE}”",
        f"{ZOE}\n",
    ],
)
def test_what_was_copied_with_it_goes(cell: str) -> None:
    assert Contacts().check(cell) == ZOE
    assert holds_address(cell)


def test_case_and_accents_of_the_domain() -> None:
    contacts = Contacts()
    for _ in range(2):  # the domain asked about, then known
        assert contacts.check("Zoe@Example.ORG") == "Zoe@example.org"
        assert contacts.check("zoe@exémple.org") == "zoe@xn--exmple-cva.org"


@pytest.mark.parametrize(
    ("cell", "guess"),
    [
        ("zoe (at) example.org", ZOE),
        ("zoe[at]example[dot]org", ZOE),
        ("zoe at example dot org", ZOE),
        ("zoe (arobase) example (point) org", ZOE),
        ("zoe@example,org", ZOE),
        ("zoe@example;org", ZOE),
        ("zoe@example..org", ZOE),
        ("zoe@example.org.", ZOE),
        ("zoe@ example.org", ZOE),
        ("zoe.@example.org", ZOE),
        ("zoé@example.org", ZOE),
        ("zoe＠example.org", ZOE),
        ("zoe", ""),
        ("", ""),
        ("@example.org", ""),
        ("a@b@c.org", ""),
        ("zoe@", ""),
    ],
)
def test_what_was_perhaps_meant_is_only_said(cell: str, guess: str) -> None:
    assert suggestion(cell) == guess
    with pytest.raises(AddressError):
        Contacts().check(cell)
    found = read(f'email;nom\n"{cell}";x\nluc@example.org;y\n')
    assert found.emails == ["luc@example.org"]
    assert ("did you mean" in found.refused[0].finding.say("en")) is bool(guess)


@pytest.mark.parametrize(
    "cell",
    [
        *("zoe example.org", "zoe@example", "zoe@-example.org", "-zoe@example.org", "zo\0e@example.org"),
        *("a@example.org, b@example.org", "a@example.org;b@example.org", "a@example.org b@example.org"),
        *("=?utf-8?q?x?=@example.org", '"zoe"@example.org"', "a" * 65 + "@example.org", "zoe@" + "a." * 130),
        *("zoe@example.org\r\nBcc: x@example.org", "<zoe@example.org", "zoe@127.0.0.1", "zoe@[127.0.0.1]"),
    ],
)
def test_what_cannot_be_written_to(cell: str) -> None:
    contacts = Contacts()
    contacts.check(ZOE)
    with pytest.raises(AddressError):
        contacts.check(cell)


@pytest.mark.parametrize(
    "local", ["a.b", "a+b", "a_b", "o'neil", "a--b", "a..b", ".a", "a.", "-a", "a b", ""]
)
@pytest.mark.parametrize(
    "domain", ["example.org", "EXAMPLE.org", "exémple.org", "nope", "localhost", "a_b.org"]
)
def test_remembered_domains_change_no_answer(local: str, domain: str) -> None:
    assert answer(f"x@{domain}", f"{local}@{domain}") == answer(f"{local}@{domain}")


@given(st.text(alphabet="aZ0._+-'\"<>@é ,", max_size=12))
def test_the_fast_way_says_what_the_check_says(local: str) -> None:
    email = f"{local}@example.org"
    assert answer("x@example.org", email) == answer(email)
    if (accepted := answer(email)) is not None:
        assert check_address(accepted) == accepted


def answer(*cells: str) -> str | None:
    """The last cell's address, the others being asked about first; None: it has none."""
    contacts = Contacts()
    said = None
    for cell in cells:
        try:
            said = contacts.check(cell)
        except AddressError:
            said = None
    return said


@pytest.mark.parametrize("email", ["contact@example.org", "ACCUEIL@example.org", "rh+paris@example.org"])
def test_addresses_of_a_function(email: str) -> None:
    assert is_role(address_key(email))


@pytest.mark.parametrize("email", [ZOE, "marie.contact@example.org", "contacts@example.org", "x@contact.org"])
def test_addresses_of_a_person(email: str) -> None:
    assert not is_role(address_key(email))


@pytest.mark.parametrize("piece", ["@", "<", "(at)", " at ", ".", "\u200b", "a@", '"', "é", "[ at"])
def test_hostile_cells_take_no_time(piece: str) -> None:
    cell = piece * (100_000 // len(piece))
    start = time.process_time()
    holds_address(cell), bare(cell), suggestion(cell)
    with pytest.raises(AddressError):
        Contacts().check(cell)
    assert time.process_time() - start < 1
