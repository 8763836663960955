"""HTML as a list of tokens in normal form: two pages that mean the same give the same list.

What the normal form forgets, and nothing else:
order of attributes, of class names, of independent style declarations; empty class and style; a repeated
attribute (the first counts, as in browsers); `/` of void tags; case of names; kind of quotes; entities
against letters; white space where CSS collapses it (never in pre and textarea); `#abc` against `#aabbcc`,
`0px` against `0`; `type="text/css"`; one <style> against several neighbours; conditional comments of Outlook
closed and opened again at once. What stands inside conditional comments is compared like the rest.
"""

import difflib
import re
from html.parser import HTMLParser

# Elements that flow with the words: white space beside them counts (CSS Text 3, 4.1.1).
_INLINE = "a abbr b bdi bdo cite code del em i ins kbd mark q s small span strong sub sup u var"
INLINE = frozenset(_INLINE.split(" "))
RAW = frozenset(["pre", "textarea"])
SPACES = re.compile(r"[ \t\r\n\f]+")
SHORT_COLOUR = re.compile(r"#([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])(?![0-9a-fA-F])")
LONG_COLOUR = re.compile(r"#[0-9a-fA-F]{6}(?![0-9a-fA-F])")
ZERO_PIXELS = re.compile(r"(?<![\w.#-])0px\b")
CONDITION = re.compile(r"\[if ([^\]]*)\]>")
END = "<![endif]>"
WORDS = "“"  # begins a token of text, so that none looks like a tag

Attributes = list[tuple[str, str | None]]


def tokens(html: str) -> list[str]:
    """The page as tokens, one per tag, text, comment or edge of a conditional comment."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _joined_styles(_merged_conditions(reader.finished()))


def differences(ours: str, theirs: str) -> list[str]:
    """What a reader of both pages would note, as lines of a unified diff; empty when they mean the same."""
    return difference_of(tokens(ours), tokens(theirs))


def difference_of(ours: list[str], theirs: list[str]) -> list[str]:
    """The same, for pages already made tokens."""
    return list(difflib.unified_diff(theirs, ours, "theirs", "ours", lineterm="", n=1))


def style(text: str) -> str:
    """Declarations in a stable order; a shorthand and what overrides parts of it keep theirs."""
    parts = [part.partition(":") for part in re.split(r";(?![^(]*\))", text) if part.strip()]
    declarations = [(name.strip().lower(), css_value(value)) for name, _, value in parts]
    names = {name for name, _ in declarations}
    declarations.sort(key=lambda declaration: _family(declaration[0], names))
    return ";".join(f"{name}:{value}" for name, value in declarations)


def css(text: str) -> str:
    """A style sheet without the white space that means nothing."""
    text = re.sub(r" ?([{};,]) ?", r"\1", css_value(text))
    return re.sub(r"(?<=[\w-]): ", ":", text).replace(";}", "}")


def css_value(value: str) -> str:
    """A value with long lower-case colours, bare zeros, single spaces."""
    value = SHORT_COLOUR.sub(r"#\1\1\2\2\3\3", SPACES.sub(" ", value.strip()))
    value = LONG_COLOUR.sub(lambda found: found.group().lower(), value)
    return re.sub(r" ?, ?", ",", ZERO_PIXELS.sub("0", value))


def _family(name: str, names: set[str]) -> str:
    """The shorthand that governs a property in this list of declarations, or the property itself."""
    words = name.split("-")
    shorthands = ("-".join(words[:count]) for count in range(1, len(words)))
    return next((shorthand for shorthand in shorthands if shorthand in names), name)


class _Reader(HTMLParser):
    """Gathers tokens; text keeps the white space that a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tokens: list[str] = []
        self._line: list[int] = []  # the tokens of text on the line being filled
        self._raw = 0
        self._sheet: list[str] | None = None

    def finished(self) -> list[str]:
        self._end_line()
        return [token for token in self._tokens if token != WORDS]

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._edge(tag)
        self._raw += tag in RAW
        self._sheet = [] if tag == "style" else None
        self._tokens.append(f"<{tag}{_attributes(tag, attrs)}>")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self._edge(tag)
        self._tokens.append(f"<{tag}{_attributes(tag, attrs)}>")

    def handle_endtag(self, tag: str) -> None:
        if self._sheet is not None:
            self._tokens.append(WORDS + css("".join(self._sheet)))
            self._sheet = None
        self._edge(tag)
        self._raw = max(0, self._raw - (tag in RAW))
        self._tokens.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._sheet is not None:
            self._sheet.append(data)
        elif self._raw:
            self._tokens.append(WORDS + repr(data))
        else:
            self._words(SPACES.sub(" ", data))

    def handle_comment(self, data: str) -> None:
        self._end_line()
        condition = CONDITION.match(data)
        if condition is None:
            comment = SPACES.sub(" ", data.strip())
            self._tokens.append(END if comment == "<![endif]" else f"<!--{comment}-->")
            return
        self._tokens.append(f"<![if {SPACES.sub(' ', condition[1].strip())}]>")
        inside = data[condition.end() :]
        if inside != "<!":  # `<!--[if !mso]><!-->` opens what everyone else reads
            inner = _Reader()
            inner.feed(inside.removesuffix("<![endif]"))
            inner.close()
            self._tokens += [*inner.finished(), END]

    def handle_decl(self, decl: str) -> None:
        self._tokens.append(f"<!{decl.lower()}>")

    def _words(self, text: str) -> None:
        """Spaces run together across inline tags and vanish where a line begins."""
        before = self._tokens[self._line[-1]] if self._line else " "
        text = text.lstrip(" ") if before.endswith(" ") else text
        if text:
            self._line.append(len(self._tokens))
            self._tokens.append(WORDS + text)

    def _edge(self, tag: str) -> None:
        if tag not in INLINE:
            self._end_line()

    def _end_line(self) -> None:
        """At a block's edge the space before it vanishes as well."""
        if self._line:
            self._tokens[self._line[-1]] = self._tokens[self._line[-1]].rstrip(" ")
        self._line.clear()


def _attributes(tag: str, attrs: Attributes) -> str:
    values = {name: _attribute(name, value or "") for name, value in reversed(attrs)}
    if tag in {"style", "link", "script"} and values.get("type") == "text/css":
        del values["type"]
    shown = sorted((name, value) for name, value in values.items() if value or name not in {"class", "style"})
    return "".join(f' {name}="{value}"' for name, value in shown)


def _attribute(name: str, value: str) -> str:
    if name == "style":
        return style(value)
    if name == "class":
        return " ".join(sorted(value.split()))
    if name in {"bgcolor", "color"}:
        return css_value(value)
    return value


def _merged_conditions(page: list[str]) -> list[str]:
    """`<![endif]--><!--[if mso | IE]>` of one and the same condition is no edge at all."""
    merged: list[str] = []
    condition = ""
    for token in page:
        if token == condition and merged and merged[-1] == END:
            merged.pop()
            continue
        if token.startswith("<![if "):
            condition = token
        merged.append(token)
    return merged


def _joined_styles(page: list[str]) -> list[str]:
    """Neighbouring <style> elements of the same attributes are one."""
    joined: list[str] = []
    opening = ""
    for token in page:
        if token == opening and joined[-1] == "</style>":
            joined.pop()
        elif token.startswith(WORDS) and joined and joined[-1].startswith(WORDS):
            joined[-1] += token.removeprefix(WORDS)
        else:
            opening = token if token.startswith("<style") else opening
            joined.append(token)
    return joined
