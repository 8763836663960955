"""The message: its exact headers, its exact texts, and what nobody may slip into it."""

import email
import hashlib
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.message import Message as CompatMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.addresses import check_address
from mailer.compose.filling import clean, fill_page, fill_text
from mailer.compose.frame import build_frame
from mailer.compose.message import MessageWriter
from mailer.errors import RenderError, UsageError
from mailer.model import Asset, Edition, Envelope, ListFace, Message, Recipient, Slotted
from mailer.tokens import mails
from mailer.tokens.keys import Keys
from mailer.tokens.links import list_mark, read_unsubscribe_token
from mailer.tokens.signed import from_base32, to_base32

KEYS = Keys.new(random.Random(3).randbytes)
DATE = datetime(2026, 11, 23, 9, 30, 15, 123, tzinfo=timezone(timedelta(hours=1)))

SUBJECT: Slotted = ("Évolution de la relation clients", "{{ (' : ' ~ first_name) if first_name }}", "")
TEXT: Slotted = (
    "Bonjour",
    "{{ (' ' ~ first_name) if first_name }}",
    ",\n\n« L’œuvre »\u202f: 10\u202f000\u00a0€ 👨‍👩‍👧‍👦\n.\nFrom here\n-- \n",
    "{{ list_reason }}",
    "\n",
    "{{ unsubscribe_url }}",
    "\n",
)
HTML: Slotted = (
    '<!doctype html><html lang="fr"><body><h1>Évolution</h1><p>Bonjour',
    "{{ (' ' ~ first_name) if first_name }}",
    "</p>",
    "{% if site %}",
    "<p>Site : ",
    "{{ site }}",
    "</p>",
    "{% endif %}",
    '<p>« L’œuvre »\u202f: 10\u202f000\u00a0€ 👨‍👩‍👧‍👦</p><a href="',
    "{{ unsubscribe_url }}",
    '">quitter ',
    "{{ list_title }}",
    "</a></body></html>\n",
)
ENVELOPE = Envelope(
    sender="CGT Exemple <tracts@lettre.example.org>",
    reply_to="contact@example.org",
    contact="contact@example.org",
    unsubscribe_mailbox="retours@lettre.example.org",
    separator="+",
)
FACES = (
    ListFace(slug="adherents", title="Adhérents", reason="Tu es adhérent·e.", language="fr"),
    ListFace(slug="sample", title="Tracts section X", reason="Essai.", language="fr"),
)
HEADERS = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Owner",
    "List-Post",
    "Precedence",
    "X-Auto-Response-Suppress",
    "Feedback-ID",
]
HOSTILE = [
    "=?utf-8?q?=0D=0ABcc:_evil=40x=2Eorg?=",
    "a\r\nBcc: evil@x.org",
    "a\nb",
    "a\rb",
    "a\x00b",
    "a\x1b[2J\x85\u2028\u2029",
    "{{7*7}}",
    "{% for x in y %}",
    "{{ unsubscribe_url }}",
    "\x03 first_name \x04",
    '<mj-include path="/etc/passwd"/>',
    "\u202egpj.exe",
    "x" * 5000,
    "é" * 5000,
    ".",
    "\r\n.\r\nMAIL FROM:<x@y>",
    "--=_alternative_x--",
    "=0D=0A",
    "\ud800",
]


def edition(**changes: object) -> Edition:
    whole: dict[str, object] = {
        "public_id": "k7qk2m4x9a",
        "language": "fr",
        "subject": SUBJECT,
        "html": HTML,
        "text": TEXT,
        "frame": build_frame(TEXT, HTML, (), (), "fr"),
        "envelope": ENVELOPE,
        "site": "https://lettre.example.org",
        "lists": FACES,
        "links": (),
        "images": (),
        "files": (),
        "attachments": (),
        "fields": frozenset({"first_name", "site"}),
        "expires": None,
        "digest": "0" * 64,
    }
    return Edition(**{**whole, **changes})  # type: ignore[arg-type]


def person(
    email: str = "zoe@example.org", list: str = "adherents", number: int = 42, **fields: str
) -> Recipient:
    return Recipient(subscriber=number, email=email, list=list, fields=fields)


def write(recipient: Recipient, **changes: object) -> Message:
    return MessageWriter(edition(**changes), KEYS).write(recipient, DATE)


def read(message: Message) -> EmailMessage:
    assert_bytes(message)
    parsed = email.message_from_bytes(message.as_bytes(), policy=default)
    assert not [part.defects for part in parsed.walk() if part.defects]
    return parsed


