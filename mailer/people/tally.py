"""The tally of a reading: everything counted, the first twenty findings and three names kept."""

from collections import Counter
from dataclasses import replace

from mailer.findings import Finding, Level
from mailer.people.report import Report

_KEPT = 20
_NAMES = 3


class Tally:
    """Counts that only go up; errors are kept apart, so that warnings do not hide them."""

    def __init__(self) -> None:
        self.rows = self.people = self.refused = self.duplicates = 0
        self.codes: Counter[str] = Counter()
        self.accented: list[str] = []
        self._errors: list[Finding] = []
        self._warnings: list[Finding] = []

    def add(self, finding: Finding) -> None:
        """One more finding in a row."""
        self.codes[finding.code] += 1
        kept = self._errors if finding.level is Level.ERROR else self._warnings
        if len(kept) < _KEPT:
            kept.append(finding)

    def see(self, name: str) -> None:
        """A name with accents, for the eye."""
        if len(self.accented) < _NAMES and name not in self.accented:
            self.accented.append(name)

    def added_to(self, report: Report) -> Report:
        """The report of a file just opened, with what has been counted since."""
        return replace(
            report,
            rows=self.rows,
            people=self.people,
            refused=self.refused,
            duplicates=self.duplicates,
            conflicts=self.codes["row-conflict"],
            roles=self.codes["row-role"],
            counts=dict(self.codes),
            problems=(*self._errors, *self._warnings)[:_KEPT],
            accented=tuple(self.accented),
        )
