"""What is wrong with a segment's text: where, in words, with a cure."""

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


def _syntax(at: int, message: Text, cure: Text) -> Fault:
    return Fault("segment-syntax", at, message, cure)


def _instead(found: str) -> Text:
    return Text("'{found}' stands here instead", found=found) if found else Text("the text ends here")


def empty() -> Fault:
    return _syntax(0, Text("this segment says nothing"), Text("write {example}", example="site = 'Nantes'"))


def too_long(length: int, most: int) -> Fault:
    message = Text("this segment is {length} characters long", length=length)
    return _syntax(0, message, Text("write a shorter one: {limit} at most", limit=most))


def too_deep(at: int, most: int) -> Fault:
    message = Text("this segment has more than {limit} parts within one another", limit=most)
    return _syntax(at, message, Text("write a simpler one"))


def too_many(at: int, most: int) -> Fault:
    message = Text("this segment has more than {limit} conditions", limit=most)
    return _syntax(at, message, Text("write a simpler one"))


def unclosed(at: int) -> Fault:
    return _syntax(at, Text("this bracket is never closed"), Text("write ) where it ends"))


def after_the_end(at: int, found: str) -> Fault:
    if english := _FRENCH.get(found.casefold()):
        return _syntax(at, _not_known(found), Text("did you mean '{name}'?", name=english))
    cure = Text("join conditions with 'and' or 'or'")
    return _syntax(at, Text("'{found}' follows a condition that is whole", found=found), cure)


def _not_known(word: str) -> Text:
    return Text("'{word}' is not known here", word=word)


def campaign_expected(at: int, found: str) -> Fault:
    cure = Text("write the name of a campaign: {example}", example="received:2026-11-greve")
    return _syntax(at, Text("which campaign? {found}", found=_instead(found)), cure)


def list_expected(at: int, found: str) -> Fault:
    return _syntax(
        at,
        Text("which list? {found}", found=_instead(found)),
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
    return _syntax(at, Text("a condition begins with a field: {found}", found=_instead(found)), cure)


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


def an_address(at: int) -> Fault:
    """Nobody is named by their address: it would be kept with each campaign, wherever they are erased."""
    message = Text("a segment names nobody by their address")
    return Fault("segment-private", at, message, Text("put them on a list, and name the list"))


def no_field_name(at: int, word: str) -> Fault:
    if english := _FRENCH.get(word.casefold()):
        return _syntax(at, _not_known(word), Text("did you mean '{name}'?", name=english))
    cure = Text("a field is written with letters without accents, digits and _")
    return _syntax(at, Text("'{word}' cannot name a field", word=word), cure)


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
        return _syntax(at, _not_known(found), Text("did you mean '{name}'?", name=english))
    cure = Text("write one of {orders}", orders=_ORDERS)
    return _syntax(at, Text("what of '{field}'? {found}", field=field, found=_instead(found)), cure)


def no_order(at: int, order: str, field: str, kind: str, typed: Collection[str]) -> Fault:
    message = Text(
        "'{field}' is {kind}, which knows no '{order}'", field=field, kind=_named(kind), order=order
    )
    cure = Text("use {orders}, or say what it is: {line}", orders="= !=", line=_declared(field, "date"))
    return Fault("segment-type", at, message, _misspelt(field, typed) or cure)


def _misspelt(field: str, typed: Collection[str]) -> Text | None:
    """A text that nobody declared may be another field, that somebody did."""
    guess = "" if field in typed else closest(field, typed)
    return Text("did you mean '{name}'?", name=guess) if guess else None


def of_another_kind(at: int, field: str, kind: str, wanted: str, typed: Collection[str]) -> Fault:
    message = Text("'{field}' is {kind}, not {wanted}", field=field, kind=_named(kind), wanted=_named(wanted))
    if kind == "text":
        cure = _misspelt(field, typed) or Text("say what it is: {line}", line=_declared(field, wanted))
    else:
        cure = Text("write {example}", example=f"{field} {_EXAMPLES[kind]}")
    return Fault("segment-type", at, message, cure)


_EXAMPLES = {
    "text": "= 'Nantes'",
    "number": ">= 35",
    "date": ">= 2026-01-31",
    "yes-no": "= yes",
}


def _declared(field: str, kind: str) -> str:
    return f'[lists.….fields] {field} = "{kind}"'


def _named(kind: str) -> Text:
    return {
        "text": Text("a text"),
        "number": Text("a number"),
        "date": Text("a date"),
        "yes-no": Text("a yes or no"),
    }[kind]


def _value(at: int, found: str, field: str, kind: str) -> Fault:
    return Fault(
        "segment-type",
        at,
        Text("'{field}' is {kind}: {found}", field=field, kind=_named(kind), found=_instead(found)),
        Text("write {example}", example=f"{field} {_EXAMPLES[kind]}"),
    )


def text_expected(at: int, found: str, field: str) -> Fault:
    message = Text("a text stands between quotes: {found}", found=_instead(found))
    shown = found if found.isalnum() else "Nantes"
    return _syntax(at, message, Text("write {example}", example=f"{field} = '{shown}'"))


def number_expected(at: int, found: str, field: str) -> Fault:
    return _value(at, found, field, "number")


def yes_expected(at: int, found: str, field: str) -> Fault:
    return _value(at, found, field, "yes-no")


def day_expected(at: int, found: str, field: str) -> Fault:
    fault = _value(at, found, field, "date")
    cure = Text("write {example}, or {other}", example="2026-01-31", other="today - 6 months")
    return Fault(fault.code, fault.at, fault.message, cure)


def span_expected(at: int, found: str) -> Fault:
    cure = Text("write {example}", example="since 6 months")
    return _syntax(at, Text("since when? {found}", found=_instead(found)), cure)


def unknown_unit(at: int, unit: str) -> Fault:
    message = Text("'{unit}' is no length of time", unit=unit)
    return _syntax(at, message, Text("write one of {units}", units="days, weeks, months, years"))


def no_such_day(at: int, written: str) -> Fault:
    message = Text("{day} is not in the calendar", day=written)
    return _syntax(at, message, Text("write year-month-day: {example}", example="2026-01-31"))


def empty_text(at: int, field: str) -> Fault:
    message = Text("nothing stands between these quotes")
    return _syntax(at, message, Text("write {example}", example=f"{field} is empty"))


def unprintable(at: int) -> Fault:
    message = Text("it holds a line break or a control character")
    return _syntax(at, message, Text("write it anew, in plain letters"))
