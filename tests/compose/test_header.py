"""Header fields: exact round trips, no injection, no address ever encoded."""

import email
import re
from collections.abc import Callable
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.header import check_address, literal, mailbox, split_mailbox, unstructured, urls
from mailer.errors import RenderError

FRENCH = (
    "Évolution de la relation clients",
    "Grève le 17 : tous à 12:30 !",
    "Grève\u202f: 10\u202f000\u00a0€ de l’« intéressement »\u202f?",
    "Œuvres sociales, cœur du métier — « le reste à charge »",
    "Été à Nîmes: ça, là, où, œ, Æ, ÿ, €, …",
    "Salarié·es du site de Lyon",
    "Fête 👨‍👩‍👧‍👦 le 1\u1d49\u02b3 mai 🏳️‍🌈 🇫🇷 👍🏽",
    "Plain ASCII subject",
    "An ASCII subject that goes well beyond the width of one line and so must be folded at a space",
    "two  spaces   three",
    "100 % = ? _ =? ?= a_b",
    "=?utf-8?q?=0D=0ABcc:_evil=40x=2Eorg?=",
    "Bonjour =?utf-8?q?a=0D=0ABcc=3A_evil=40x=2Eorg?=",
    "x" * 5000,
    "é" * 5000,
    "court " + "x" * 5000,
    "e\u0301" * 100,
    "z" + "\u0301" * 300,
    "👨‍👩‍👧‍👦" * 30,
    "👩🏽‍❤️‍💋‍👨🏿" * 9,
    "Ω" * 100,
    "a " * 100 + "b",
    " " * 90 + "b",
    "a" + " " * 90 + "b",
)
CONTROLS = ["\r", "\n", "\r\nBcc: b@c.d", "\x00", "\t", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u2029"]
WORD = re.compile(r"=\?utf-8\?([qb])\?([!->@-~]*)\?=")
LINE_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from(" =?_\u200d👩\u0301é\ufe0f")
)


def lines(field: str) -> list[str]:
    assert field.endswith("\r\n")
    assert field.isascii()
    found = field.removesuffix("\r\n").split("\r\n")
    assert "\n" not in "".join(found)
    assert "\r" not in "".join(found)
    assert all(line.startswith(" ") and line.strip() for line in found[1:])
    return found


def assert_widths(field: str) -> None:
    for line in lines(field):
        assert len(line) <= (76 if "=?" in line else 78)
        for word in WORD.finditer(line):
            assert len(word[0]) <= 75


def read_by(policy: object, field: str) -> dict[str, str]:
    if policy is default:
        return {name: str(value) for name, value in email.message_from_string(field, policy=default).items()}
    return {
        name: str(make_header(decode_header(str(value)))).replace("\r\n", "")
        for name, value in email.message_from_string(field).items()
    }


@pytest.mark.parametrize("policy", [default, None], ids=["default", "compat32"])
@pytest.mark.parametrize("text", FRENCH, ids=lambda text: ascii(text)[:40])
def test_a_subject_comes_back_exactly(text: str, policy: object) -> None:
    field = unstructured("Subject", text)
    assert_widths(field)
    assert read_by(policy, field) == {"Subject": text.strip(" ")}


@given(LINE_TEXT)
def test_any_subject_comes_back_exactly(text: str) -> None:
    field = unstructured("Subject", text)
    assert_widths(field)
    assert read_by(None, field) == {"Subject": text.strip(" ")}


@given(LINE_TEXT)
def test_each_word_is_whole_utf_8(text: str) -> None:
    for line in unstructured("Subject", text).splitlines():
        for word in WORD.findall(line):
            assert "\ufffd" not in str(make_header(decode_header(f"=?utf-8?{word[0]}?{word[1]}?=")))


def test_joined_emoji_stay_together() -> None:
    family = "👨‍👩‍👧‍👦"
    field = unstructured("Subject", f"Fête {family * 12} de la section")
    words = [str(make_header(decode_header(word[0]))) for word in WORD.finditer(field)]
    assert len(words) > 3
    assert sum(word.count(family) for word in words) == 12


def test_short_forms() -> None:
    assert unstructured("Subject", "Hello") == "Subject: Hello\r\n"
    assert (
        unstructured("Subject", "Réunion de la section")
        == "Subject: =?utf-8?q?R=C3=A9union_de_la_section?=\r\n"
    )
    assert unstructured("Subject", "Ωμέγα") == "Subject: =?utf-8?b?zqnOvM6tzrPOsQ==?=\r\n"


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_controls_are_refused(control: str) -> None:
    writers: list[Callable[[], str]] = [
        lambda: unstructured("Subject", f"a{control}b"),
        lambda: mailbox("From", f"a{control}b <a@b.org>"),
        lambda: mailbox("From", f"a <a@b.org{control}>"),
        lambda: urls("List-Help", [f"mailto:a@b{control}"]),
        lambda: literal("Message-ID", f"<a{control}@b>"),
        lambda: check_address(f"a@b.org{control}"),
    ]
    for write in writers:
        with pytest.raises(RenderError):
            write()


