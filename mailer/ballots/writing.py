"""Answers that are typed: free words, and numbers as people write them."""

import re
import unicodedata
from collections.abc import Sequence

from mailer.ballots.faults import Fault, fault, twice
from mailer.ballots.model import Question
from mailer.letters import UNSAFE
from mailer.words import Text, plural

Row = tuple[str, str]

LONGEST_NUMBER = 20  # characters, as it is typed

_LAYOUT = re.compile("[\n\t]")  # what may stand in free words beside letters
_SPACE = "[ \u00a0\u2009\u202f]"  # between thousands, as typed or pasted
# In digits alone, or in groups of three; "12,00" is twelve in every language, "1,200" is not.
_NUMBER = re.compile(rf"([+\-\u2212]?)((?:\d{{1,3}}(?:{_SPACE}\d{{3}})+)|\d+)(?:[.,]0{{1,2}})?")


def words_of(question: Question, values: Sequence[str]) -> list[Row] | Fault:
    """Free words, as they are stored."""
    if len(values) > 1:
        return twice(question)
    words = cleaned("".join(values))
    return fault_of_words(question, words, question.maximum) or ([(question.id, words)] if words else [])


def number_of(question: Question, values: Sequence[str]) -> list[Row] | Fault:
    """A whole number in its digits, however it was typed: "1 200" is 1200."""
    if len(values) > 1:
        return twice(question)
    typed = cleaned("".join(values))
    if not typed:
        return []
    number = whole(typed)
    if number is None:
        return fault(
            question,
            Text("Write a whole number in digits, without a comma, a point or a word: for example 12."),
        )
    if not question.minimum <= number <= question.maximum:
        return fault(
            question,
            Text("Write a number from {low} to {high}.", low=question.minimum, high=question.maximum),
        )
    return [(question.id, str(number))]


def whole(typed: str) -> int | None:
    """The whole number of `typed`; None when it is none, or could mean two."""
    match = _NUMBER.fullmatch(typed) if len(typed) <= LONGEST_NUMBER else None
    if match is None:
        return None
    number = int(re.sub(_SPACE, "", match[2]))
    return -number if match[1] in ("-", "\u2212") else number


def fault_of_words(question: Question, words: str, most: int) -> Fault | None:
    """What keeps `words` (cleaned) from being stored: a letter nobody sees, or more than `most` letters."""
    if UNSAFE.search(_LAYOUT.sub("", words)):
        return fault(
            question, Text("This text holds an invisible character, taken out below: send it again.")
        )
    if len(words) > most:
        message = plural(
            "This text is {count} character too long: {most} are the most.",
            "This text is {count} characters too long: {most} are the most.",
            count=len(words) - most,
            most=most,
        )
        return fault(question, message)
    return None


def cleaned(words: str) -> str:
    """Free words as they are stored: lines end in LF, letters composed, no space around."""
    text = re.sub(r"\r\n?", "\n", words)
    # Halves of characters: no UTF-8 can say them.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", text).strip()


def shown(words: str) -> str:
    """Free words as the form shows them again: all that was typed but invisible characters."""
    return UNSAFE.sub(lambda found: found[0] if _LAYOUT.match(found[0]) else "", cleaned(words))