def assert_bytes(message: Message) -> None:
    """What every message must be on the wire."""
    whole = message.as_bytes()
    assert whole.isascii()
    assert b"\x00" not in whole
    assert not set(whole.replace(b"\r\n", b"")) & {10, 13}
    assert whole.endswith(b"--\r\n")
    for line in whole.split(b"\r\n"):
        # A line with an address is folded only after its comma (standards.md, A5).
        assert len(line) <= (998 if line.startswith((b"List-Unsubscribe: <", b" <mailto:")) else 78)
        assert not line.startswith(b".")
    for field in re.split(r"\r\n(?! )", message.header.decode()):
        if "=?" in field:
            assert field.startswith(("Subject: ", "From: ", "Reply-To: "))


def content(message: CompatMessage, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


def field(message: Message, name: str) -> str:
    return str(read(message)[name])


def test_the_whole_header() -> None:
    message = write(person(first_name="Zoé"))
    token = links(message)[0].rpartition("/")[2]
    header = message.header.decode().replace(token, "TOKEN").replace(to_base32(token), "token")
    assert header.split("\r\n") == [
        "Date: Mon, 23 Nov 2026 09:30:15 +0100",
        "From: CGT Exemple <tracts@lettre.example.org>",
        "Reply-To: contact@example.org",
        "To: zoe@example.org",
        "Subject: =?utf-8?q?=C3=89volution_de_la_relation_clients_=3A_Zo=C3=A9?=",
        f"Message-ID: {message.message_id}",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative;",
        f' boundary="{read(message).get_boundary()}"',
        "Content-Language: fr",
        "List-Id: <adherents.lettre.example.org>",
        "List-Unsubscribe: <https://lettre.example.org/u/TOKEN>,",
        " <mailto:retours+token@lettre.example.org>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Help: <mailto:contact@example.org>",
        "List-Owner: <mailto:contact@example.org>",
        "List-Post: NO",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "Feedback-ID: k7qk2m4x9a:adherents:tract:ks5gdm2m63qm",
        "",
    ]


@pytest.mark.parametrize("name", ["", "Zoé", "Jean-Baptiste", "O'Neil & <fils>", "Œdipe\u202f!", "👨‍👩‍👧‍👦"])
def test_two_parsers_read_it_back(name: str) -> None:
    recipient = person(first_name=name, site="Nîmes" if name else "")
    written = edition()
    writer = MessageWriter(written, KEYS)
    message = writer.write(recipient, DATE)
    values = writer.values(recipient)
    modern, old = read(message), email.message_from_bytes(message.as_bytes())
    assert list(modern.keys()) == list(old.keys()) == HEADERS
    subject = fill_text(SUBJECT, values)
    assert str(modern["Subject"]) == subject
    assert str(make_header(decode_header(old["Subject"]))) == subject
    for parsed in (modern, old):
        assert content(parsed, "text/plain") == fill_text(TEXT, values)
        assert content(parsed, "text/html") == fill_page(HTML, values)


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_a_field_is_only_ever_words(value: str) -> None:
    recipient = person(first_name=value, site=value)
    message = write(recipient)
    parsed = read(message)
    shown = clean({"x": value})["x"]
    assert list(parsed.keys()) == HEADERS
    assert str(parsed["Subject"]) == f"Évolution de la relation clients : {shown}".strip()
    assert content(parsed, "text/plain").startswith(f"Bonjour {shown},\n")
    assert fill_page(("", "{{ x }}", ""), {"x": shown}) in content(parsed, "text/html")
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@given(st.text(), st.text())
def test_any_fields(first_name: str, site: str) -> None:
    recipient = person(first_name=first_name, site=site)
    writer = MessageWriter(edition(), KEYS)
    parsed = read(writer.write(recipient, DATE))
    assert list(parsed.keys()) == HEADERS
    assert content(parsed, "text/plain") == fill_text(TEXT, writer.values(recipient))
    assert content(parsed, "text/html") == fill_page(HTML, writer.values(recipient))


@pytest.mark.parametrize("name", ["unsubscribe_url", "list_title", "list_reason"])
def test_a_field_cannot_pass_for_a_slot(name: str) -> None:
    values = MessageWriter(edition(), KEYS).values(replace(person(), fields={name: "https://evil.example"}))
    assert "evil" not in values[name]


@pytest.mark.parametrize(
    "address",
    ["", "a", "-a@b.org", "é@b.org", "a@b.org\r\nRCPT TO:<x@y>", "a b@c.org", "<a@b.org>", "a@b\x00.org"],
)
def test_an_address_that_cannot_stand(address: str) -> None:
    with pytest.raises(RenderError):
        write(person(email=address))


def test_a_list_of_another_campaign() -> None:
    with pytest.raises(RenderError):
        write(person(list="autre"))


@pytest.mark.parametrize("tag", ["{{ 'a\\r\\nBcc: b@c.d' }}", "{{ 'a\\x00' }}"])
def test_controls_written_in_a_tag_of_the_subject(tag: str) -> None:
    with pytest.raises(RenderError):
        write(person(), subject=("S ", tag, ""))


# --- identity ------------------------------------------------------------------


def test_the_same_person_gets_the_same_message() -> None:
    recipient = person(first_name="Zoé")
    assert write(recipient) == write(recipient)
    writer = MessageWriter(edition(), KEYS)
    first = writer.write(recipient, DATE)
    writer.write(person(number=7, email="x@y.org", list="sample"), DATE)
    assert writer.write(recipient, DATE) == first


def test_message_ids_follow_campaign_and_person_only() -> None:
    first = write(person())
    assert write(person(first_name="Zoé", email="new@example.org")).message_id == first.message_id
    assert write(person(list="sample")).message_id == first.message_id
    assert write(person(number=43)).message_id != first.message_id
    assert write(person(), public_id="aaaaaaaaaa").message_id != first.message_id
    other_keys = MessageWriter(edition(), Keys.new(random.Random(9).randbytes))
    assert other_keys.write(person(), DATE).message_id != first.message_id
    for derived in (b"42", b"zoe@example.org", b"k7qk2m4x9a42"):
        assert hashlib.sha256(derived).hexdigest()[:8] not in first.message_id
    assert "zoe" not in first.message_id


def test_no_address_but_in_to() -> None:
    message = write(person(email="zoe.martin@example.org"))
    assert message.as_bytes().count(b"zoe.martin") == 1
    assert message.recipient == "zoe.martin@example.org"


def test_feedback_id_is_the_same_for_all() -> None:
    ids = {field(write(person(number=number)), "Feedback-ID") for number in (1, 2, 3)}
    assert len(ids) == 1
    assert 5 <= len(ids.pop().rpartition(":")[2]) <= 15


@pytest.mark.parametrize(
    "date, written",
    [
        (DATE, "Mon, 23 Nov 2026 09:30:15 +0100"),
        (DATE + timedelta(seconds=1), "Mon, 23 Nov 2026 09:30:16 +0100"),
        (DATE.astimezone(UTC), "Mon, 23 Nov 2026 08:30:15 +0000"),
    ],
)
def test_dates(date: datetime, written: str) -> None:
    writer = MessageWriter(edition(), KEYS)
    writer.write(person(), DATE)
    parsed = read(writer.write(person(), date))
    assert str(parsed["Date"]) == written
    assert parsedate_to_datetime(written) == date.replace(microsecond=0)


# --- lists and leaving -----------------------------------------------------------


def links(message: Message) -> list[str]:
    return re.findall(r"<([^>]+)>", field(message, "List-Unsubscribe"))


def test_both_exits_carry_the_same_token() -> None:
    site, mail = links(write(person()))
    token = site.removeprefix("https://lettre.example.org/u/")
    assert read_unsubscribe_token(KEYS, token) == (42, list_mark("adherents"))
    local = mail.removeprefix("mailto:retours+").removesuffix("@lettre.example.org")
    assert from_base32(local) == token
    assert len(mail.removeprefix("mailto:").partition("@")[0]) <= 64


def test_without_a_mailbox_the_token_goes_to_the_contact() -> None:
    site, mail = links(write(person(), envelope=replace(ENVELOPE, unsubscribe_mailbox="")))
    token = site.rpartition("/")[2]
    assert mail == f"mailto:contact@example.org?subject=unsubscribe%20{token}"


@pytest.mark.parametrize("mailbox", ["", "retours@lettre.example.org"])
def test_without_a_site_one_leaves_by_mail(mailbox: str) -> None:
    envelope = replace(ENVELOPE, unsubscribe_mailbox=mailbox)
    message = write(person(), site="", envelope=envelope)
    assert list(read(message).keys()) == [name for name in HEADERS if name != "List-Unsubscribe-Post"]
    (mail,) = links(message)
    assert mail.startswith("mailto:")
    values = MessageWriter(edition(site="", envelope=envelope), KEYS).values(person())
    assert values["unsubscribe_url"] == mail
    assert "/u/" not in content(read(message), "text/html")


@pytest.mark.parametrize(
    "site, one_click",
    [
        ("https://lettre.example.org", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://lettre.example.org", False),
        ("http://127.0.0.1.example.org", False),
    ],
)
def test_one_click_needs_https(site: str, one_click: bool) -> None:
    message = write(person(), site=site)
    assert links(message)[0].startswith(f"{site}/u/")
    assert ("List-Unsubscribe-Post" in read(message)) is one_click


@pytest.mark.parametrize(
    "title, list_id",
    [
        ("Tracts section X", '"Tracts section X" <sample.lettre.example.org>'),
        ('Le "X"', '"Le \\"X\\"" <sample.lettre.example.org>'),
        ("Adhérents", "<sample.lettre.example.org>"),
        ("=?utf-8?q?x?=", "<sample.lettre.example.org>"),
        ("x\r\nBcc: a@b", "<sample.lettre.example.org>"),
        ("long " * 20, "<sample.lettre.example.org>"),
    ],
)
def test_list_id(title: str, list_id: str) -> None:
    face = replace(FACES[1], title=title)
    assert field(write(person(list="sample"), lists=(face,)), "List-Id") == list_id


def test_a_mailbox_without_room_for_a_token_is_refused_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        MessageWriter(
            edition(envelope=replace(ENVELOPE, unsubscribe_mailbox=f"{'r' * 18}@example.org")), KEYS
        )
    assert "17" in caught.value.message.say("en")


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "CGT\r\nBcc: a@b <a@b.org>"},
        {"sender": "CGT"},
        {"reply_to": "-x@b.org"},
        {"contact": ""},
        {"unsubscribe_mailbox": "a b@c.org"},
    ],
)
def test_a_broken_envelope_writes_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(RenderError):
        MessageWriter(edition(envelope=replace(ENVELOPE, **changes)), KEYS)


