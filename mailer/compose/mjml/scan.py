"""A strict scanner of MJML: tags, attributes in quotes, comments; what ending tags hold stays closed.

Linear on any input: each search ends at what the next one starts from, or is never made again.
It never gives up: a flaw is noted and reading goes on, so that all of them are told at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailer.compose.mjml.rules import ENDING
from mailer.words import Text

_SPACE = re.compile(r"[ \t\r\n\f]*+")
_NEXT = re.compile(r"<(?:(?P<comment>!--)|(?P<cdata>!\[CDATA\[)|(?P<slash>/?)(?P<name>mj[a-z0-9-]*+))", re.I)
_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_.:-]*+")
_EQUALS = re.compile(r"[ \t\r\n\f]*+=[ \t\r\n\f]*+")
_JUNK = re.compile(r"[^ \t\r\n\f/><]++|/")
_MJ = re.compile(r"</?mj", re.I)
# Where content ends, or else shows that its tag was never closed.
_ENDS = {
    name: re.compile(rf"<(?:/(?P<close>{name})[ \t\r\n\f]*+>|/mj|{name}(?![\w-]))", re.I) for name in ENDING
}
_AFTER_VALUE = frozenset(["", " ", "\t", "\r", "\n", "\f", "/", ">"])

MOST = 200  # flaws told of one text; a broken file of 1 MB could hold 300,000


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A fault of the writing itself; `offset` is that of the tag it belongs to."""

    code: str
    offset: int
    message: Text
    cure: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`<mj-text color="red">`; `content` is the closed content of an ending tag, None for other tags."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    offset: int
    closed: bool  # nothing more to wait for: `/>`, or an ending tag read to its end
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """`</mj-column>`."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """What stands between tags: words, HTML, a comment."""

    text: str
    comment: bool


Token = Opening | Closing | Loose


@dataclass(slots=True)
class Scan:
    """One reading of one text: iterate over `tokens()`, then look at `flaws`."""

    text: str
    flaws: list[Flaw] = field(default_factory=list)
    _at: int = 0

    def tokens(self) -> Iterator[Token]:
        """The text's tokens in order."""
        while found := _NEXT.search(self.text, self._at):
            if found.start() > self._at:
                yield Loose(text=self.text[self._at : found.start()], comment=False)
            self._at = found.end()
            if found["comment"]:
                yield from self._comment(found.start())
            elif found["cdata"]:
                self._cdata(found.start())
            elif found["slash"]:
                yield self._closing(found)
            else:
                yield self._opening(found)
        if self._at < len(self.text):
            yield Loose(text=self.text[self._at :], comment=False)

    def _flaw(self, code: str, offset: int, message: Text, cure: Text) -> None:
        if len(self.flaws) < MOST:
            self.flaws.append(Flaw(code=code, offset=offset, message=message, cure=cure))

    def _until(self, end: str, offset: int) -> bool:
        """Moves behind `end`; False, at the text's end, when there is none."""
        stop = self.text.find(end, self._at)
        self._at = len(self.text) if stop < 0 else stop + len(end)
        if stop < 0:
            message = Text("a comment is never closed")
            self._flaw("mjml-broken-tag", offset, message, Text("write {end} where it ends", end=end))
        return stop >= 0

    def _comment(self, offset: int) -> Iterator[Loose]:
        if self._until("-->", offset):
            yield Loose(text=self.text[offset : self._at], comment=True)

    def _cdata(self, offset: int) -> None:
        if self._until("]]>", offset):
            message = Text("a CDATA section stands between tags")
            self._flaw("mjml-broken-tag", offset, message, Text("write its text in mj-raw, without CDATA"))

    def _closing(self, found: re.Match[str]) -> Closing:
        self._spaces()
        if self.text.startswith(">", self._at):
            self._at += 1
        else:
            tag = found["name"][:40]
            message = Text("</{tag} is not a whole tag", tag=tag)
            self._flaw("mjml-broken-tag", found.start(), message, Text("write </{tag}>", tag=tag))
        return Closing(name=found["name"], offset=found.start())

    def _opening(self, found: re.Match[str]) -> Opening:
        name, offset = found["name"], found.start()
        attributes = tuple(self._attributes(name[:40], offset))
        closed = self.text.startswith("/>", self._at)
        whole = closed or self.text.startswith(">", self._at)
        self._at += 2 if closed else whole
        content = None
        if name in ENDING:
            content = "" if closed or not whole else self._content(name, offset)
            closed = True
        return Opening(name=name, attributes=attributes, offset=offset, closed=closed, content=content)

    def _spaces(self) -> bool:
        before = self._at
        space = _SPACE.match(self.text, before)
        self._at = space.end() if space else before
        return self._at > before

    def _attributes(self, tag: str, offset: int) -> Iterator[tuple[str, str]]:
        """Pairs up to `>`, `/>`, or the point where the tag turns out never to end."""
        while True:
            spaced = self._spaces()
            head = self.text[self._at : self._at + 2]
            if head.startswith(">") or head == "/>":
                return
            if not head or head.startswith("<"):
                message = Text("the tag <{tag} has no end", tag=tag)
                self._flaw("mjml-broken-tag", offset, message, Text("write > after its last attribute"))
                return
            if not spaced:
                message = Text("<{tag}>: two attributes, or a name and its attribute, touch", tag=tag)
                self._flaw("mjml-broken-tag", offset, message, Text("write a space between them"))
            name = _NAME.match(self.text, self._at)
            if name is None:
                self._junk(tag, offset)
                continue
            self._at = name.end()
            value = self._value(tag, name.group(), offset)
            if value is not None:
                yield name.group(), value
            elif self.text[self._at : self._at + 1] in {"", "<"}:
                return  # told already

    def _junk(self, tag: str, offset: int) -> None:
        junk = _JUNK.match(self.text, self._at)
        assert junk is not None
        self._at = junk.end()
        message = Text("<{tag}>: '{text}' is no attribute", tag=tag, text=junk.group()[:40])
        cure = Text('write each attribute as name="value"')
        self._flaw("mjml-broken-tag", offset, message, cure)

    def _value(self, tag: str, name: str, offset: int) -> str | None:
        equals = _EQUALS.match(self.text, self._at)
        quote = self.text[equals.end() : equals.end() + 1] if equals else ""
        if equals is None or quote not in {'"', "'"}:
            self._at = equals.end() if equals else self._at
            bare = _JUNK.match(self.text, self._at) if equals else None
            self._at = bare.end() if bare else self._at
            message = Text("<{tag}>: {name} has no value in quotes", tag=tag, name=name[:40])
            cure = Text('write {name}="…"', name=name[:40])
            self._flaw("mjml-broken-tag", offset, message, cure)
            return None
        return self._quoted(tag, name, offset, equals.end() + 1, quote)

    def _quoted(self, tag: str, name: str, offset: int, start: int, quote: str) -> str | None:
        """The value up to its quote, unless that quote opens a later tag's value: this one was forgotten."""
        stop = self.text.find(quote, start)
        after = self.text[stop + 1 : stop + 2]
        if stop >= 0 and after in _AFTER_VALUE:
            self._at = stop + 1
            return self.text[start:stop]
        next_tag = _MJ.search(self.text, start, stop if stop >= 0 else len(self.text))
        if stop >= 0 and next_tag is None:
            self._at = stop + 1  # something touches it: told by the caller
            return self.text[start:stop]
        self._at = next_tag.start() if next_tag else len(self.text)
        message = Text("<{tag}>: the value of {name} is never closed", tag=tag, name=name[:40])
        self._flaw("mjml-broken-tag", offset, message, Text("write {quote} after it", quote=quote))
        return None

    def _content(self, name: str, offset: int) -> str:
        """Everything up to the closing tag; nothing is read of an ending tag that is never closed."""
        end = _ENDS[name].search(self.text, self._at)
        if end is None or not end["close"]:
            message = Text("<{tag}> is never closed", tag=name)
            self._flaw("mjml-unclosed-tag", offset, message, Text("write </{tag}> where it ends", tag=name))
            return ""
        content = self.text[self._at : end.start()]
        self._at = end.end()
        return content
