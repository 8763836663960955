"""Bodies written at random, out of every block and inline we know; and the words each must say.

`¤` stands for a word until the whole is written; then the words are numbered as they are read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st

EVERYONE = frozenset({"Zoé", ""})  # first names: a person's, and none
WORD = re.compile(r"m\d+m")


@dataclass(frozen=True, slots=True)
class Written:
    """Markdown, and for each of its words the first names of those who read it."""

    markdown: str
    readers: tuple[frozenset[str], ...] = ()

    def around(self, write: Callable[[str], str]) -> "Written":
        """The same words in other markup."""
        return Written(write(self.markdown), self.readers)

    def only(self, first_name: str) -> "Written":
        """The same, for some."""
        return Written(self.markdown, tuple(found & {first_name} for found in self.readers))

    def numbered(self) -> str:
        """The Markdown with its words: m0m, m1m…"""
        numbers = count()
        return re.sub("¤", lambda _: f"m{next(numbers)}m", self.markdown)

    def words(self, first_name: str) -> list[str]:
        """What a person with this first name must read."""
        return [f"m{number}m" for number, readers in enumerate(self.readers) if first_name in readers]


def joined(parts: list[Written], sign: str) -> Written:
    """Parts one after the other."""
    markdown = sign.join(part.markdown for part in parts)
    return Written(markdown, tuple(found for part in parts for found in part.readers))


def _fork(named: Written, nameless: Written, gap: str) -> Written:
    branches = joined([named.only("Zoé"), nameless.only("")], f"{gap}{{% else %}}{gap}")
    return branches.around(lambda inside: f"{{% if first_name %}}{gap}{inside}{gap}{{% endif %}}")


def _indented(text: str, first: str) -> str:
    return first + text.replace("\n", "\n" + " " * len(first))


def _quoted(text: str) -> str:
    return "> " + text.replace("\n", "\n> ")


def _boxed(text: str) -> str:
    colons = ":" * (3 + max((len(found) for found in re.findall(":{3,}", text)), default=0))
    return f"{colons} frame\n{text}\n{colons}"


# --- inlines -------------------------------------------------------------------

_SHORT = ["", "", "", " :", " ?", "…", ".", "é", " & co", ' "cité"', " l'an", " \\*", " 1 < 2"]
_ODD = [
    " œuf",
    " <b>",
    " 12 500 €",
    " -->",
    " ]]>",
    " \\u{a0}",
    " 👨‍👩‍👧",
    " [[ x ]]",
    " %}",
    "\u202fx",
    " `a b`",
]
_LONG = [" " + "anticonstitutionnellement" * 4, "-" + "x" * 100]
_ADDRESSES = (
    "https://example.org/a",
    "https://example.org/a?b=c&d=é#e",
    "mailto:a@example.org?subject=b",
    "tel:+33123456789",
    "tract.pdf",
    "questionnaire:",
)
_WRAPS = ("**{}**", "_{}_", "~~{}~~", "**_{}_**")


def _words(suffixes: list[str]) -> st.SearchStrategy[Written]:
    return st.sampled_from(suffixes).map(lambda suffix: Written(f"¤{suffix}", (EVERYONE,)))


WORDS = _words(_SHORT + _ODD + _LONG)
TERSE = _words(_SHORT)
_WRAPPED = st.builds(lambda wrap, words: words.around(wrap.format), st.sampled_from(_WRAPS), WORDS)
_CODE = _words([""]).map(lambda words: words.around("`{}`".format))
_FIELD = st.just(Written("{{ first_name }}"))
_CHOICE = st.builds(lambda one, other: _fork(one, other, ""), TERSE, TERSE)
_LINKS = st.builds(
    lambda words, href: words.around(lambda inside: f"[{inside}]({href})"), WORDS, st.sampled_from(_ADDRESSES)
)
_PICTURES = TERSE.map(lambda words: words.around("![{}](a.png){{width=50}}".format))
_SIMPLE = st.one_of(WORDS, WORDS, _WRAPPED, _CODE, _FIELD, _CHOICE)


def _sentences(inlines: st.SearchStrategy[Written], signs: list[str]) -> st.SearchStrategy[Written]:
    parts = st.tuples(TERSE, st.lists(inlines, max_size=4))  # a word first: no line begins a block
    return st.builds(lambda part, sign: joined([part[0], *part[1]], sign), parts, st.sampled_from(signs))


TITLES = _sentences(_SIMPLE, [" "])
SENTENCES = _sentences(st.one_of(_SIMPLE, _LINKS, _PICTURES), [" ", " ", "\n", "\\\n"])

# --- blocks --------------------------------------------------------------------

_HEADINGS = st.builds(
    lambda signs, title: title.around(lambda inside: f"{signs} {inside}"),
    st.sampled_from(["##", "##", "###", "######"]),
    TITLES,
)
_BUTTONS = st.builds(
    lambda words, href: words.around(lambda inside: f"[{inside}]({href}){{.button}}"),
    TERSE,
    st.sampled_from(_ADDRESSES),
)
_LISTINGS = _words([""]).map(lambda words: words.around('```\n  {} < & "x"\n```'.format))
_RULES = st.just(Written("***"))
_CELLS = st.one_of(TERSE, TERSE.map(lambda words: words.around("**{}**".format)), _FIELD)


@st.composite
def _tables(draw: st.DrawFn) -> Written:
    columns = draw(st.integers(1, 3))
    rows = draw(st.lists(st.lists(_CELLS, min_size=columns, max_size=columns), min_size=1, max_size=3))
    header, *body = [joined(row, " | ").around("| {} |".format) for row in rows]
    return joined([header, Written("|" + ":-:|" * columns), *body], "\n")


_FLAT = st.one_of(SENTENCES, SENTENCES, _HEADINGS, _BUTTONS, _LISTINGS, _RULES, _PICTURES, _tables())


def _stacks(block: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    return st.lists(block, min_size=1, max_size=3).map(lambda parts: joined(parts, "\n\n"))


def _holding(block: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    stacks = _stacks(block)
    items = st.lists(stacks, min_size=1, max_size=3)
    bullets = st.builds(
        lambda stacks, sign: joined(
            [stack.around(lambda text: _indented(text, sign)) for stack in stacks], "\n"
        ),
        items,
        st.sampled_from(["- ", "3. "]),
    )
    forks = st.builds(lambda one, other: _fork(one, other, "\n\n"), stacks, stacks)
    return st.one_of(
        bullets,
        stacks.map(lambda stack: stack.around(_quoted)),
        stacks.map(lambda stack: stack.around(_boxed)),
        forks,
    )


BLOCKS = st.recursive(_FLAT, _holding, max_leaves=8)
TRACTS = st.builds(
    lambda title, stack: (title.around("# {}".format), stack),
    TITLES,
    st.lists(BLOCKS, min_size=1, max_size=4),
)


@st.composite
def bodies(draw: st.DrawFn) -> list[tuple[Written, Written]]:
    """Tracts, each with its title and what follows."""
    tracts = draw(st.lists(TRACTS, min_size=1, max_size=2))
    return [(title, joined(stack, "\n\n")) for title, stack in tracts]
