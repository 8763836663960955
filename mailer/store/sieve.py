"""A sieve: who of a campaign's lists it is for, and who of them is set aside because it leaves them out."""

from dataclasses import dataclass

from mailer.segments.tree import All, AnyOf, Node, Not
from mailer.store.clauses import Setting
from mailer.store.conditions import ANYBODY, Condition, condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """`keeps`: only those of the lists are selected, None: all. Of them, who is in any of `leaves_out`
    (by the name that people know it by) is excluded, and counted."""

    keeps: Node | None = None
    leaves_out: tuple[tuple[str, Node], ...] = ()
    setting: Setting | None = None

    def selected(self, *, shared: bool) -> Condition:
        """Of whom the lists hold, those who are selected: written to, or set aside."""
        return self._condition([self.keeps], shared)

    def written(self, *, shared: bool) -> Condition:
        """Those of them who are not left out."""
        return self._condition([self.keeps, Not(self._out()) if self.leaves_out else None], shared)

    def left_out(self, *, shared: bool) -> Condition:
        """Whoever is left out, selected or not."""
        return self._condition([self._out()], shared)

    def set_aside(self, *, shared: bool) -> Condition:
        """Those who are selected, and left out."""
        return self._condition([self.keeps, self._out()], shared)

    def left_out_by(self, *, shared: bool) -> list[tuple[str, Condition]]:
        """The same by name: whoever several leave out is in each."""
        return [(name, self._condition([self.keeps, node], shared)) for name, node in self.leaves_out]

    def _out(self) -> Node:
        return AnyOf(tuple(node for _, node in self.leaves_out))

    def _condition(self, parts: list[Node | None], shared: bool) -> Condition:
        nodes = tuple(part for part in parts if part is not None)
        if not nodes:
            return ANYBODY
        assert self.setting is not None
        return condition(All(nodes), self.setting, shared=shared)


EVERYBODY = Sieve()
