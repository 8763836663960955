"""What is wrong with a value of a segment, or with how its field is compared."""

from collections.abc import Collection

from mailer.segments.faults import Fault, instead, syntax
from mailer.toml.table import closest
from mailer.words import Text


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
        Text("'{field}' is {kind}: {found}", field=field, kind=_named(kind), found=instead(found)),
        Text("write {example}", example=f"{field} {_EXAMPLES[kind]}"),
    )


def text_expected(at: int, found: str, field: str) -> Fault:
    message = Text("a text stands between quotes: {found}", found=instead(found))
    shown = found if found.isalnum() else "Nantes"
    return syntax(at, message, Text("write {example}", example=f"{field} = '{shown}'"))


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
    return syntax(at, Text("since when? {found}", found=instead(found)), cure)


def unknown_unit(at: int, unit: str) -> Fault:
    message = Text("'{unit}' is no length of time", unit=unit)
    return syntax(at, message, Text("write one of {units}", units="days, weeks, months, years"))


def no_such_day(at: int, written: str) -> Fault:
    message = Text("{day} is not in the calendar", day=written)
    return syntax(at, message, Text("write year-month-day: {example}", example="2026-01-31"))


def empty_text(at: int, field: str) -> Fault:
    message = Text("nothing stands between these quotes")
    return syntax(at, message, Text("write {example}", example=f"{field} is empty"))


def unprintable(at: int) -> Fault:
    message = Text("it holds a line break or a control character")
    return syntax(at, message, Text("write it anew, in plain letters"))


def an_address(at: int) -> Fault:
    """Nobody is named by their address: it would be kept with each campaign, wherever they are erased."""
    message = Text("a segment names nobody by their address")
    return Fault("segment-private", at, message, Text("put them on a list, and name the list"))
