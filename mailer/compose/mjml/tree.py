"""The tree of an MJML text: elements in elements, and what stands loose between them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mailer.compose.mjml.origins import Origins
from mailer.compose.mjml.rules import COMPONENTS
from mailer.compose.mjml.scan import MOST, Closing, Loose, Opening, Scan
from mailer.findings import Finding, Place, error
from mailer.words import Text

# Tags that hold nothing: never opened to wait for their end.
_CHILDLESS = frozenset(name for name, one in COMPONENTS.items() if not one.ending and not one.children) - {
    "mj-attributes"
}
SPACES = " \t\r\n\f"  # HTML's white space; no-break spaces are words


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words, HTML or comments between tags, in one piece. `visible`: more than comments."""

    text: str
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Element:
    """A tag with what it holds: `content` of an ending tag, else None; `repeated` attribute names."""

    name: str
    place: Place
    attributes: Mapping[str, str]
    repeated: tuple[str, ...] = ()
    content: str | None = None
    children: "tuple[Element | Wording, ...]" = ()

    @property
    def elements(self) -> "Iterator[Element]":
        """The children that are tags."""
        return (child for child in self.children if isinstance(child, Element))

    def named(self, name: str) -> "list[Element]":
        """The children of that name."""
        return [child for child in self.elements if child.name == name]


@dataclass(slots=True)
class _Open:
    """An element still being read."""

    opening: Opening
    children: list[Element | Wording] = field(default_factory=list)
    words: list[Loose] = field(default_factory=list)

    def add(self, element: Element) -> None:
        self.end_words()
        self.children.append(element)

    def end_words(self) -> None:
        """What stood loose since the last tag becomes one piece."""
        text = "".join(word.text for word in self.words)
        if text.strip(SPACES):
            visible = any(not word.comment and word.text.strip(SPACES) for word in self.words)
            self.children.append(Wording(text=text.strip(SPACES), visible=visible))
        self.words.clear()


def read(text: str, origins: Origins) -> tuple[Element, list[Finding]]:
    """A nameless root that holds what the text holds, and every fault of writing."""
    scan = Scan(text)
    builder = _Builder(origins)
    for token in scan.tokens():
        builder.add(token)
    root = builder.finished()
    flaws = [error(one.code, origins.place(one.offset), one.message, one.cure) for one in scan.flaws]
    return root, flaws + builder.findings


class _Builder:
    """Puts tokens into their parents; depth costs no recursion."""

    def __init__(self, origins: Origins) -> None:
        self.findings: list[Finding] = []
        self._origins = origins
        self._open = [_Open(Opening(name="", attributes=(), offset=0, closed=False))]
        self._names: Counter[str] = Counter()

    def add(self, token: Opening | Closing | Loose) -> None:
        match token:
            case Opening():
                self._open_one(token)
            case Closing():
                self._close(token)
            case Loose():
                self._open[-1].words.append(token)

    def _open_one(self, opening: Opening) -> None:
        if self._open[-1].opening.name in _CHILDLESS:
            self._unclosed()  # `<mj-image …>` without its slash: one fault, not one for each tag after it
        if opening.closed:
            self._open[-1].add(self._element(_Open(opening)))
        else:
            self._open.append(_Open(opening))
            self._names[opening.name] += 1

    def finished(self) -> Element:
        """The root, once the text is over."""
        while len(self._open) > 1:
            self._unclosed()
        return self._element(self._open[0])

    def _close(self, closing: Closing) -> None:
        if not self._names[closing.name]:
            parent = self._open[-1].opening
            place = self._origins.place(parent.offset if parent.name else closing.offset)
            message = Text("</{tag}> closes nothing that is open", tag=closing.name[:40])
            self._fault(error("mjml-stray-close", place, message, Text("remove it")))
            return
        while self._open[-1].opening.name != closing.name:
            self._unclosed()
        self._pop()

    def _unclosed(self) -> None:
        opening = self._open[-1].opening
        message = Text("<{tag}> is never closed", tag=opening.name[:40])
        cure = Text("write </{tag}> where it ends", tag=opening.name[:40])
        if opening.name in _CHILDLESS:
            cure = Text("end it with />")
        self._fault(error("mjml-unclosed-tag", self._origins.place(opening.offset), message, cure))
        self._pop()

    def _fault(self, finding: Finding) -> None:
        if len(self.findings) < MOST:
            self.findings.append(finding)

    def _pop(self) -> None:
        closed = self._open.pop()
        self._names[closed.opening.name] -= 1
        self._open[-1].add(self._element(closed))

    def _element(self, read_: _Open) -> Element:
        read_.end_words()
        opening = read_.opening
        attributes: dict[str, str] = {}
        repeated = []
        for name, value in opening.attributes:
            if name in attributes:
                repeated.append(name)
            attributes.setdefault(name, value)
        return Element(
            name=opening.name,
            place=self._origins.place(opening.offset),
            attributes=attributes,
            repeated=tuple(repeated),
            content=opening.content,
            children=tuple(read_.children),
        )
