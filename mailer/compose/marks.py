"""Placeholders in a text become marks: ASCII words that Markdown, typography and MJML leave alone.

`{{ first_name }}` becomes `zq0007qz`; when everything is laid out the marks open again as the slots
of an edition. Each tag stays on one line, so that a forgotten `}}` is found where it was forgotten.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from mailer.compose.expressions import Fault, Rewriter
from mailer.findings import Finding, Place, error
from mailer.model import Slotted
from mailer.words import Text

# A tag ends at the first closing bracket outside quotes. Possessive pieces: linear on any input.
_STRING = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_TAG = re.compile(
    r"(?P<comment>\{\#(?s:.*?)\#\})"
    rf"|\{{\{{(?P<output>(?:{_STRING}|(?!\}}\}})[^\n])*+)\}}\}}"
    rf"|\{{%(?P<switch>(?:{_STRING}|(?!%\}})[^\n])*+)%\}}"
    r"|(?P<unclosed>\{\{|\{%|\{\#)"
)
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
        for letter in "qkxwvyj":
            if not any(re.search(rf"z{letter}\d{{4}}{letter}z", text) for text in texts):
                return cls(letters=f"z{letter}")
        raise AssertionError("a text that holds every mark there is")

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
        pieces = self.pattern.split(text)
        return tuple(self.tags[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces))

    def tags_in(self, text: str) -> list[str]:
        """The tags whose marks stand in `text`, in order."""
        return [self.tags[int(found[1])] for found in self.pattern.finditer(text)]

    def only_switches(self, text: str) -> bool:
        """Whether `text` is nothing but marks of `{% … %}`."""
        tags = self.tags_in(text)
        return bool(tags) and not self.blank(text).strip() and all(tag.startswith("{%") for tag in tags)

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

    def replace(found: re.Match[str]) -> str:
        if found["comment"] is not None:
            return "\n" * found["comment"].count("\n")
        if found["unclosed"] is not None:
            findings.append(_unclosed(found["unclosed"], locate(found.start())))
            return ""
        written = _canonical(found, known, marks)
        if isinstance(written, Fault):
            offset = max(found[0].find(written.word), 0) if written.word else 0
            findings.append(
                error(written.code, locate(found.start() + offset), written.message, written.cure)
            )
            return ""
        return marks.add(written)

    return _TAG.sub(replace, text), findings


def locator(file: str, text: str, first_line: int = 1) -> Locate:
    """Places for offsets of `text`, whose first line is `first_line` of `file`."""

    def locate(offset: int) -> Place:
        start = text.rfind("\n", 0, offset) + 1
        return Place(file, first_line + text.count("\n", 0, offset), offset - start + 1)

    return locate


def _canonical(found: re.Match[str], known: Collection[str], marks: Marks) -> str | Fault:
    inside = found["output"] if found["output"] is not None else found["switch"]
    if inside.startswith(("-", "+")) or inside.endswith(("-", "+")):
        return Fault(
            "placeholder-syntax",
            Text("'-' and '+' beside the brackets are not known here"),
            Text("remove them"),
        )
    rewriter = Rewriter(known)
    written = _output(inside, rewriter) if found["output"] is not None else _switch(inside, rewriter)
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
    closing = {"{{": "}}", "{%": "%}", "{#": "#}"}[opening]
    return error(
        "placeholder-unclosed",
        place,
        Text("'{opening}' is never closed", opening=opening),
        Text("write '{closing}' on the same line", closing=closing),
    )
