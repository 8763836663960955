"""What of a questionnaire cannot change any more once people have it, or have answered it."""

from collections.abc import Iterator

from mailer.ballots.model import Question, Questionnaire
from mailer.words import Text


def forbidden(before: Questionnaire, after: Questionnaire, *, answered: bool) -> list[Text]:
    """Why `after` cannot take the place of `before`, which was sent; nothing: it can.

    Its mode was told to people in the mails and on the page. Once somebody has `answered`, so was what
    their answers count for: what may be chosen, with how many figures are shown, what is stored together.
    Words may be mended, the closing moved, questions added at the end.
    """
    found = []
    if before.mode != after.mode:
        found.append(
            Text(
                "its mode is {mode}: people were told so, and it cannot become {other}",
                mode=before.mode,
                other=after.mode,
            )
        )
    if answered:
        found += _of_answers(before, after)
    return found


def _of_answers(before: Questionnaire, after: Questionnaire) -> Iterator[Text]:
    if before.k != after.k:
        yield Text("people have answered it under k = {k}", k=before.k)
    if before.crosstabs != after.crosstabs:
        yield Text("people have answered it with other crosstabs")
    places = [question.id for question in after.questions]
    if places[: len(before.questions)] != [question.id for question in before.questions]:
        yield Text("people have answered it: its questions stay, in their order, and others come at the end")
        return
    for old, new in zip(before.questions, after.questions, strict=False):
        if _choices(old) != _choices(new):
            yield Text("people have answered '{id}': what may be answered there stays as it is", id=old.id)


def _choices(question: Question) -> tuple[object, ...]:
    """All that makes answers comparable."""
    return (
        question.kind,
        question.options,
        question.other,
        question.rows,
        question.minimum,
        question.maximum,
        question.conditions,
    )
