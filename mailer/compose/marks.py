"""Placeholders in a text become marks: ASCII words that Markdown, typography and MJML leave alone.

`{{ first_name }}` becomes `zq0007qz`; when everything is laid out the marks open again as the slots
of an edition. Each tag stays on one line, so that a forgotten `}}` is found where it was forgotten.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import count

from mailer.compose.expressions import LONGEST, Fault, Rewriter
from mailer.findings import Finding, Place, error
from mailer.model import Slotted
from mailer.words import Text

_OPENING = re.compile(r"\{\{|\{%|\{\#")
_CLOSINGS = {"{{": "}}", "{%": "%}", "{#": "#}"}
# What matters inside a tag: strings, which may hold brackets, then whatever could end it.
_STEP = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|(?P<closing>\}\}|%\})|(?P<stop>\{\{|\{%|\{\#|\n)"
)
_MISSING = "…"  # stands for a faulty placeholder: its paragraph is not empty for all that
_SWITCH = re.compile(r"\s*(if|elif|else|endif)\b(.*)", re.DOTALL)


@dataclass(slots=True)
class Marks:
    """The tags met so far, each with its mark. `letters` keep marks apart from the campaign's words."""

    letters: str
    tags: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)

    @classmethod
    def unlike(cls, *texts: str) -> "Marks":
        """Marks that none of `texts` contains."""
        for length in count(1):
            letters = "z" + "q" * length
            if not any(re.search(rf"{letters}\d{{4,}}{letters[::-1]}", text) for text in texts):
                return cls(letters=letters)
        raise AssertionError("unreachable: a text is finite")

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a mark looks like; group 1 is its number."""
        return re.compile(rf"{self.letters}(\d{{4,}}){self.letters[::-1]}")

    def add(self, tag: str) -> str:
        """The mark that stands for `tag`."""
        self.tags.append(tag)
        return f"{self.letters}{len(self.tags) - 1:04d}{self.letters[::-1]}"

    def output(self, name: str) -> str:
        """The mark of a slot that the writer of messages fills: `unsubscribe_url`…"""
        return self.add(f"{{{{ {name} }}}}")

    def open(self, text: str) -> Slotted:
        """The text with its slots open: text and tags take turns, text first and last."""
        pieces, done = [], 0
        for found in self._found(text):
            pieces += [text[done : found.start()], self.tags[int(found[1])]]
            done = found.end()
        return (*pieces, text[done:])

    def tags_in(self, text: str) -> list[str]:
        """The tags whose marks stand in `text`, in order."""
        return [self.tags[int(found[1])] for found in self._found(text)]

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        # A word may look like a mark once Markdown has decoded it (`&#57;`): it is a word.
        return (found for found in self.pattern.finditer(text) if int(found[1]) < len(self.tags))

    def only_switches(self, text: str) -> bool:
        """Whether `text` is nothing but marks of `{% … %}`."""
        tags = self.tags_in(text)
        return bool(tags) and not self.blank(text).strip() and all(tag.startswith("{%") for tag in tags)

    def spelt(self, text: str) -> str:
        """The text with its tags again, for those who read it in a finding."""
        return "".join(self.open(text))

    def blank(self, text: str) -> str:
        """The text without its marks."""
        return self.pattern.sub("", text)


Locate = Callable[[int], Place]


def mark(text: str, marks: Marks, known: Collection[str], locate: Locate) -> tuple[str, list[Finding]]:
    """Replace every tag of `text` by its mark.

    `known` is the closed set of fields; `locate` turns an offset of `text` into a place.
    Comments `{# … #}` vanish but keep their line ends, so that lines keep their numbers.
    """
    findings: list[Finding] = []
    pieces, done = [], 0
    for tag in _tags(text):
        pieces.append(text[done : tag.start])
        done = tag.end
        if tag.opening == "{#" and tag.inside is not None:
            pieces.append("\n" * tag.inside.count("\n"))
        elif tag.inside is None:
            findings.append(_unclosed(tag.opening, locate(tag.start)))
            pieces.append(_MISSING)
        else:
            written = _canonical(tag.opening, tag.inside, known, marks)
            if isinstance(written, str):
                pieces.append(marks.add(written))
            else:
                offset = max(text[tag.start : tag.end].find(written.word), 0) if written.word else 0
                findings.append(
                    error(written.code, locate(tag.start + offset), written.message, written.cure)
                )
                pieces.append(_MISSING if tag.opening == "{{" else "")
    return "".join([*pieces, text[done:]]), findings


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of a text; `inside` is None when it is never closed, and it ends with its opening."""

    opening: str
    start: int
    end: int
    inside: str | None


def _tags(text: str) -> Iterator[_Tag]:
    """The tags of `text` in order. A tag stays on its line and holds no other, so any text is read once."""
    at, comments = 0, True
    while found := _OPENING.search(text, at):
        opening, start = found[0], found.start()
        if opening == "{#":
            end = text.find("#}", start + 2) if comments else -1
            comments = end >= 0  # none further on either, if there is none here
        else:
            end = _end(text, start + 2, _CLOSINGS[opening])
        at = start + 2 if end < 0 else end + 2
        yield _Tag(opening, start, at, None if end < 0 else text[start + 2 : end])


def _end(text: str, start: int, closing: str) -> int:
    """Where `closing` stands, outside quotes and before another tag or the line's end; -1 if nowhere."""
    limit = start + LONGEST  # quotes in quotes could otherwise lead each tag through the whole text
    while step := _STEP.search(text, start, limit):
        if step["stop"] is not None:
            return -1
        if step["closing"] == closing:
            return step.start()
        start = step.end()
    return -1


def locator(file: str, text: str, first_line: int = 1) -> Locate:
    """Places for offsets of `text`, whose first line is `first_line` of `file`."""

    starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def locate(offset: int) -> Place:
        line = bisect_right(starts, offset) - 1
        return Place(file, first_line + line, offset - starts[line] + 1)

    return locate


def _canonical(opening: str, inside: str, known: Collection[str], marks: Marks) -> str | Fault:
    if inside.startswith(("-", "+")) or inside.endswith(("-", "+")):
        return Fault(
            "placeholder-syntax",
            Text("'-' and '+' beside the brackets are not known here"),
            Text("remove them"),
        )
    rewriter = Rewriter(known)
    written = _output(inside, rewriter) if opening == "{{" else _switch(inside, rewriter)
    if not isinstance(written, Fault):
        marks.fields |= rewriter.used
    return written


def _output(inside: str, rewriter: Rewriter) -> str | Fault:
    written = rewriter.rewrite(inside)
    return written if isinstance(written, Fault) else f"{{{{ {written} }}}}"


def _switch(inside: str, rewriter: Rewriter) -> str | Fault:
    found = _SWITCH.fullmatch(inside)
    if found is None or (found[1] in {"else", "endif"} and found[2].strip()):
        return Fault(
            "placeholder-forbidden",
            Text("'{tag}' is not known here", tag="{%" + inside + "%}"),
            Text("the tags are {tags}", tags="{% if … %}, {% elif … %}, {% else %}, {% endif %}"),
        )
    word, condition = found.groups()
    if word in {"else", "endif"}:
        return f"{{% {word} %}}"
    written = rewriter.rewrite(condition)
    return written if isinstance(written, Fault) else f"{{% {word} {written} %}}"


def _unclosed(opening: str, place: Place) -> Finding:
    return error(
        "placeholder-unclosed",
        place,
        Text("'{opening}' is never closed", opening=opening),
        Text(
            "write '{closing}' on the same line, within {limit} characters",
            closing=_CLOSINGS[opening],
            limit=LONGEST,
        ),
    )
