"""What reports say: names of figures, reasons, and what stands in the place of a figure not shown."""

from collections.abc import Mapping
from datetime import date

from mailer.privacy import FEWEST_CLICKS, FEWEST_PEOPLE
from mailer.reports.clicks import Why
from mailer.words import Text

STATUSES = {
    "scheduled": Text("scheduled"),
    "running": Text("running"),
    "paused": Text("paused"),
    "finished": Text("finished"),
    "cancelled": Text("cancelled"),
}
# Why somebody was refused or set aside, as the ledger says it.
REASONS = {
    "mailbox": Text("the mailbox does not exist or refuses"),
    "full": Text("the mailbox is full"),
    "content": Text("the server refuses the content"),
    "expired": Text("the campaign's time was over"),
    "suppressed": Text("asked for nothing more, or suppressed"),
    "left-out": Text("excluded by the campaign"),
    "unsubscribed": Text("left the list meanwhile"),
    "address-changed": Text("the address changed meanwhile"),
    "duplicate": Text("the address had it already"),
    "render": Text("the message could not be written for them"),
    "cancelled": Text("the campaign was cancelled"),
    "erased": Text("erased meanwhile"),
}
NOT_SHOWN: Mapping[Why, Text] = {
    Why.FEW_CLICKS: Text("fewer than {most}", most=FEWEST_CLICKS),
    Why.FEW_PEOPLE: Text("fewer than {most} people: not shown", most=FEWEST_PEOPLE),
    Why.HIDDEN_LINK: Text("not shown: it would tell what is hidden"),
    Why.NOT_COUNTED: Text("not counted"),
}
ESTIMATE = Text(
    "By people is an estimate: requests without HEAD, without what browsers fetch ahead, and without "
    "scanners that name themselves. Gateways that pass for a browser are still in it, and who clicks twice "
    "counts twice."
)
WITHHELD = Text(
    "Links under {clicks} clicks, or whose text fewer than {people} people have, are not shown; days are put "
    "together until they hold {clicks} clicks; while a link is hidden, totals are those of the links shown.",
    clicks=FEWEST_CLICKS,
    people=FEWEST_PEOPLE,
)


def day(when: date | str) -> Text:
    """A day as one writes it in figures; `when` is a date, or 2026-11-25."""
    year, month, number = str(when)[:10].split("-")
    return Text("{year}-{month}-{day}", year=year, month=month, day=number)


def reason(word: str) -> Text:
    """A reason of the ledger in a sentence; a word nobody translated yet as it is."""
    return REASONS.get(word, Text("{reason}", reason=word))
