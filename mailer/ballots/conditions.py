"""Conditions: a question asked only of those who gave certain answers to earlier ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mailer.ballots.limits import limits
from mailer.ballots.model import NO, YES, Condition, Question, Questionnaire
from mailer.ballots.schema import STEPS
from mailer.findings import Finding, error
from mailer.toml.document import Document
from mailer.toml.kinds import as_toml
from mailer.toml.positions import Path
from mailer.toml.table import closest
from mailer.words import Text

# The page hides a question by a rule for each of these; more of them nobody could follow either.
DEEPEST = 10

_CHOSEN = ("single", "multiple", "yes-no", "scale")
_SHOWN = 5  # answers that a cure names

Asked = tuple[Path, Mapping[str, Any]]  # where a question stands, and its validated values


def read_conditions(given: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The conditions of a checked `if`; a single answer may stand for a list of one."""
    return tuple(
        Condition(question=name, values=tuple(str(value) for value in _listed(wanted)))
        for name, wanted in given.items()
    )


def holds(question: Question, chosen: Mapping[str, Sequence[str]]) -> bool:
    """Whether it is asked of who has chosen that: by question, the options as rows hold them.

    A question that was dropped, or left, has chosen nothing, so that what depends on it is dropped too.
    """
    return all(set(one.values) & set(chosen.get(one.question, ())) for one in question.conditions)


def ancestors(questionnaire: Questionnaire) -> Mapping[str, tuple[str, ...]]:
    """For each question, all it depends on, directly or through others, itself first: ids."""
    found: dict[str, tuple[str, ...]] = {}
    for question in questionnaire.questions:
        above = [name for one in question.conditions for name in found[one.question]]
        found[question.id] = tuple(dict.fromkeys([question.id, *above]))
    return found


def condition_rules(document: Document, questions: Sequence[Asked]) -> Iterator[Finding]:
    """What is wrong with the conditions of all questions."""
    earlier: dict[str, Mapping[str, Any]] = {}
    above: dict[str, frozenset[str]] = {}
    ids = [question["id"] for _path, question in questions]
    for path, question in questions:
        place = (*path, "if")
        named = question["if"]
        for name, wanted in named.items():
            fault = _reference(document, (*place, name), name, question["id"], earlier, ids)
            if fault is not None:
                yield fault
            else:
                yield from _values(document, (*place, name), wanted, earlier[name])
        above[question["id"]] = frozenset(named).union(*(above.get(name, ()) for name in named))
        if len(above[question["id"]]) > DEEPEST:
            message = Text("this question depends on more than {count} others", count=DEEPEST)
            cure = Text("ask it of more people, or make two questionnaires")
            yield error("condition-depth", document.place_of(place), message, cure)
        earlier.setdefault(question["id"], question)


def _reference(
    document: Document, path: Path, name: str, own: str, earlier: Mapping[str, Any], ids: list[str]
) -> Finding | None:
    """Why a condition cannot name that question."""
    place = document.place_of(path)
    if name == own:
        message = Text("a question cannot depend on its own answer")
        return error("condition-self", place, message, Text("name an earlier question"))
    if name in earlier:
        if earlier[name]["kind"] in (*_CHOSEN, None):
            return None
        message = Text("no condition can name '{id}': one does not choose its answer from a list", id=name)
        cure = Text("name a question of the kind {choices}", choices=", ".join(_CHOSEN))
        return error("condition-kind", place, message, cure)
    if name in ids:
        message = Text("'{id}' is asked after this question", id=name)
        return error("condition-later", place, message, Text("move it up, or move this question down"))
    guess = closest(name, [one for one in earlier if one])
    cure = Text("did you mean '{guess}'?", guess=guess) if guess else Text("name an earlier question")
    return error("condition-unknown", place, Text("no question is called '{id}'", id=name[:60]), cure)


def _values(document: Document, path: Path, wanted: object, question: Mapping[str, Any]) -> Iterator[Finding]:
    """Each answer that is not one of those the question offers."""
    offered = _offered(question)
    if not offered:
        return  # what is wrong with it was said
    cure = Text("write {example}", example=" / ".join(as_toml(one) for one in offered[:_SHOWN]))
    if not _listed(wanted):
        message = Text("this condition names no answer")
        yield error("condition-value", document.place_of(path, value=True), message, cure)
    for at, value in enumerate(_listed(wanted)):
        # True and 1.0 are 1 in Python, not in TOML
        if type(value) in (str, int) and value in offered:
            continue
        place = document.place_of((*path, at) if isinstance(wanted, list) else path, value=True)
        said = value if isinstance(value, str) else as_toml(value) if isinstance(value, int | float) else "…"
        message = Text("'{value}' is no answer to '{id}'", value=said[:60], id=question["id"])
        guess = closest(said, [one for one in offered if isinstance(one, str)])
        yield error(
            "condition-value", place, message, Text("did you mean '{guess}'?", guess=guess) if guess else cure
        )


def _offered(question: Mapping[str, Any]) -> list[str | int]:
    """The answers of a question as a condition names them: words, or the steps of a scale."""
    match question["kind"]:
        case "yes-no":
            return [YES, NO]
        case "scale":
            low, high = limits(question)
            return list(range(low, min(high + 1, low + STEPS)))
        case None:
            return []
        case _:
            return list(question["options"])


def _listed(wanted: object) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]
