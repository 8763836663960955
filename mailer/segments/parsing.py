"""The language of segments, read into a tree: `site = 'Nantes' and not (in list cadres)`.

    either     both, joined by `or`
    both       one, joined by `and`
    one        `not` one | `(` either `)` | `in list` NAME | `received:`SLUG | `not-received:`SLUG
               | `joined:`NAME order day | FIELD what
    what       `=` `!=` `<` `<=` `>` `>=` value | `contains` 'text' | `starts with` 'text'
               | `is filled` | `is empty` | `since` N months

Nothing of a text is ever handed on but names that were looked up and values that were typed: it is read,
or refused with the place and a cure. A text is short and shallow, so recursion is bounded.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from mailer.segments import faults, tree, value_faults, values
from mailer.segments.faults import Fault, UnreadableError
from mailer.segments.scanner import Scanner

LONGEST = 2_000  # characters
DEEPEST = 20  # brackets and `not` within one another
MOST = 100  # conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a segment may speak of. `types` are those that mailer.toml gives to fields; others are texts.

    `fields` None: nobody knows yet which ones there are, and any name will do.
    """

    lists: Collection[str]
    types: Mapping[str, str]
    fields: Collection[str] | None = None


def is_name(written: str) -> bool:
    """Whether a text is the name of a segment, there or not, rather than a condition: one word."""
    return written.replace("-", "").replace("_", "").isalnum()


def parse(text: str, names: Names) -> tree.Node | Fault:
    """The tree of a segment's text, or the first thing that is wrong with it."""
    try:
        return _Parser(text, names).whole()
    except UnreadableError as refused:
        return refused.fault


class _Parser:
    def __init__(self, text: str, names: Names) -> None:
        if len(text) > LONGEST:
            raise UnreadableError(faults.too_long(len(text), LONGEST))
        self._scan = Scanner(text)
        self._names = names
        self._depth = 0
        self._count = 0

    def whole(self) -> tree.Node:
        if self._scan.at_end():
            raise UnreadableError(faults.empty())
        node = self._either()
        if not self._scan.at_end():
            raise UnreadableError(faults.after_the_end(*self._scan.here()))
        return node

    def _either(self) -> tree.Node:
        return self._joined("or", self._both, tree.AnyOf)

    def _both(self) -> tree.Node:
        return self._joined("and", self._one, tree.All)

    def _joined(
        self,
        word: str,
        part: Callable[[], tree.Node],
        whole: Callable[[tuple[tree.Node, ...]], tree.Node],
    ) -> tree.Node:
        parts = [part()]
        while self._scan.word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else whole(tuple(parts))

    def _one(self) -> tree.Node:
        if self._scan.word("not"):
            return tree.Not(self._within(self._one))
        if self._scan.mark("("):
            opened = self._scan.last
            node = self._within(self._either)
            if not self._scan.mark(")"):
                raise UnreadableError(faults.unclosed(opened))
            return node
        self._count += 1
        if self._count > MOST:
            raise UnreadableError(faults.too_many(self._scan.here()[0], MOST))
        return self._condition()

    def _within(self, inner: Callable[[], tree.Node]) -> tree.Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnreadableError(faults.too_deep(self._scan.here()[0], DEEPEST))
        node = inner()
        self._depth -= 1
        return node

    # --- one condition ---------------------------------------------------------------------

    def _condition(self) -> tree.Node:
        if self._scan.words("in", "list"):
            return tree.InList(self._list())
        if found := self._scan.take(_CAMPAIGN):
            slug = self._named(faults.campaign_expected)
            received = tree.Received(slug)
            return received if found.group().casefold() == "received:" else tree.Not(received)
        if self._scan.take(_JOINED):
            name = self._list()
            return self._ordered(name, lambda order, day: tree.Joined(name, order, day))
        return self._about(self._field())

    def _named(self, otherwise: Callable[[int, str], Fault]) -> str:
        found = self._scan.take(_SLUG)
        if found is None:
            raise UnreadableError(otherwise(*self._scan.here()))
        return found.group()

    def _list(self) -> str:
        name = self._named(faults.list_expected)
        if name not in self._names.lists:
            raise UnreadableError(faults.unknown_list(self._scan.last, name, self._names.lists))
        return name

    def _field(self) -> str:
        found = self._scan.take(_NAME)
        if found is None:
            raise UnreadableError(faults.field_expected(*self._scan.here()))
        return values.field(found.group(), self._scan.last, self._names.fields)

    def _about(self, field: str) -> tree.Node:
        """What is said of a field."""
        kind = self._names.types.get(field, "text")
        if self._scan.words("is", "filled"):
            return tree.Filled(field)
        if self._scan.words("is", "empty"):
            return tree.Not(tree.Filled(field))
        if self._scan.words("starts", "with"):
            return self._text(field, kind, "starts")
        if self._scan.word("contains"):
            return self._text(field, kind, "contains")
        if self._scan.word("since"):
            self._must_be("date", field, kind)
            return tree.Dates(field, ">=", values.since(self._scan))
        order = self._order(field)
        match kind:
            case "number":
                return _negated(order, lambda one: tree.Counts(field, one, values.number(self._scan, field)))
            case "date":
                return _negated(order, lambda one: tree.Dates(field, one, values.day(self._scan, field)))
        if order not in ("=", "!="):
            raise UnreadableError(
                value_faults.no_order(self._scan.last, order, field, kind, self._names.types)
            )
        if kind == "yes-no":
            agrees = tree.Agrees(field, values.yes(self._scan, field))
            return tree.Not(agrees) if order == "!=" else agrees
        says = tree.Says(field, "is", values.text(self._scan, field))
        return tree.Not(says) if order == "!=" else says

    def _order(self, field: str) -> str:
        found = self._scan.take(_ORDER)
        if found is None:
            raise UnreadableError(faults.order_expected(*self._scan.here(), field))
        return {"==": "=", "<>": "!="}.get(found.group(), found.group())

    def _text(self, field: str, kind: str, manner: tree.Manner) -> tree.Node:
        self._must_be("text", field, kind)
        return tree.Says(field, manner, values.text(self._scan, field))

    def _must_be(self, wanted: str, field: str, kind: str) -> None:
        if kind != wanted:
            raise UnreadableError(
                value_faults.of_another_kind(self._scan.last, field, kind, wanted, self._names.types)
            )

    def _ordered(self, name: str, make: Callable[[tree.Order, tree.Day], tree.Node]) -> tree.Node:
        if self._scan.word("since"):
            return make(">=", values.since(self._scan))
        order = self._order(name)
        return _negated(order, lambda one: make(one, values.day(self._scan, name)))


def _negated(order: str, make: Callable[[tree.Order], tree.Node]) -> tree.Node:
    """`!=` is whoever is not equal, those with nothing included."""
    match order:
        case "=" | "<" | "<=" | ">" | ">=":
            return make(order)
    return tree.Not(make("="))


_CAMPAIGN = re.compile(r"(?:not-)?received:", re.IGNORECASE)
_JOINED = re.compile(r"joined:", re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?![\w-])")
_NAME = re.compile(r"[^\W\d]\w{0,62}(?!\w)")
_ORDER = re.compile(r"<=|>=|!=|<>|==|=|<|>")
