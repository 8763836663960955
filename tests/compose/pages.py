"""A page read by an independent parser, strictly: what is opened must be closed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
UNSEEN = frozenset({"head", "style", "title", "script"})


@dataclass(slots=True)
class Element:
    """A tag, its attributes, and what it holds, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)
    style: str = ""  # of itself and of all around it, the outermost first

    def all(self, *tags: str) -> list["Element"]:
        """Every element below of these tags, in order."""
        below = [child for child in self.walk() if isinstance(child, Element)]
        return [element for element in below if not tags or element.tag in tags]

    def walk(self) -> Iterator["Element | str"]:
        """Everything below, in reading order."""
        for child in self.inside:
            yield child
            if isinstance(child, Element):
                yield from child.walk()

    def seen(self) -> str:
        """What a person reads, with the words that stand for images."""
        pieces = []
        for child in self.inside:
            if isinstance(child, str):
                pieces.append(child)
            elif child.tag not in UNSEEN:
                pieces.append(child.attributes.get("alt", "") + child.seen())
        return "".join(pieces)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        attributes = {name: value or "" for name, value in attrs}
        own = ";".join(filter(None, [self.stack[-1].style, attributes.get("style", "")]))
        element = Element(tag, attributes, style=own)
        self.stack[-1].inside.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        assert tag in VOID, f"<{tag} /> closes nothing in HTML"

    def handle_endtag(self, tag: str) -> None:
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].inside.append(data)


def parsed(html: str) -> Element:
    """The page; AssertionError where it is not well nested."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.stack == [reader.root], f"<{reader.stack[-1].tag}> is never closed"
    return reader.root


def body(html: str) -> Element:
    """The body of a page."""
    (found,) = parsed(html).all("body")
    return found


def last_value(style: str, name: str) -> str:
    """The value in force of a CSS property that is inherited."""
    values = re.findall(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", style)
    return values[-1].strip() if values else ""


def hrefs(html: str) -> list[str]:
    """Where the links of a page lead, in order."""
    return [link.attributes["href"] for link in body(html).all("a") if "href" in link.attributes]


def named(html: str, *tags: str) -> list[str]:
    """What the elements of these tags say, in order."""
    return [element.seen() for element in body(html).all(*tags)]
