"""Any body made of the blocks we know: it compiles, both parts decode, every word is there in order."""

import email
from email.message import EmailMessage
from email.policy import default

from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.compose.audit import audit
from mailer.compose.filling import fill_page, fill_text
from mailer.compose.materials import Materials
from mailer.compose.message import MessageWriter
from mailer.compose.plain import WIDTH
from mailer.findings import Place, has_errors
from mailer.model import Asset
from tests.compose.bodies import WORD, Written, bodies, joined
from tests.compose.campaigns import DATE, KEYS, LOGO, asset, campaign, lay_out, person, source
from tests.compose.campaigns import read as read_text
from tests.compose.pages import body, parsed

FRONT = 'questionnaire = "questionnaire.toml"\n'
SOME = settings().max_examples // 2  # each takes a tenth of a second


def read(writer: MessageWriter, first_name: str) -> EmailMessage:
    """The message as the standard library's parser reads it, with no defect."""
    message = writer.write(person(first_name=first_name), DATE)
    found = email.message_from_bytes(message.as_bytes(), policy=default)
    assert [part.defects for part in found.walk() if part.defects] == []
    return found


def content(message: EmailMessage, kind: str) -> str:
    """The decoded part of this kind, its lines as we write them."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def contents(tracts: list[tuple[Written, Written]], words: list[str]) -> list[str]:
    """The words of the table of contents: every title once more, when there are several."""
    titles: list[str] = []
    at = 0
    for title, below in tracts:
        titles += [f"m{at + number}m" for number in range(len(title.readers))]
        at += len(title.readers) + len(below.readers)
    return [word for word in titles if word in words] if len(tracts) > 1 else []


def overlong(text: str) -> list[str]:
    """Lines that could have been cut."""
    return [line for line in text.split("\n") if len(line) > WIDTH and " " in line.strip(" >-.0123456789[]")]


@settings(max_examples=SOME)
@given(bodies())
def test_a_body_becomes_a_sound_mail_that_says_every_word_in_order(
    tracts: list[tuple[Written, Written]],
) -> None:
    whole = joined([part for tract in tracts for part in tract], "\n\n")
    edition = lay_out(campaign(whole.numbered() + "\n", FRONT))
    assert audit(edition, Place("campaign"), Place("layout"), Place("plain")) == []
    writer = MessageWriter(edition, KEYS)
    for first_name in ("Zoé", ""):
        message = read(writer, first_name)
        plain, page = content(message, "plain"), content(message, "html")
        words = whole.words(first_name)
        expected = contents(tracts, words) + words
        assert WORD.findall(body(page).seen()) == expected
        assert WORD.findall(plain.partition("\n-- \n")[0]) == expected
        assert overlong(plain) == []
        values = writer.values(person(first_name=first_name))
        assert plain == fill_text(edition.text, values)
        assert page == fill_page(edition.html, values)


# Markdown in pieces: what a hurried hand leaves, brackets and conditions that may never end.
PIECES = st.sampled_from(
    [
        *"*_~`[]()!<>{}|#-+=:.\\\n \t&;\"'1aé\u00a0\u202f",
        *("\n\n", "\n> ", "\n    ", "\n- ", "\n1. ", "\n## ", "\n# ", "\n```\n", "***\n\n", "\n:::\n"),
        *("\n::: frame\na\n\n", "\n|a|b|\n|-|-|\n", "](https://example.org)", "](a.png)", "![", "{.button}"),
        *("[a](https://example.org){.button}\n\n", "![a](a.png)\n\n", "&lt;", "<b>", "-->", "]]>"),
        *("{{ first_name }}", "{% if first_name %}", "{% else %}", "{% endif %}"),
        *("\n\n{% if email %}\n\n", "\n\n{% endif %}\n\n"),
    ]
)


class AnyFile(dict[str, Asset]):
    """Every file that a campaign may name."""

    def __missing__(self, name: str) -> Asset:
        return asset("a.pdf" if name.endswith(".pdf") else "a.png")


@settings(max_examples=SOME)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_refused_or_becomes_a_well_nested_page(text: str) -> None:
    one, findings = read_text(source(f"# T\n\nx {text}\n"))
    if one is None or has_errors(findings):
        return
    edition = lay_out(one, materials=Materials(files=AnyFile(), logo=LOGO))
    writer = MessageWriter(edition, KEYS)
    for first_name in ("Zoé", ""):
        for email_field in ("zoe@example.org", ""):
            values = writer.values(person(first_name=first_name, email=email_field))
            assert parsed(fill_page(edition.html, values)).all("h1")
            assert fill_text(edition.text, values)
    assert writer.write(person(), DATE).as_bytes()
