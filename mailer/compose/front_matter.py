"""The front matter of a campaign: TOML between two lines of `+++`, and the table of its keys."""

from dataclasses import dataclass

from mailer.addresses import AddressError, split_mailbox
from mailer.findings import Finding, Place, error
from mailer.letters import is_one_line
from mailer.toml.table import Key
from mailer.words import Text

FENCE = "+++"


@dataclass(frozen=True, slots=True)
class Parts:
    """A campaign file cut in two; `body_line` is the line the body begins on."""

    front: str
    body: str
    body_line: int


def cut(text: str, file: str) -> Parts | Finding:
    """The front matter and the body of a campaign's normalised text."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines[first].strip() != FENCE:
        return _no_front_matter(lines[first].strip(), Place(file, first + 1))
    for at in range(first + 1, len(lines)):
        if lines[at].strip() == FENCE:
            front = "\n" * (first + 1) + "\n".join(lines[first + 1 : at])
            return Parts(front, "\n".join(lines[at + 1 :]), at + 2)
    return error(
        "front-matter",
        Place(file, first + 1),
        Text("the front matter never ends"),
        Text("close it with a line '{fence}' before the first title", fence=FENCE),
    )


def _no_front_matter(found: str, place: Place) -> Finding:
    if found == "---":
        return error(
            "front-matter",
            place,
            Text("this front matter is YAML"),
            Text(
                "write it in TOML between two lines '{fence}': {example}",
                fence=FENCE,
                example='subject = "…"',
            ),
        )
    return error(
        "front-matter",
        place,
        Text("this campaign has no front matter"),
        Text("begin the file with '{fence}', {example}, '{fence}'", fence=FENCE, example='subject = "…"'),
    )


def _mailbox(value: str) -> Text | None:
    try:
        split_mailbox(value)
    except AddressError as fault:
        return fault.message
    return None


def _one_line(value: str) -> Text | None:
    if not is_one_line(value):
        return Text("it holds a line break or a control character")
    return None


def said(value: str) -> Text | None:
    """What keeps a text from being a subject, or None."""
    return Text("it is empty") if not value.strip() else _one_line(value)


# The keys of design.md, "A campaign file". docs/contract.md prints this table; a test compares both.
FRONT_MATTER = (
    Key(
        "subject",
        "strings",
        one=True,
        required=True,
        check=said,
        doc=Text("what the inbox shows; of 2 to 4, each person gets one"),
    ),
    Key("preheader", "string", default="", check=_one_line, doc=Text("the sentence shown after the subject")),
    Key(
        "title",
        "string",
        default="",
        check=_one_line,
        doc=Text("the campaign's name in lists; the subject otherwise"),
    ),
    Key("lists", "strings", one=True, default=[], doc=Text("who receives it: names of lists in mailer.toml")),
    Key("list", "string", default="", doc=Text('one list; the same as lists = ["…"]')),
    Key(
        "exclude",
        "strings",
        one=True,
        default=[],
        doc=Text("who does not receive it: lists, segments, or conditions"),
    ),
    Key(
        "segment",
        "string",
        default="",
        doc=Text("who of the lists receives it: a segment of mailer.toml, or a condition"),
    ),
    Key("template", "string", default="tract", doc=Text("a folder of templates/")),
    Key(
        "questionnaire",
        "string",
        default="",
        doc=Text("a file beside the campaign, an https address, or the name of a campaign that has one"),
    ),
    Key(
        "identifiers",
        "strings",
        one=True,
        default=[],
        doc=Text("parameters of that address that tell who answers: each person's own"),
    ),
    Key(
        "tracking",
        "string",
        default="aggregate",
        choices=("none", "aggregate", "individual"),
        doc=Text("what is counted when a link is followed"),
    ),
    Key("from", "string", default="", check=_mailbox, doc=Text("the sender, instead of [sender].from")),
    Key(
        "reply_to",
        "string",
        default="",
        check=_mailbox,
        doc=Text("where answers go, instead of [sender].reply_to"),
    ),
    Key(
        "language",
        "string",
        default="",
        choices=("fr", "en"),
        doc=Text("of the mail; that of the organisation otherwise"),
    ),
    Key("public", "boolean", default=False, doc=Text("shown in the public archive")),
    Key("send_at", "datetime", default=None, doc=Text("when to send")),
    Key("expires", "duration", default=None, doc=Text("how long deferred messages are tried again")),
    Key(
        "attachments",
        "strings",
        one=True,
        default=[],
        doc=Text("PDF files beside the campaign, 300 KB at most each"),
    ),
    Key(
        "images",
        "string",
        default="",
        choices=("hosted", "cid"),
        doc=Text("on the site, or inside the message; the site if there is one"),
    ),
    Key("sample", "boolean", default=False, doc=Text("goes only to loopback, a folder or reserved domains")),
)
