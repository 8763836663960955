"""The tables of clicks: links side by side, then the days of each."""

from mailer.reports.cells import Bar, Cell, Share, Table
from mailer.reports.clicks import Clicks, Count, LinkClicks, Why
from mailer.reports.figures import share
from mailer.reports.words import ESTIMATE, NOT_SHOWN, WITHHELD, day
from mailer.words import Text, plural

_COUNTS = (Text("By people (estimated)"), Text("Requests in all"), Text("By machines"))


def click_tables(clicks: Clicks, sent: int, followers: int | None = None) -> list[Table]:
    """One for the links, and one for the days of each link that may be shown.

    `followers`: the people who agreed that their clicks are known, and followed a link.
    """
    known = () if followers is None else (_followed(followers),)
    return [_links(clicks, sent, known), *(_days(link) for link in clicks.links if link.periods)]


def _followed(people: int) -> Text:
    return plural(
        "Only those who agreed to it are counted, but for pages of the site: {count} person followed a link.",
        "Only those who agreed to it are counted, but for pages of the site: {count} people followed a link.",
        count=people,
    )


def _links(clicks: Clicks, sent: int, known: tuple[Text, ...]) -> Table:
    if not clicks.links:
        nothing = (Text("none"), NOT_SHOWN[Why.NOT_COUNTED])
        return Table(title=Text("Clicks by link"), heads=(Text("Link"), _COUNTS[0]), rows=(nothing,))
    visible = [(link, link.count) for link in clicks.links if link.count is not None]
    return Table(
        title=Text("Clicks by link"),
        heads=(Text("Link"), *_COUNTS, Text("For 100 sent")),
        rows=(*(_link(link, sent) for link in clicks.links), *_total(clicks, sent)),
        notes=(*known, ESTIMATE, WITHHELD),
        bars=tuple(Bar(label=_name(link), length=one.people, value=one.people) for link, one in visible),
        drawn=Text("Clicks of people, by link."),
    )


def _name(link: LinkClicks) -> Text:
    return Text("{number}. {label}", number=link.number, label=link.label or link.destination)


def _link(link: LinkClicks, sent: int) -> tuple[Cell, ...]:
    if link.count is None:
        return (_name(link), NOT_SHOWN[link.why or Why.FEW_CLICKS], "–", "–", "–")
    return (_name(link), *_counts(link.count), Share(share(link.count.people, sent)))


def _counts(count: Count) -> tuple[int, int, int]:
    return count.people, count.requests, count.machines


def _total(clicks: Clicks, sent: int) -> list[tuple[Cell, ...]]:
    """Of several links; with one hidden, of the others: the word says so."""
    if len(clicks.links) < 2 or not clicks.told:
        return []
    name = Text("links shown") if clicks.why else Text("in all")
    return [(name, *_counts(clicks.shown), Share(share(clicks.shown.people, sent)))]


def _days(link: LinkClicks) -> Table:
    periods = [(_period(one.first, one.last), one.count) for one in link.periods]
    return Table(
        title=Text("Clicks by day: {link}", link=_name(link)),
        heads=(Text("Day"), *_COUNTS),
        rows=tuple((name, *_counts(count)) for name, count in periods),
        bars=tuple(Bar(label=name, length=count.people, value=count.people) for name, count in periods),
        drawn=Text("Clicks of people, by day."),
    )


def _period(first: str, last: str) -> Cell:
    return day(first) if first == last else Text("{first} to {last}", first=day(first), last=day(last))
