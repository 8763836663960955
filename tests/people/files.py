"""Members' files as bytes, and what reading them gives."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO

import pytest

from mailer.errors import FaultsError
from mailer.fields import title_key
from mailer.findings import Finding
from mailer.model import Person
from mailer.people import Reading, Refused, Report, read_people

ZOE, LUC = "zoe@example.org", "luc@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """All that one file gives."""

    people: list[Person]
    refused: list[Refused]
    report: Report
    titles: tuple[str, ...]

    @property
    def emails(self) -> list[str]:
        """Their addresses, in the file's order."""
        return [one.email for one in self.people]

    @property
    def faults(self) -> list[tuple[str, int, int]]:
        """Code, line and column of what is refused."""
        findings = [one.finding for one in self.refused]
        return [(one.code, one.place.line, one.place.column) for one in findings]

    @property
    def notes(self) -> list[str]:
        """The codes of what is said of the file as a whole."""
        return [one.code for one in self.report.notes]


def opened(
    content: str | bytes,
    encoding: str | None = None,
    identifiers: Collection[str] = (),
    told: Mapping[str, str] | None = None,
) -> Reading:
    """The reading of a file that has just begun; `told`: what the list's settings say of titles."""
    source = BytesIO(content if isinstance(content, bytes) else content.encode())
    return read_people(
        source,
        "x.csv",
        encoding=encoding,
        identifiers=identifiers,
        told={title_key(title): name for title, name in (told or {}).items()},
    )


def read(
    content: str | bytes,
    encoding: str | None = None,
    identifiers: Collection[str] = (),
    told: Mapping[str, str] | None = None,
) -> Read:
    """The whole file; rows always add up."""
    reading = opened(content, encoding, identifiers, told)
    outcomes = list(reading)
    report = reading.report
    assert report.rows == report.people + report.refused + report.duplicates
    people = [one for one in outcomes if isinstance(one, Person)]
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert (len(people), len(refused)) == (report.people, report.refused)
    return Read(people=people, refused=refused, report=report, titles=reading.titles)


def unreadable(content: str | bytes, encoding: str | None = None) -> list[Finding]:
    """Why the file cannot be read as a list."""
    with pytest.raises(FaultsError) as refusal:
        opened(content, encoding)
    assert refusal.value.findings
    return list(refusal.value.findings)
