"""A questionnaire file read, with every fault at once."""

from collections.abc import Mapping
from typing import Any

from mailer.ballots.conditions import read_conditions
from mailer.ballots.limits import limits
from mailer.ballots.model import Kind, Question, Questionnaire
from mailer.ballots.rules import rules
from mailer.ballots.schema import QUESTIONNAIRE
from mailer.findings import Finding, has_errors, in_order
from mailer.toml.document import read_document
from mailer.toml.table import validate


def read_questionnaire(text: str, file: str) -> tuple[Questionnaire | None, list[Finding]]:
    """The questionnaire of `text`, which `file` (its path in the workspace) holds, and what is wrong with it.

    None if anything found is an error.
    """
    document, findings = read_document(text, file)
    if document is None:
        return None, findings
    values, faults = validate(document, QUESTIONNAIRE)
    findings += [*faults, *rules(document, values)]
    if has_errors(findings):
        return None, in_order(findings)
    return _questionnaire(values), in_order(findings)


def _questionnaire(values: Mapping[str, Any]) -> Questionnaire:
    return Questionnaire(
        title=values["title"],
        mode=values["mode"],
        closes=values["closes"],
        k=values["k"],
        intro=values["intro"].strip(),
        questions=tuple(_question(one) for one in values["question"]),
        crosstabs=tuple((one, other) for one, other in values["crosstabs"]),
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
        rows=values["rows"],
        minimum=low,
        maximum=high,
        labels=values["labels"],
        conditions=read_conditions(values["if"]),
        email=values["email"],
    )