def test_what_a_relay_hands_back_is_the_message_id_as_far_as_it_takes_it() -> None:
    sender = f"CGT <tracts@{'x' * 60}.example.org>"
    envelope = replace(ENVELOPE, sender=sender, handed_back=("X-PM-Metadata-message", "X-MJ-CustomID"))
    message = write(person(), envelope=envelope)
    taken = message.message_id[:80]
    assert "@" in taken
    end = f"\r\nX-PM-Metadata-message: {taken}\r\nX-MJ-CustomID: {taken}\r\n"  # never folded: others read it
    assert message.header.endswith(end.encode())


def test_no_reply_to_and_a_french_sender() -> None:
    envelope = replace(ENVELOPE, reply_to="", sender="Fédération « Énergie » <tracts@Lettre.example.org>")
    parsed = read(write(person(), envelope=envelope))
    assert "Reply-To" not in parsed
    assert parsed["From"].addresses[0].display_name == "Fédération « Énergie »"
    assert parsed["List-Id"] == "<adherents.lettre.example.org>"


def test_a_message_with_everything() -> None:
    image = Asset(
        name="logo.png", digest="a" * 64, suffix="png", media_type="image/png", content=b"\x89PNG" * 99
    )
    leaflet = replace(image, name="Grève.pdf", digest="b" * 64, suffix="pdf", media_type="application/pdf")
    parsed = read(write(person(), frame=build_frame(TEXT, HTML, (image,), (leaflet,), "fr")))
    assert list(parsed.keys()) == HEADERS
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]


