"""Segments asked of the database: how many people one means, on which lists, and a few of them."""

from dataclasses import dataclass

from mailer.segments.tree import Node
from mailer.store.clauses import Setting
from mailer.store.conditions import Condition, condition, in_order
from mailer.store.driver import Driver


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a segment means now: people on a list to whom something may be sent."""

    people: int
    lists: tuple[tuple[str, int], ...]  # who is on several counts in each


class Segments:
    """The verbs about segments; each reads, within `glance` or another transaction of the caller's."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def people(self, node: Node, setting: Setting) -> int:
        """How many people it means."""
        told = self._condition(node, setting)
        if self._driver.remote:
            return self._driver.counted("segment_people", told)
        everybody = self._driver.counted("segment_in_order", in_order(node, setting))
        [(suppressed,)] = self._driver.sought("segment_suppressed", told)
        return everybody - int(suppressed)

    def reach(self, node: Node, setting: Setting) -> Reach:
        """How many, in all and by list."""
        rows = self._driver.sought("segment_lists", self._condition(node, setting))
        lists = tuple((str(row[0]), int(row[1])) for row in rows)
        return Reach(people=self.people(node, setting), lists=lists)

    def sample(self, node: Node, setting: Setting, most: int) -> list[tuple[str, str]]:
        """Name and address of at most so many of them."""
        rows = self._driver.sought("segment_sample", self._condition(node, setting), most=most)
        return [(f"{first} {last}".strip(), email) for first, last, email in rows]

    def _condition(self, node: Node, setting: Setting) -> Condition:
        return condition(node, setting, shared=self._driver.remote)
