"""The shield: mrml sees only tags we wrote, plain ASCII values, and a token for everything else.

mrml 6.0.1 writes attribute values with Rust's `{:?}` (a no-break space becomes `\\u{a0}`, a quote `\\"`),
parses what mj-text holds as XML, ignores `padding="0 15px"` when it reckons widths, leaves `#abc` as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailer.compose.mjml.hidden import Hidden, Sort, address, escaped, meaning
from mailer.compose.mjml.rules import types_of
from mailer.compose.mjml.tree import SPACES, Element, Wording
from mailer.compose.mjml.validate import holds_raw

_PLAIN = re.compile(r"[A-Za-z0-9 #%*+,./:;=?@_()'!|~-]*+")
_SALTS = re.compile(r"xh([0-9]{1,6})x")
_SHORT_COLOUR = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])")
_WORDS = re.compile(r"[^ \t\r\n\f]++")  # no-break spaces part no words
_CONDITION = "<!--[if mso | IE]>"


@dataclass(slots=True)
class Shield:
    """The tokens of one document: `xh0x17x`, where `xh0x` stands nowhere in it."""

    prefix: str
    hidden: list[Hidden] = field(default_factory=list)
    _numbers: dict[Hidden, int] = field(default_factory=dict)

    @classmethod
    def unlike(cls, text: str) -> "Shield":
        """A shield whose tokens `text` does not contain."""
        used = set(_SALTS.findall(text))
        salt = next(salt for salt in map(str, range(len(used) + 1)) if salt not in used)
        return cls(prefix=f"xh{salt}x")

    def token(self, sort: Sort, text: str) -> str:
        """The word to write instead; one and the same for the same text."""
        hidden = Hidden(sort=sort, text=text)
        if hidden not in self._numbers:
            self._numbers[hidden] = len(self.hidden)
            self.hidden.append(hidden)
        return f"{self.prefix}{self._numbers[hidden]}x"

    def lost(self, page: str) -> list[str]:
        """The contents whose token is nowhere in the page."""
        found = set(re.findall(rf"{self.prefix}([0-9]+)x", page))
        contents = {Sort.CONTENT, Sort.RAW}
        numbered = enumerate(self.hidden)
        return [one.text for number, one in numbered if one.sort in contents and str(number) not in found]

    def put_back(self, page: str) -> str:
        """The page with every text where its token stood."""
        opening = re.escape(_CONDITION)
        pattern = re.compile(
            rf"(?P<opening>{opening})|(?P<end><!\[endif\]-->)"
            rf"|(?P<imported>@import url\()?{self.prefix}(?P<number>[0-9]{{1,7}})x(?P<outlook>-outlook)?"
        )
        conditional = ""

        def shown(found: re.Match[str]) -> str:
            nonlocal conditional
            number = int(found["number"] or len(self.hidden))
            if number >= len(self.hidden):
                conditional = found["opening"] or ""
                return found.group()
            hidden = self.hidden[number]
            is_class = hidden.sort is Sort.CLASSES
            suffix = found["outlook"] or ""
            text = hidden.shown(
                outlook=bool(suffix), imported=bool(found["imported"]), conditional=conditional
            )
            return f"{found['imported'] or ''}{text}{'' if is_class else suffix}"

        return pattern.sub(shown, page)


def shielded(root: Element, shield: Shield) -> str:
    """The checked tree as MJML for mrml."""
    return "".join(piece for mjml in root.named("mjml") for piece in _written(mjml, shield))


def plain(root: Element) -> str:
    """The checked tree as MJML for the official engine: loose HTML in mj-raw, nothing hidden."""
    return "".join(piece for mjml in root.named("mjml") for piece in _written(mjml, None))


def _written(element: Element, shield: Shield | None) -> Iterator[str]:
    """A tag and all it holds; a checked tree is at most eight deep, so recursion is safe."""
    name = element.name
    yield f"<{name}{''.join(_attributes(element, shield))}>"
    if element.content:
        yield _content(name, element.content.strip(SPACES), shield)
    for child in element.children:
        if isinstance(child, Element):
            yield from _written(child, shield)
        elif holds_raw(name):
            yield f"<mj-raw>{_wording(child, shield)}</mj-raw>"
    yield f"</{name}>"


def _content(name: str, content: str, shield: Shield | None) -> str:
    if shield is None or not content:
        return content
    if name == "mj-title":
        return shield.token(Sort.VALUE, " ".join(_WORDS.findall(meaning(content))))
    return shield.token(Sort.RAW if name == "mj-raw" else Sort.CONTENT, content)


def _wording(wording: Wording, shield: Shield | None) -> str:
    return shield.token(Sort.RAW, wording.text) if shield else wording.text


def _attributes(element: Element, shield: Shield | None) -> Iterator[str]:
    for name, value in element.attributes.items():
        said = meaning(value)
        if shield is None:
            yield f' {name}="{escaped(said)}"'
        elif name != "full-width" or said == "full-width":  # mrml takes full-width="false" for true
            yield f' {name}="{_value(element.name, name, said, shield)}"'


def _value(tag: str, name: str, value: str, shield: Shield) -> str:
    if name == "mj-class" or (tag == "mj-class" and name == "name"):
        return " ".join(_plain_or(Sort.VALUE, word, shield) for word in _WORDS.findall(value))
    if name == "css-class":  # mrml gives only the last of several names its suffix
        names = " ".join(_WORDS.findall(value))
        return shield.token(Sort.CLASSES, names) if " " in names else _plain_or(Sort.CLASSES, names, shield)
    if name == "background-url" or (tag == "mj-font" and name == "href"):
        return _plain_or(Sort.ADDRESS, address(value), shield)
    if name == "font-family":
        value = value.replace('"', "'")  # the same in CSS, and mrml can match it with mj-font
    elif "color" in types_of(tag, name):
        value = _SHORT_COLOUR.sub(r"#\1\1\2\2\3\3", value) if _SHORT_COLOUR.fullmatch(value) else value
    elif "padding" in name:
        value = " ".join("0px" if part == "0" else part for part in value.split(" "))
    return _plain_or(Sort.VALUE, value, shield)


def _plain_or(sort: Sort, value: str, shield: Shield) -> str:
    return value if _PLAIN.fullmatch(value) else shield.token(sort, value)