@pytest.mark.parametrize(
    "value, field",
    [
        ("a@b.org", "a@b.org"),
        ("<a@b.org>", "a@b.org"),
        ("CGT Exemple <a@b.org>", "CGT Exemple <a@b.org>"),
        ("CGT, Exemple <a@b.org>", '"CGT, Exemple" <a@b.org>'),
        ('"CGT, Exemple" <a@b.org>', '"CGT, Exemple" <a@b.org>'),
        ("M. Dupont <a@b.org>", '"M. Dupont" <a@b.org>'),
        ("Fédération <a@b.org>", "=?utf-8?b?RsOpZMOpcmF0aW9u?= <a@b.org>"),
    ],
)
def test_mailbox(value: str, field: str) -> None:
    assert mailbox("From", value) == f"From: {field}\r\n"


@pytest.mark.parametrize("display", [*FRENCH[:8], "x" * 70, "a b " * 18, "a" * 300])
def test_a_display_name_comes_back_exactly(display: str) -> None:
    address = "tracts@lettre.example.org"
    field = mailbox("Reply-To", '"' + display.replace("\\", "\\\\").replace('"', '\\"') + f'" <{address}>')
    assert_widths(field)
    message = email.message_from_string(field)
    read, found = parseaddr(str(message["Reply-To"]).replace("\r\n", ""))
    assert found == address
    assert str(make_header(decode_header(read))).strip() == display.strip()
    by_default = email.message_from_string(field, policy=default)["Reply-To"]
    assert isinstance(by_default, AddressHeader)
    assert [found.addr_spec for found in by_default.addresses] == [address]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.org",
        "prenom.nom+tract@sous.domaine.example.org",
        "o'brien@example.org",
        "1@localhost",
        "a" * 64 + "@example.org",
        "x@xn--lus-9la.fr",
    ],
)
def test_addresses(address: str) -> None:
    assert check_address(address) == address
    assert split_mailbox(address) == ("", address)


def test_a_domain_with_accents_is_written_in_ascii() -> None:
    assert check_address("x@élus.fr") == "x@xn--lus-9la.fr"


@pytest.mark.parametrize(
    "value", ['"Un \\"mot\\"" <a@b.org>', "evil@x.org <a@b.org>", "=?utf-8?q?x?= <a@b.org>"]
)
def test_names_that_pass_for_something_else(value: str) -> None:
    with pytest.raises(RenderError):
        mailbox("From", value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.org",
        "a@",
        "a@b@c",
        "-oQ/tmp@b.org",
        "a b@c.org",
        "a@b c.org",
        "<a@b.org>",
        "a@b.org>",
        "a@b.org> NOTIFY=NEVER",
        "é@b.org",
        "a..b@c.org",
        ".a@c.org",
        "a.@c.org",
        '"a b"@c.org',
        "a@-b.org",
        "a@b..org",
        "a@b.org.",
        "a@[127.0.0.1]",
        "a,b@c.org",
        "a;b@c.org",
        "a(b)@c.org",
        "=?utf-8?q?x?=@b.org",
        "a" * 65 + "@b.org",
        "a@" + "b." * 130 + "org",
        "a@b.org\n",
    ],
    ids=ascii,
)
def test_addresses_that_cannot_stand(address: str) -> None:
    with pytest.raises(RenderError):
        check_address(address)
    with pytest.raises(RenderError):
        mailbox("To", f"x <{address}>")


@pytest.mark.parametrize("length", range(1, 121))
def test_urls_are_never_encoded(length: int) -> None:
    site = f"https://lettre.example.org/u/{'x' * length}"
    other = f"mailto:retours+{'y' * 46}@lettre.example.org"
    field = urls("List-Unsubscribe", [site, other])
    assert "=?" not in field
    assert re.fullmatch(r"List-Unsubscribe: <[^ <>]+>,(\r\n)? <[^ <>]+>\r\n", field)
    assert read_by(default, field)["List-Unsubscribe"] == f"<{site}>, <{other}>"
    for line in lines(field):
        assert len(line) <= 78 or line.count("<") == 1


def test_short_urls_share_a_line() -> None:
    assert urls("List-Unsubscribe", ["https://a.b/u/x", "mailto:a@b.c"]) == (
        "List-Unsubscribe: <https://a.b/u/x>, <mailto:a@b.c>\r\n"
    )


@pytest.mark.parametrize("url", ["", "https://é.org/", "https://a b/", "https://a/>", "<", "x" * 1000])
def test_urls_refused(url: str) -> None:
    with pytest.raises(RenderError):
        urls("List-Help", [url])


@pytest.mark.parametrize("value", ["", "é", "=?utf-8?q?x?=", "x" * 1000])
def test_literals_refused(value: str) -> None:
    with pytest.raises(RenderError):
        literal("Feedback-ID", value)


def test_a_literal_is_never_folded() -> None:
    assert literal("Feedback-ID", "x" * 200) == f"Feedback-ID: {'x' * 200}\r\n"
