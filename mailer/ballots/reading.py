"""A questionnaire file read, with every fault at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.rules import rules
from mailer.ballots.schema import QUESTIONNAIRE
from mailer.findings import Finding, error, has_errors, in_order
from mailer.toml.document import Document, read_document
from mailer.toml.positions import Path
from mailer.toml.table import validate
from mailer.words import Text

# What later versions obey: named, so that nobody calls it a misspelling of something else.
_LATER = ("crosstabs",)
_LATER_OF_QUESTIONS = ("if", "rows")


def read_questionnaire(text: str, file: str) -> tuple[Questionnaire | None, list[Finding]]:
    """The questionnaire of `text`, which `file` (its path in the workspace) holds, and what is wrong with it.

    None if anything found is an error.
    """
    document, findings = read_document(text, file)
    if document is None:
        return None, findings
    document, later = _without_later(document)
    values, faults = validate(document, QUESTIONNAIRE)
    findings += [*later, *faults, *rules(document, values)]
    if has_errors(findings):
        return None, in_order(findings)
    return _questionnaire(values), in_order(findings)


def _without_later(document: Document) -> tuple[Document, list[Finding]]:
    """The document without the keys of later versions, each one found."""
    findings: list[Finding] = []
    kept = _without(document, document.values, _LATER, (), findings)
    match kept.get("question"):
        case list() as questions:
            kept["question"] = [
                _without(document, one, _LATER_OF_QUESTIONS, ("question", at), findings)
                if isinstance(one, dict)
                else one
                for at, one in enumerate(questions)
            ]
        case dict() as alone:
            kept["question"] = _without(document, alone, _LATER_OF_QUESTIONS, ("question",), findings)
    return replace(document, values=kept), findings


def _without(
    document: Document, table: Mapping[str, Any], names: tuple[str, ...], path: Path, findings: list[Finding]
) -> dict[str, Any]:
    for name in names:
        if name in table:
            message = Text("this version does not obey '{key}' as written here", key=name)
            place = document.place_of((*path, name))
            findings.append(error("not-yet", place, message, Text("remove the line")))
    return {name: value for name, value in table.items() if name not in names}


def _questionnaire(values: Mapping[str, Any]) -> Questionnaire:
    return Questionnaire(
        title=values["title"],
        mode=values["mode"],
        closes=values["closes"],
        k=values["k"],
        intro=values["intro"].strip(),
        questions=tuple(_question(one) for one in values["question"]),
    )


def _question(values: Mapping[str, Any]) -> Question:
    low, high = limits(values)
    return Question(
        id=values["id"],
        kind=Kind(values["kind"]),
        text=values["text"],
        hint=values["hint"],
        required=values["required"],
        options=values["options"],
        other=values["other"],
        minimum=low,
        maximum=high,
        labels=values["labels"],
    )


def limits(values: Mapping[str, Any]) -> tuple[int, int]:
    """`min` and `max` of a question as its kind understands them when they are absent."""
    low, high = values["min"], values["max"]
    match values["kind"]:
        case Kind.SCALE:
            return (1 if low is None else low), (5 if high is None else high)
        case Kind.MULTIPLE:
            return 0, high or len(values["options"]) + values["other"]
        case Kind.TEXT:
            return 0, high or 1000
        case _:
            return 0, 1
