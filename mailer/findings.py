"""A finding: what is wrong in a text, where, and the cure. Faults are data, never exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mailer.words import Text


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # nothing is sent
    WARNING = "warning"  # sent, but a reader may suffer
    INFO = "info"  # worth knowing


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a text of the workspace: path from its root with `/`; line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault. `code` is its stable name (docs/findings.md lists them all)."""

    code: str
    place: Place
    message: Text
    cure: Text
    level: Level = Level.ERROR

    def say(self, language: str) -> str:
        """One line: `campaigns/x.md:14:3 unknown field 'prenon': did you mean 'prenom'?`."""
        grade = "" if self.level is Level.ERROR else f"({_GRADES[self.level].say(language)}) "
        sentence = Text("{message}: {cure}", message=self.message, cure=self.cure)
        return f"{self.place} {grade}{sentence.say(language)}"

    def as_json(self, language: str) -> dict[str, object]:
        """The same content for machines; keys are the contract's (docs/contract.md)."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "code": self.code,
            "level": str(self.level),
            "message": self.message.say(language),
            "cure": self.cure.say(language),
        }


def error(code: str, place: Place, message: Text, cure: Text) -> Finding:
    """A fault that keeps the campaign from being sent."""
    return Finding(code=code, place=place, message=message, cure=cure)


def warning(code: str, place: Place, message: Text, cure: Text) -> Finding:
    """A fault a reader may suffer from."""
    return Finding(code=code, place=place, message=message, cure=cure, level=Level.WARNING)


def info(code: str, place: Place, message: Text, cure: Text) -> Finding:
    """Something worth knowing."""
    return Finding(code=code, place=place, message=message, cure=cure, level=Level.INFO)


_GRADES = {Level.WARNING: Text("warning"), Level.INFO: Text("info")}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file, line, column; each said once."""
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.place, finding.code))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether anything found keeps the campaign from being sent."""
    return any(finding.level is Level.ERROR for finding in findings)
