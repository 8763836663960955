"""What is wrong with a segment's text: where, in words, with a cure. Of its values: value_faults.py."""

from collections.abc import Collection
from dataclasses import dataclass

from mailer.fields import STANDARD
from mailer.toml.table import closest
from mailer.words import Text

_ORDERS = "= != < <= > >= contains, starts with, is filled, is empty"
# In other tools these are fields. Here nobody knows them of a person, or says so (P14, P15).
_ABOUT_ANSWERS = (
    "answer",
    "repondu",
    "répondu",
    "vote",
    "vot",
    "ballot",
    "click",
    "clic",
    "opened",
    "ouvert",
)
_FRENCH = {"et": "and", "ou": "or", "non": "not", "pas": "not", "contient": "contains", "dans": "in list"}


@dataclass(frozen=True, slots=True)
class Fault:
    """`at` counts characters of the text from 0."""

    code: str
    at: int
    message: Text
    cure: Text


class UnreadableError(Exception):
    """A text is refused; it never leaves this room."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


def syntax(at: int, message: Text, cure: Text) -> Fault:
    """What cannot be read at all."""
    return Fault("segment-syntax", at, message, cure)


def instead(found: str) -> Text:
    """What stands where something else should."""
    return Text("'{found}' stands here instead", found=found) if found else Text("the text ends here")


def empty() -> Fault:
    return syntax(0, Text("this segment says nothing"), Text("write {example}", example="site = 'Nantes'"))


def too_long(length: int, most: int) -> Fault:
    message = Text("this segment is {length} characters long", length=length)
    return syntax(0, message, Text("write a shorter one: {limit} at most", limit=most))


def too_deep(at: int, most: int) -> Fault:
    message = Text("this segment has more than {limit} parts within one another", limit=most)
    return syntax(at, message, Text("write a simpler one"))


def too_many(at: int, most: int) -> Fault:
    message = Text("this segment has more than {limit} conditions", limit=most)
    return syntax(at, message, Text("write a simpler one"))


def unclosed(at: int) -> Fault:
    return syntax(at, Text("this bracket is never closed"), Text("write ) where it ends"))


def after_the_end(at: int, found: str) -> Fault:
    if english := _FRENCH.get(found.casefold()):
        return syntax(at, _not_known(found), Text("did you mean '{name}'?", name=english))
    cure = Text("join conditions with 'and' or 'or'")
    return syntax(at, Text("'{found}' follows a condition that is whole", found=found), cure)


def _not_known(word: str) -> Text:
    return Text("'{word}' is not known here", word=word)


def campaign_expected(at: int, found: str) -> Fault:
    cure = Text("write the name of a campaign: {example}", example="received:2026-11-greve")
    return syntax(at, Text("which campaign? {found}", found=instead(found)), cure)


def list_expected(at: int, found: str) -> Fault:
    return syntax(
        at,
        Text("which list? {found}", found=instead(found)),
        Text("write {example}", example="in list adherents"),
    )


def unknown_list(at: int, name: str, known: Collection[str]) -> Fault:
    guess = closest(name, known)
    cure = (
        Text("did you mean '{name}'?", name=guess)
        if guess
        else Text("there are {names}", names=", ".join(sorted(known)) or "—")
    )
    return Fault("missing-list", at, Text("there is no list '{name}'", name=name), cure)


def field_expected(at: int, found: str) -> Fault:
    cure = Text("write a condition such as {example}", example="site = 'Nantes'")
    return syntax(at, Text("a condition begins with a field: {found}", found=instead(found)), cure)


def about_answers(word: str) -> bool:
    """Whether a word asks what somebody answered, or followed."""
    parts = word.casefold().split("_")  # `has_answered`, `a_repondu`
    return any(part.startswith(one) for part in parts for one in _ABOUT_ANSWERS)


def never_told(at: int, word: str) -> Fault:
    return Fault(
        "segment-private",
        at,
        Text("'{word}' is no field, and never will be: nobody is chosen by what they answered", word=word),
        Text(
            "what people answer, follow or open is not theirs to be sorted by; a reminder writes to who has "
            "not answered: {command}",
            command="mailer send FILE --only-unanswered SLUG",
        ),
    )


def no_field_name(at: int, word: str) -> Fault:
    if english := _FRENCH.get(word.casefold()):
        return syntax(at, _not_known(word), Text("did you mean '{name}'?", name=english))
    cure = Text("a field is written with letters without accents, digits and _")
    return syntax(at, Text("'{word}' cannot name a field", word=word), cure)


def unknown_field(at: int, name: str, known: Collection[str]) -> Fault:
    guess = closest(name, [*STANDARD, *known])
    cure = (
        Text("did you mean '{name}'?", name=guess)
        if guess
        else Text("the fields are {names}", names=", ".join(sorted({*STANDARD, *known})))
    )
    return Fault("unknown-field", at, Text("unknown field '{name}'", name=name), cure)


def order_expected(at: int, found: str, field: str) -> Fault:
    if english := _FRENCH.get(found.casefold()):
        return syntax(at, _not_known(found), Text("did you mean '{name}'?", name=english))
    cure = Text("write one of {orders}", orders=_ORDERS)
    return syntax(at, Text("what of '{field}'? {found}", field=field, found=instead(found)), cure)
