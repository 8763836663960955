"""The first message says where the address comes from, within the reason; no other message changes."""

import email
from dataclasses import replace
from email.policy import default

from mailer.compose.frame import build_frame
from mailer.compose.message import MessageWriter
from tests.compose.test_message import DATE, FACES, KEYS, TEXT, edition, person

HTML = ("<p>", "{{ list_reason }}", "</p>\n")
ORIGIN = 'Votre adresse vient de : <mj-include path="/etc/passwd"/> & l’annuaire.'


def parts(*, first: bool, origin: str = ORIGIN) -> tuple[str, str]:
    """The two texts of Zoé's mail."""
    faces = (replace(FACES[0], origin=origin), FACES[1])
    made = edition(lists=faces, html=HTML, frame=build_frame(TEXT, HTML, (), (), "fr"))
    message = MessageWriter(made, KEYS).write(replace(person(), first=first), DATE)
    read = email.message_from_bytes(message.header + b"\r\n" + b"".join(message.pieces), policy=default)
    plain, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return str(plain.get_content()), str(html.get_content())


def test_said_once_escaped_and_whole() -> None:
    plain, html = parts(first=True)
    assert f"Tu es adhérent·e. {ORIGIN}" in plain
    assert "Tu es adhérent·e. Votre adresse vient de : &lt;mj-include" in html
    assert "<mj-include" not in html


def test_nothing_is_said_to_others_or_where_it_came_from_them() -> None:
    assert parts(first=False) == parts(first=False, origin="") == parts(first=True, origin="")
