"""What one message costs: ours beside the standard library's, of the same content, in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import TypeVar

from bench.rows import Row, table
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.frame import build_frame
from mailer.compose.message import MessageWriter
from mailer.model import Edition, Envelope, ListFace, Recipient, Slotted
from mailer.tokens.keys import Keys

_Item = TypeVar("_Item")

_LIMIT_MS = 0.15
_RATIO = 25
_ROUNDS = 7
DATE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

_PARAGRAPH = (
    '<tr><td align="left" style="font-size:16px;padding:10px 25px;word-break:break-word;"><div style="font-'
    'family:Arial,sans-serif;font-size:16px;line-height:1.5;text-align:left;color:#1f2933;">La direction '
    "a présenté « l’évolution » de la relation clients : douze agences fermées, 340 postes déplacés, et "
    "rien sur les salaires.</div></td></tr>\n"
)
_LINK = (
    '<p><a href="https://lettre.example.org/l/k7qk2m4x9a/3" style="color:#b00020;">Lire la suite</a></p>\n'
)
_TAGS = (
    "{{ first_name }}",
    "{{ last_name }}",
    "{{ unsubscribe_url }}",
    "{% if first_name %}",
    "{{ (' ' ~ first_name) }}",
    "{% endif %}",
    "{{ list_title }}",
    "{{ list_reason }}",
    "{{ unsubscribe_url }}",
)
_SUBJECT = (
    "Évolution de la relation clients",
    "{% if first_name %}",
    " : à toi, ",
    "{{ first_name }}",
    "",
    "{% endif %}",
    "",
)


def measure() -> list[Row]:
    """Medians of several rounds; each compares the two writers on one 40 KB message."""
    made = edition()
    writer = MessageWriter(made, Keys.new(lambda count: b"k" * count))
    people = [person(number) for number in range(200)]
    contents = [_content(made, writer, one) for one in people[:20]]
    ours, stdlib = [], []
    for _ in range(_ROUNDS):
        ours.append(_milliseconds(lambda one: writer.write(one, DATE), people))
        stdlib.append(_milliseconds(lambda content: _by_stdlib(*content), contents))
    own, other = statistics.median(ours), statistics.median(stdlib)
    size = len(contents[0][2].encode()) / 1000
    return [
        ("message: size of the HTML", size, "KB", "40", size >= 40),
        ("message: fill and MIME, per recipient", own, "ms", f"≤ {_LIMIT_MS}", own <= _LIMIT_MS),
        ("message: EmailMessage.as_bytes, same content", other, "ms", "", True),
        ("message: ratio of the two", other / own, "×", f"≥ {_RATIO}", other / own >= _RATIO),
    ]


def _milliseconds(write: Callable[[_Item], object], items: Sequence[_Item]) -> float:
    start = time.perf_counter()
    for item in items:
        write(item)
    return (time.perf_counter() - start) * 1000 / len(items)


def edition() -> Edition:
    """A mail of 40 KB."""
    html = _slotted(_PARAGRAPH * 3 + _LINK, 40_000, _TAGS * 2)
    text = _slotted("La direction a présenté « l’évolution » de la relation clients.\n", 4_000, _TAGS)
    return Edition(
        public_id="k7qk2m4x9a",
        language="fr",
        subject=_SUBJECT,
        html=html,
        text=text,
        frame=build_frame(text, html, (), (), "fr"),
        envelope=Envelope(
            sender="CGT Exemple <tracts@lettre.example.org>",
            reply_to="contact@example.org",
            contact="contact@example.org",
            unsubscribe_mailbox="retours@lettre.example.org",
            separator="+",
        ),
        site="https://lettre.example.org",
        lists=(ListFace(slug="adherents", title="Adhérents", reason="Tu es adhérent·e.", language="fr"),),
        links=(),
        images=(),
        files=(),
        attachments=(),
        fields=frozenset({"first_name", "last_name"}),
        expires=None,
        digest="0" * 64,
    )


def _slotted(filler: str, size: int, tags: Sequence[str]) -> Slotted:
    """`size` bytes at least, in equal pieces, with the tags between them."""
    piece = filler * (size // (len(filler.encode()) * (len(tags) + 1)) + 1)
    pieces = [piece]
    for tag in tags:
        pieces += [tag, piece]
    return tuple(pieces)


def person(number: int) -> Recipient:
    """Somebody it is for."""
    names = ("Zoé", "Jean-Baptiste", "François", "Anne", "Œdipe")
    fields = {"first_name": names[number % 5], "last_name": f"Martin-{number}"}
    return Recipient(subscriber=number, email=f"membre{number}@example.org", list="adherents", fields=fields)


def _content(made: Edition, writer: MessageWriter, one: Recipient) -> tuple[dict[str, str], str, str]:
    """The same headers and texts, ready: the standard library is not even charged for the filling."""
    values = writer.values(one)
    header = writer.write(one, DATE).header.decode().replace("\r\n ", " ")
    fields = dict(line.split(": ", 1) for line in header.split("\r\n") if line)
    for name in ("MIME-Version", "Content-Type"):
        fields.pop(name)
    fields["Subject"] = fill_text(made.subject, values)
    return fields, fill_text(made.text, values), fill_page(made.html, values)


def _by_stdlib(fields: dict[str, str], text: str, html: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    for name, value in fields.items():
        message[name] = value
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


if __name__ == "__main__":
    print(table(measure()))
