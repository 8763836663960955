"""The register of exports: each file with people in it that left the database, and where it went."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailer.moments import stamp
from mailer.store.driver import Driver

LIST, REFUSED, ANSWERS = "list", "refused", "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One line of it."""

    at: str
    kind: str  # list, refused (lines of an import), answers (given under names)
    list: str  # or the campaign; empty: of neither
    people: int  # lines about people
    path: str  # from the workspace's root, or whole; empty: standard output
    digest: str  # SHA-256, in hexadecimal


class Exports:
    """The verbs."""

    def __init__(self, driver: Driver, now: Callable[[], datetime]) -> None:
        self._driver = driver
        self._now = now

    def record(self, kind: str, slug: str, *, people: int, path: str, digest: str) -> None:
        """A file was written; within the caller's transaction."""
        self._driver.run(
            "add_export",
            id=secrets.token_hex(16),
            at=stamp(self._now()),
            kind=kind,
            list=slug,
            people=people,
            path=path,
            digest=digest,
        )

    def all(self) -> list[Export]:
        """The whole register, the oldest first."""
        return [_export(row) for row in self._driver.rows("exports")]

    def naming(self, subscriber: int) -> list[Export]:
        """The lists that were written out while this person stood on them."""
        return [_export(row) for row in self._driver.rows("exports_naming", subscriber=subscriber)]


def _export(row: tuple[str, str, str, int, str, str]) -> Export:
    at, kind, slug, people, path, digest = row
    return Export(at=at, kind=kind, list=slug, people=int(people), path=path, digest=digest)
