"""Addresses: what we write to, in one way; what we refuse, with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.addresses import (
    AddressError,
    address_key,
    check_address,
    check_domain,
    is_reserved,
    mailbox_key,
    split_mailbox,
)


@pytest.mark.parametrize(
    "text, checked",
    [
        ("a@b.org", "a@b.org"),
        ("Jean.DUPONT@Example.ORG", "Jean.DUPONT@example.org"),
        ("jean+tracts@example.org", "jean+tracts@example.org"),
        ("jean.o'neil@example.org", "jean.o'neil@example.org"),
        ("!#$%&*/?=^_`{|}~@example.org", "!#$%&*/?=^_`{|}~@example.org"),
        ("root@localhost", "root@localhost"),
        ("a@exämple.test", "a@xn--exmple-cua.test"),
        ("a@ÉTÉ.fr", "a@xn--t-9fab.fr"),
        ("a@日本.jp", "a@xn--wgv71a.jp"),
        ("a@xn--t-9fab.fr", "a@xn--t-9fab.fr"),
        ("a@123.fr", "a@123.fr"),
        ("x" * 64 + "@b.org", "x" * 64 + "@b.org"),
        ("a@" + "x" * 63 + ".org", "a@" + "x" * 63 + ".org"),
    ],
)
def test_addresses_in_one_way(text: str, checked: str) -> None:
    assert check_address(text) == checked
    assert check_address(checked) == checked


SHAPE = "an address is written name@example.org"
INVISIBLE = "an address has no space and no invisible character"
PLACE = "the part before @ has a character or a dot out of place"
ONE = "one address is expected, without , ; < or >"


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", SHAPE),
        ("@", SHAPE),
        ("contact", SHAPE),
        ("@example.org", SHAPE),
        ("a@", SHAPE),
        (" a@b.org", INVISIBLE),
        ("a@b.org\n", INVISIBLE),
        ("a@b.org\r\nRCPT TO:<x@y.org>", INVISIBLE),
        ("a\x00@b.org", INVISIBLE),
        ("a@b\u200b.org", INVISIBLE),
        ("a\u00a0@b.org", INVISIBLE),
        ("a b@c.org", INVISIBLE),
        ("-oQ/tmp@b.org", "an address does not begin with -"),
        ("a@b.org,c@d.org", ONE),
        ("a@b.org;c@d.org", ONE),
        ("<a@b.org>", ONE),
        ('"a"@b.org', "an address has one @ and no quotes"),
        ("a@b@c.org", "an address has one @ and no quotes"),
        ("é@b.org", "the part before @ has no accents"),
        ("'a'@b.org", PLACE),
        (".a@b.org", PLACE),
        ("a.@b.org", PLACE),
        ("a..b@c.org", PLACE),
        ("a(x)@b.org", PLACE),
        ("a\\b@c.org", PLACE),
        ("a@b", "'b' is not a domain name"),
        ("a@b..org", "'b..org' is not a domain name"),
        ("a@-b.org", "'-b.org' is not a domain name"),
        ("a@b-.org", "'b-.org' is not a domain name"),
        ("a@b_c.org", "'b_c.org' is not a domain name"),
        ("a@b.org.", "'b.org.' is not a domain name"),
        ("a@1.2.3.4", "'1.2.3.4' is not a domain name"),
        ("a@[1.2.3.4]", "'[1.2.3.4]' is not a domain name"),
        ("a@é..fr", "'é..fr' is not a domain name"),
        ("a@" + "x" * 64 + ".org", f"'{'x' * 64}.org' is not a domain name"),
        ("x" * 65 + "@b.org", "the address is too long"),
        ("x" * 60 + "@" + ".".join(["y" * 49] * 4) + ".org", "the address is too long"),
    ],
)
def test_what_is_refused_and_why(text: str, reason: str) -> None:
    with pytest.raises(AddressError) as caught:
        check_address(text)
    assert str(caught.value.message) == reason
    assert isinstance(caught.value, ValueError)


def test_the_key_ignores_case() -> None:
    assert address_key(check_address("Jean@Example.org")) == address_key(check_address("JEAN@EXAMPLE.ORG"))
    assert address_key("a+b@c.org") != address_key("a@c.org")


@pytest.mark.parametrize(
    "text, parts",
    [
        ("CGT Exemple <tracts@Lettre.example.org>", ("CGT Exemple", "tracts@lettre.example.org")),
        ("a@b.org", ("", "a@b.org")),
        ("<a@b.org>", ("", "a@b.org")),
        ("  Évolution, à l’été  <a@b.org> ", ("Évolution, à l’été", "a@b.org")),
        ('"CGT, Lyon" <a@b.org>', ("CGT, Lyon", "a@b.org")),
        ('"CGT \\\\ Lyon" <a@b.org>', ("CGT \\ Lyon", "a@b.org")),
    ],
)
def test_mailboxes(text: str, parts: tuple[str, str]) -> None:
    assert split_mailbox(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        *(
            "CGT <>",
            "CGT <a@b.org",
            "CGT a@b.org",
            "CGT <a@b.org> x",
            "X <a@b.org>, Y <c@d.org>",
            "<a@b.org",
            "",
        ),
        *("CGT\r\nBcc: x@y.org <a@b.org>", "CGT\x00 <a@b.org>", "=?utf-8?q?a=0D=0ABcc=3A?= <a@b.org>"),
        *(
            "evil@x.org <a@b.org>",
            'a"b <a@b.org>',
            "a\u2028b <a@b.org>",
            "X <a@b.org\r\n>",
            " " * 100_000 + "<",
        ),
    ],
)
def test_what_is_no_mailbox(text: str) -> None:
    with pytest.raises(AddressError):
        split_mailbox(text)


@pytest.mark.parametrize(
    "domain, reserved",
    [
        ("example.org", True),
        ("lettre.example.org", True),
        ("EXAMPLE.COM.", True),
        ("example.net", True),
        ("a.test", True),
        ("test", True),
        ("x.invalid", True),
        ("localhost", True),
        ("a.localhost", True),
        ("cgt.example", True),
        ("example.fr", False),
        ("myexample.org", False),
        ("example.org.evil.fr", False),
        ("mytest", False),
        ("contest.fr", False),
        ("", False),
    ],
)
def test_reserved_domains(domain: str, reserved: bool) -> None:
    assert is_reserved(domain) is reserved


@given(st.one_of(st.text(max_size=40), st.from_regex(r"[a-z.'+é-]{1,8}@[a-zé.-]{1,12}", fullmatch=True)))
def test_what_is_accepted_is_safe_in_a_header_and_a_command(text: str) -> None:
    try:
        checked = check_address(text)
    except AddressError:
        return
    assert checked.isascii()
    assert checked.isprintable()
    assert not set(checked) & set(' <>,;:"()[]\\')
    assert not checked.startswith("-")
    assert check_address(checked) == checked
    assert check_domain(checked.rpartition("@")[2])


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Zoe@Example.org", "zoe@example.org"),
        ("zoe+a+b@example.org", "zoe@example.org"),
        ("z.o.e+a@gmail.com", "zoe@gmail.com"),
        ("z.oe@googlemail.com", "zoe@gmail.com"),
        ("z.oe@example.org", "z.oe@example.org"),
        ("+zoe@example.org", "+zoe@example.org"),
    ],
)
def test_a_mailbox_has_one_key(address: str, key: str) -> None:
    assert mailbox_key(address) == key