# --- the envelope's sender --------------------------------------------------


def test_each_message_has_a_sender_of_its_own_that_tells_nothing() -> None:
    writer = MessageWriter(edition(), KEYS)
    zoe, again = (writer.write(person(first_name=name), DATE) for name in ("Zoé", "Zoë"))
    other = writer.write(person(email="anne@example.org", number=43), DATE)
    assert zoe.sender == again.sender != other.sender
    token = zoe.sender.removeprefix("retours+").removesuffix("@lettre.example.org")
    assert mails.read_verp(KEYS, token) == ("k7qk2m4x9a", 42)
    assert len(zoe.sender.partition("@")[0]) <= 64
    assert zoe.sender not in zoe.header.decode()


def test_a_copy_is_nobodys() -> None:
    copy = write(person(number=0))
    token = copy.sender.removeprefix("retours+").removesuffix("@lettre.example.org")
    assert mails.read_verp(KEYS, token) == ("k7qk2m4x9a", 0)


def test_the_longest_mailbox_leaves_room() -> None:
    mailbox = f"{'r' * 17}@example.org"
    message = write(person(), envelope=replace(ENVELOPE, unsubscribe_mailbox=mailbox))
    assert len(message.sender.partition("@")[0]) == 64
    assert check_address(message.sender) == message.sender


def test_without_a_mailbox_the_sender_is_the_way_outs() -> None:
    assert write(person(), envelope=replace(ENVELOPE, unsubscribe_mailbox="")).sender == ""
