"""Every {% if %} ends where it began: in the same paragraph, item or cell, or between the same blocks.

Otherwise one of the two branches would leave a tag of HTML open for the person who takes it.
"""

from collections.abc import Iterator

from mailer.compose import tree
from mailer.compose.marks import Marks
from mailer.findings import Finding, Place, error
from mailer.words import Text

BRANCHES = 100  # each {% elif %} of one text; thousands are more than Jinja2 can follow
DEEPEST = 10  # conditions within conditions; Python compiles 20 blocks within one another

# A room is one stretch of text in which an if may open and close: its texts, in reading order.
Room = tuple[Place, list[str]]


def check_balance(blocks: tree.Blocks, marks: Marks, place: Place) -> list[Finding]:
    """The rooms of `blocks` (those of one tract) whose ifs and endifs do not match."""
    return [fault for at, texts in _rooms(blocks, place) for fault in balance_faults(texts, marks, at)]


def balance_faults(texts: list[str], marks: Marks, place: Place) -> list[Finding]:
    """At most one finding for a stretch of texts."""
    open_ifs: list[bool] = []  # True once its else has been met
    branches = 0
    for tag in (tag for text in texts for tag in marks.tags_in(text) if tag.startswith("{%")):
        word = tag[2:-2].split()[0]
        if word == "if":
            open_ifs.append(False)
            if len(open_ifs) > DEEPEST:
                return [_too_deep(place)]
        elif word == "elif" and (branches := branches + 1) > BRANCHES:
            return [_too_many(place)]
        elif not open_ifs or (word in {"elif", "else"} and open_ifs[-1]):
            return [_unbalanced(tag, place)]
        elif word == "endif":
            open_ifs.pop()
        else:
            open_ifs[-1] = word == "else"
    return [_unbalanced("{% if … %}", place)] if open_ifs else []


def _rooms(blocks: tree.Blocks, place: Place) -> Iterator[Room]:
    between = [block for block in blocks if isinstance(block, tree.Switch)]
    if between:
        yield between[0].place, [block.marks for block in between]
    for block in blocks:
        match block:
            case tree.Heading(inlines=inlines, place=at) | tree.Paragraph(inlines=inlines, place=at):
                yield from _inline_rooms(inlines, at)
            case tree.Button(link=link):
                yield from _inline_rooms(link.inlines, link.place)
            case tree.Bullets(items=items):
                for item in items:
                    yield from _rooms(item, place)
            case tree.Quote(blocks=inner) | tree.Frame(blocks=inner):
                yield from _rooms(inner, place)
            case tree.Table(header=header, rows=rows, place=at):
                for cell in [*header, *(cell for row in rows for cell in row)]:
                    yield from _inline_rooms(cell, at)
            case tree.Listing(text=text):
                yield place, [text]
            case tree.Picture(alt=alt, place=at):
                yield at, [alt]


def _inline_rooms(inlines: tree.Inlines, place: Place) -> Iterator[Room]:
    yield place, [inline.text for inline in inlines if isinstance(inline, tree.Run)]
    for inline in inlines:
        match inline:
            case tree.Strong(inner) | tree.Emphasis(inner) | tree.Strike(inner):
                yield from _inline_rooms(inner, place)
            case tree.Link(inlines=inner, place=at):
                yield from _inline_rooms(inner, at)
            case tree.Code(text):
                yield place, [text]
            case tree.Picture(alt=alt, place=at):
                yield at, [alt]


def _too_deep(place: Place) -> Finding:
    return error(
        "placeholder-deep",
        place,
        Text("more than {limit} conditions stand within one another", limit=DEEPEST),
        Text("join them with 'and', or end some before others begin"),
    )


def _too_many(place: Place) -> Finding:
    return error(
        "placeholder-deep",
        place,
        Text("more than {limit} branches stand in one text", limit=BRANCHES),
        Text("join them with 'in', as in {example}", example="{% if site in ['Metz', 'Nancy'] %}"),
    )


def _unbalanced(tag: str, place: Place) -> Finding:
    return error(
        "placeholder-unbalanced",
        place,
        Text("'{tag}' has no partner here", tag=tag),
        Text(
            "begin and end a condition in the same paragraph or list item, "
            "or put each of its tags on a line of its own between empty lines"
        ),
    )
