"""The closed language of placeholders: Jinja2 syntax, of which only what a tract needs is let in.

An expression is parsed by Jinja2, walked node by node, and written out again by us: what reaches the
recipient stage is never the author's own text. Attributes, calls, indexes, arithmetic, loops, includes
and unknown filters have no rule here, so they cannot get through (CVE-2016-10745, CVE-2019-10906,
CVE-2024-56326, CVE-2025-27516: every known escape needs one of them).
"""

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from mailer.fields import canonical
from mailer.words import Text

PLAIN_FILTERS = frozenset({"capitalize", "lower", "title", "trim", "upper"})
COMPARISONS = {"eq": "==", "ne": "!=", "in": "in", "notin": "not in"}
LONGEST = 1_000  # characters of one expression: parsing stays far from Python's recursion limit
DEEPEST = 20  # parts within parts: what is compiled from it stays far from it too

_environment = Environment(autoescape=False)  # noqa: S701  only its parser is used


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an expression is refused; `word` is the part of it to point at."""

    code: str
    message: Text
    cure: Text
    word: str = ""


class _RefusedError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(slots=True)
class Rewriter:
    """Writes an expression again in canonical form, noting the fields it uses."""

    known: Collection[str]
    used: set[str] = field(default_factory=set)
    source: str = ""
    depth: int = 0

    def rewrite(self, source: str) -> str | Fault:
        """The expression in canonical form, or why it is refused."""
        self.source = source.strip()
        try:
            return self._write(_parse(source))
        except _RefusedError as refused:
            return refused.fault

    def _write(self, node: nodes.Expr) -> str:
        rule = _RULES.get(type(node))
        if rule is None:
            raise _RefusedError(_forbidden(self.source))
        self.depth += 1
        if self.depth > DEEPEST:
            raise _RefusedError(_too_deep())
        written = rule(self, node)
        self.depth -= 1
        return written

    def _name(self, node: nodes.Name) -> str:
        name = canonical(node.name) or node.name
        if name not in self.known:
            raise _RefusedError(unknown_field(node.name, self.known))
        self.used.add(name)
        return name

    def _const(self, node: nodes.Const) -> str:
        if not isinstance(node.value, str):
            raise _RefusedError(
                Fault(
                    "placeholder-forbidden",
                    Text("{value} is not a text", value=str(node.value)),
                    Text("values are compared as texts: write '{value}' between quotes", value=node.value),
                )
            )
        return quoted(node.value)

    def _either(self, node: nodes.CondExpr) -> str:
        otherwise = "''" if node.expr2 is None else self._write(node.expr2)
        return f"({self._write(node.expr1)} if {self._write(node.test)} else {otherwise})"

    def _pair(self, node: nodes.BinExpr) -> str:
        # Both + and ~ join texts here: `~` never meets two values it cannot add.
        sign = {nodes.And: "and", nodes.Or: "or", nodes.Add: "~"}[type(node)]
        return f"({self._write(node.left)} {sign} {self._write(node.right)})"

    def _joined(self, node: nodes.Concat) -> str:
        return "(" + " ~ ".join(self._write(part) for part in node.nodes) + ")"

    def _not(self, node: nodes.Not) -> str:
        return f"(not {self._write(node.node)})"

    def _several(self, node: nodes.List | nodes.Tuple) -> str:
        return "[" + ", ".join(self._write(item) for item in node.items) + "]"

    def _compare(self, node: nodes.Compare) -> str:
        written = self._write(node.expr)
        for operand in node.ops:
            if operand.op not in COMPARISONS:
                raise _RefusedError(_forbidden(self.source))
            written += f" {COMPARISONS[operand.op]} {self._write(operand.expr)}"
        return f"({written})"

    def _filter(self, node: nodes.Filter) -> str:
        if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise _RefusedError(_forbidden(self.source))
        value = self._write(node.node)
        if node.name in PLAIN_FILTERS and not node.args:
            return f"{value}|{node.name}"
        if node.name in {"default", "d"} and node.args:
            # A field is never undefined, only empty: without `true` the default would never show.
            return f"{value}|default({self._write(node.args[0])}, true)"
        raise _RefusedError(_unknown_filter(node.name))


_RULES: dict[type[nodes.Expr], Callable[[Rewriter, Any], str]] = {
    nodes.Name: Rewriter._name,
    nodes.Const: Rewriter._const,
    nodes.CondExpr: Rewriter._either,
    nodes.And: Rewriter._pair,
    nodes.Or: Rewriter._pair,
    nodes.Add: Rewriter._pair,
    nodes.Concat: Rewriter._joined,
    nodes.Not: Rewriter._not,
    nodes.List: Rewriter._several,
    nodes.Tuple: Rewriter._several,
    nodes.Compare: Rewriter._compare,
    nodes.Filter: Rewriter._filter,
}


def quoted(text: str) -> str:
    """A Jinja2 string literal, ASCII only, whatever `text` holds."""
    escaped = text.encode("unicode_escape").decode("ascii").replace("'", "\\'")
    return f"'{escaped}'"


def _parse(source: str) -> nodes.Expr:
    if len(source) > LONGEST:
        raise _RefusedError(
            Fault(
                "placeholder-syntax",
                Text("this placeholder is {length} characters long", length=len(source)),
                Text("write a shorter one: {limit} at most", limit=LONGEST),
            )
        )
    try:
        tree = _environment.parse("{{ " + source + " }}")
    except (TemplateSyntaxError, RecursionError) as error:
        reason = getattr(error, "message", None) or "too deep"
        raise _RefusedError(
            Fault(
                "placeholder-syntax",
                Text("this placeholder cannot be read ({reason})", reason=reason),
                Text("write a field's name, as in {example}", example="{{ first_name }}"),
            )
        ) from None
    match tree.body:
        case [nodes.Output(nodes=[nodes.Expr() as expression])]:
            return expression
    raise _RefusedError(_forbidden(source.strip()))


def _too_deep() -> Fault:
    return Fault(
        "placeholder-syntax",
        Text("this placeholder has more than {limit} parts within one another", limit=DEEPEST),
        Text("write a simpler one"),
    )


def unknown_field(name: str, known: Collection[str]) -> Fault:
    """No list has such a field: the nearest one is named."""
    close = difflib.get_close_matches(name.lower(), [*known, "prenom", "nom"], n=1, cutoff=0.6)
    cure = (
        Text("did you mean '{name}'?", name=close[0])
        if close
        else Text("the fields are {names}", names=", ".join(sorted(known)))
    )
    return Fault("unknown-field", Text("unknown field '{name}'", name=name), cure, word=name)


def _unknown_filter(name: str) -> Fault:
    return Fault(
        "placeholder-forbidden",
        Text("'|{name}' is not known here", name=name),
        Text("the filters are {names}", names=", ".join(sorted({*PLAIN_FILTERS, "default('…')"}))),
        word=name,
    )


def _forbidden(source: str) -> Fault:
    shown = source if len(source) <= 60 else source[:57] + "…"
    return Fault(
        "placeholder-forbidden",
        Text("'{source}' is more than a placeholder may hold", source=shown),
        Text("use a field, a text between quotes, 'if … else …', '~', '==' or a filter"),
    )
