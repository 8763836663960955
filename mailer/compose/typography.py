"""Typography of plain words: the spaces, quotes and apostrophes that French (or English) readers expect.

French follows the Imprimerie nationale. Everything here is idempotent, takes a time linear
in the text, and leaves addresses, paths, times, ratios and smileys as they were written.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

NO_BREAK = "\u00a0"
NARROW = "\u202f"  # absent from Arial, Tahoma and Roboto, hence an option (docs/decisions/0003)

_S = "[ \u00a0\u2009\u202f]"  # a space, whichever one was typed or pasted
_SPACES = re.compile(f"{_S}+")


@dataclass(frozen=True, slots=True)
class _Edit:
    """Replace `text[start:end]`; an insertion belongs to the run on its left or on its right."""

    start: int
    end: int
    new: str
    leans_left: bool = False

    def precedes(self, cut: int) -> bool:
        """Whether all that is new stands left of a border between runs at `cut`."""
        return cut > self.end or (cut == self.end and (self.leans_left or self.end > self.start))


_Stage = Callable[[str], Iterable[_Edit]]


def typeset(text: str, language: str, *, narrow: bool = False) -> str:
    """`text` as readers of `language` (BCP 47) expect it; unchanged in a language we do not know."""
    return typeset_runs([text], language, narrow=narrow)[0]


def french(text: str, *, narrow: bool = False) -> str:
    """French usage. `narrow` puts U+202F where printers put a thin space; otherwise U+00A0 everywhere."""
    return typeset(text, "fr", narrow=narrow)


def english(text: str) -> str:
    """English usage: curly quotes and apostrophes, ellipses; spaces stay as they are."""
    return typeset(text, "en")


def typeset_runs(texts: Sequence[str], language: str, *, narrow: bool = False) -> list[str]:
    """The same for words cut by markup (`**Attention**:`): rules see across runs, runs keep their words."""
    text, cuts = "".join(texts), _cuts(texts)
    for stage in _stages(language, NARROW if narrow else NO_BREAK):
        text, cuts = _edited(text, cuts, stage(_shadow(text)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)][: len(texts)]


def _stages(language: str, narrow: str) -> list[_Stage]:
    match language.lower().split("-")[0]:
        case "fr":
            return [lambda shadow: _signs(shadow, "«", "»"), lambda shadow: _spaces(shadow, _rules(narrow))]
        case "en":
            return [lambda shadow: _signs(shadow, "“", "”")]
    return []


# --- the text under edition: rules read a shadow, edits keep the borders of runs ---

_NOT_IN_ADDRESS = r"\s<>«»\"“”"
_ADDRESS = rf"[^{_NOT_IN_ADDRESS}]*[^{_NOT_IN_ADDRESS}'’.,;:!?)\]…]"  # a final sign belongs to the sentence
_VERBATIM = re.compile(
    rf"(?:(?:https?|ftp)://|mailto:|tel:|www\.){_ADDRESS}"
    r"|(?<![\w.+%'’-])[\w.+%'’-]++@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<![\w.@-])(?:[\w-]++\.)+[a-z]{{2,}}/{_ADDRESS}"
    rf"|/!\\|(?<![^\s(\[«“\"'’])(?:[A-Za-z]:[\\/]|\\\\|\.{{0,2}}/){_ADDRESS}"  # the sign /!\ and paths
    r"|(?:[:;]['’]?-?[)(/\\|]+|(?<![^\s«])(?:[:;]-?[DPpOo]|:[a-z0-9_+-]+:))(?=[\s.,;:!?…)»%‰€]|$)"  # smileys
)


def _shadow(text: str) -> str:
    """The text with an ordinary word in place of what no rule may touch."""
    return _VERBATIM.sub(lambda found: "x" * len(found[0]), text)


def _cuts(texts: Sequence[str]) -> list[int]:
    """Where one run ends and the next begins."""
    cuts, at = [], 0
    for text in texts[:-1]:
        at += len(text)
        cuts.append(at)
    return cuts


def _edited(text: str, cuts: list[int], edits: Iterable[_Edit]) -> tuple[str, list[int]]:
    """The text and its cuts after disjoint edits."""
    pieces: list[str] = []
    moved: list[int] = []
    at = growth = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        while len(moved) < len(cuts) and not edit.precedes(cuts[len(moved)]):
            cut = cuts[len(moved)]
            moved.append(growth + (cut if cut <= edit.start else min(cut, edit.start + len(edit.new))))
        pieces += [text[at : edit.start], edit.new]
        at = edit.end
        growth += len(edit.new) - (edit.end - edit.start)
    moved += [cut + growth for cut in cuts[len(moved) :]]
    return "".join([*pieces, text[at:]]), moved


# --- signs: quotes, apostrophes, ellipses ------------------------------------

# Not across other quotes: once some are curly, the straight ones left over must not find each other.
_QUOTED = re.compile(r"(?<![\w\"])\"([^\"\n«»“”]++)\"(?![\w\"])")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[\w«“\"])")
_ELLIPSIS = re.compile(r"(?<![.…])\.{3}(?![.…])")


def _signs(shadow: str, opening: str, closing: str) -> Iterator[_Edit]:
    for found in _QUOTED.finditer(shadow):
        if found[1].strip():
            yield _Edit(found.start(), found.start() + 1, opening)
            yield _Edit(found.end() - 1, found.end(), closing)
    for found in _APOSTROPHE.finditer(shadow):
        yield _Edit(found.start(), found.end(), "’")
    for found in _ELLIPSIS.finditer(shadow):
        yield _Edit(found.start(), found.end(), "…")


# --- spaces ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    """Wherever `pattern` matches, the spaces inside become `new`.

    An empty match asks for a space that is missing, in the run where the rule leans.
    """

    pattern: re.Pattern[str]
    new: str
    leans_left: bool = False


_WORD_BEFORE = r"(?<=[^\s(\[{«“‘;:!?¡¿/\\<>=+\-–—.,&#@|~^_`'])"
# A missing space is added only where the sentence pauses: std::move, a!=b and 12:30 stay whole.
_PAUSE = r"[;:!?]*(?:\s|$|[)\]»”’\"])"
_MARK = r"z[a-z]\d{4,}[a-z]z"  # a placeholder (`marks`): after "!", as good as certainly an {% endif %}
_PHONE = rf"(?<![\d.,])(?:(?:\+\d{{1,3}}{_S})?0?\d(?:{_S}\d\d){{4}}|0(?:{_S}\d{{3}}){{3}})(?!{_S}?\d)"
_THOUSANDS = rf"(?<![\d.,])(?<!\d{_S})[1-9]\d{{0,2}}(?:{_S}\d{{3}})+(?!{_S}?\d)"
_UNIT = (
    "(?:%|‰|[kM]?€|Md€|£|°C?|[kcm]?m[²³]?|ha|[kmM]?g|t|[cm]?[lL]|h|min|s|j|[kMG]?Wh?|V|A|[kMG]?Hz|[KkMGT]?o"
    r"|euros?|millions?|milliards?|heures?|minutes?|ans?)(?![\w'’-])"
)
_NUMBERED = rf"(?:\b[nN][°º]|\b[aA]rt\.|\b[pLRD]\.|\bal\.|\bchap\.){_S}+(?=\d|[LRD]\.)"
_NAMED = rf"\b(?:MM?\.|Mmes?|Mlles?|Dr|Pr){_S}+(?=\w)"


@cache
def _rules(narrow: str) -> tuple[_Rule, ...]:
    """The rules; where two want the same gap, the first one wins."""

    def rule(pattern: str, new: str, *, leans_left: bool = False) -> _Rule:
        return _Rule(re.compile(pattern), new, leans_left)

    return (
        rule(rf"(?<=«)(?:{_S}+|(?=\S))", narrow, leans_left=True),
        rule(rf"(?:(?<!\s){_S}+|(?<=\S))(?=»)", narrow),
        rule(rf"(?<!\s){_S}+(?=:)|{_WORD_BEFORE}(?=:{_PAUSE})", NO_BREAK),
        rule(rf"(?<!\s){_S}+(?=[;!?])|{_WORD_BEFORE}(?=[;!?](?:{_PAUSE}|[;!?]*[,.…]|{_MARK}))", narrow),
        rule(_PHONE, NO_BREAK),
        rule(_THOUSANDS, narrow),
        rule(rf"(?<=\d){_S}*(?=[%‰€](?!\w))", NO_BREAK),
        rule(rf"\d{_S}+(?={_UNIT})", NO_BREAK),
        rule(rf"\d{_S}h{_S}+(?=\d\d)", NO_BREAK),
        rule(r"(?<=\b[nN][°º])(?=\d)", NO_BREAK, leans_left=True),
        rule(_NUMBERED, NO_BREAK),
        rule(_NAMED, NO_BREAK),
        # Pasted thin spaces elsewhere: U+2009 would let the line break.
        rule(rf"(?<!{_S}){_S}*[\u2009\u202f]{_S}*", narrow),
    )


_rules(NO_BREAK)  # made with the program, not with the first mail


def _spaces(shadow: str, rules: Iterable[_Rule]) -> Iterable[_Edit]:
    edits: dict[int, _Edit] = {}
    for rule in rules:
        for found in rule.pattern.finditer(shadow):
            spaces = [space.span() for space in _SPACES.finditer(shadow, *found.span())]
            for start, end in spaces or [found.span()]:
                edits.setdefault(start, _Edit(start, end, rule.new, rule.leans_left))
    return edits.values()
