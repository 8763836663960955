"""A report as tables, in the order in which one reads it: for a terminal, and for a page with its charts."""

from mailer.delivery import Tally
from mailer.reports.cells import Bar, Cell, Share, Table
from mailer.reports.click_tables import click_tables
from mailer.reports.domains import Domain
from mailer.reports.facts import Part
from mailer.reports.figures import Compared, Report, share
from mailer.reports.subject_tables import subject_table
from mailer.reports.words import day, reason
from mailer.words import Text

_MOST_DOMAINS = 30  # lines; all of them are in the CSV and in the JSON
_PEOPLE = Text("People")
_SHARE = Text("Share")


def tables(report: Report) -> list[Table]:
    """Those that have anything to say."""
    found = [
        _outcome(report),
        _reasons(Text("Why the server refused"), report.reasons("refused")),
        _domains(report),
        _reasons(Text("Why people were not written to"), report.reasons("excluded")),
        *click_tables(report.own.clicks, report.own.outline.tally.sent, report.facts.followers),
        *(subject_table(one) for one in report.splits),
        _answers(report.own),
        _parts(Text("Waves"), Text("wave {number}"), report.facts.waves),
        _parts(Text("Texts"), Text("edition {number}"), report.facts.editions),
        _earlier(report),
    ]
    return [table for table in found if table.rows]


def _outcome(report: Report) -> Table:
    tally, departed = report.own.outline.tally, report.own.outline.departed
    states = (
        (Text("sent: accepted by the server"), Text("Sent"), tally.sent),
        (Text("deferred: the server said later"), Text("Deferred"), tally.deferred),
        (Text("refused"), Text("Refused"), tally.refused),
        (Text("excluded: not written to"), Text("Excluded"), tally.excluded),
        (Text("unknown: the server's reply was lost"), Text("Unknown"), tally.unknown),
        (Text("on their way"), Text("on their way"), tally.in_flight),
        (Text("to send"), Text("To send"), tally.pending),
    )
    whole = tally.audience
    rows: list[tuple[Cell, ...]] = [(Text("selected"), whole, Share(share(whole, whole)))]
    rows += [(name, people, Share(share(people, whole))) for name, _, people in states]
    if returned := report.own.outline.returned:
        rows.append((Text("of the sent, came back later"), returned, Share(share(returned, tally.sent))))
    rows.append((Text("unsubscribed since"), departed, Share(share(departed, tally.sent))))
    return Table(
        title=Text("What became of it"),
        heads=(Text("Outcome"), _PEOPLE, _SHARE),
        rows=tuple(rows),
        notes=(
            Text(
                "Unsubscribed since: of those it was sent to, who left the list it reached them through, "
                "after their message and before {day} (30 days, or the next campaign to that list); their "
                "share is of the sent.",
                day=day(report.facts.life_until),
            ),
        ),
        bars=tuple(Bar(label=name, length=people, value=people) for _, name, people in states if people),
        drawn=Text("People by outcome."),
    )


def _reasons(title: Text, found: list[tuple[str, int]]) -> Table:
    whole = sum(people for _, people in found)
    return Table(
        title=title,
        heads=(Text("Reason"), _PEOPLE, _SHARE),
        rows=tuple((reason(word), people, Share(share(people, whole))) for word, people in found),
        bars=tuple(Bar(label=reason(word), length=people, value=people) for word, people in found),
        drawn=Text("People by reason."),
    )


def _domains(report: Report) -> Table:
    heads = (
        Text("Domain"),
        Text("Written to"),
        Text("Sent"),
        Text("Deferred"),
        Text("Refused"),
        Text("Unknown"),
        Text("Mostly because"),
    )
    if report.domains is None:
        return _forgotten(report)
    found = report.domains
    notes = [Text("Domains of fewer than 5 people are put together as others.")]
    if len(found) > _MOST_DOMAINS:
        more = len(found) - _MOST_DOMAINS
        notes.append(Text("{more} more are in the CSV and in the JSON.", more=more))
    listed = found[:_MOST_DOMAINS]
    refusing = [one for one in listed if one.refused]
    return Table(
        title=Text("By recipient domain"),
        heads=heads,
        rows=tuple(_domain(one) for one in listed),
        notes=tuple(notes),
        bars=tuple(Bar(label=_name(one), length=one.refused, value=one.refused) for one in refusing),
        drawn=Text("People refused, by domain."),
    )


def _forgotten(report: Report) -> Table:
    closed_at = report.facts.closed_at
    row: tuple[Cell, ...] = (Text("not told of a reminder: it would show who has answered"),)
    if not report.facts.reminds:
        assert closed_at is not None, "domains are forgotten with the rows"
        row = (Text("only counts are kept of it since {day}", day=day(closed_at)),)
    return Table(title=Text("By recipient domain"), heads=(Text("Domain"),), rows=(row,))


def _name(one: Domain) -> Cell:
    return one.name or Text("others")


def _domain(one: Domain) -> tuple[Cell, ...]:
    why = reason(one.reasons[0][0]) if one.reasons else ""
    return (_name(one), one.people, one.sent, one.deferred, one.refused, one.unknown, why)


def _answers(own: Compared) -> Table:
    days = own.outline.answers or ()
    total: tuple[tuple[Cell, ...], ...] = () if own.answers is None else ((Text("in all"), own.answers),)
    return Table(
        title=Text("Answers to the questionnaire"),
        heads=(Text("Day"), _PEOPLE),
        rows=(*((day(one.day), one.people) for one in days), *total),
        bars=tuple(Bar(label=day(one.day), length=one.people, value=one.people) for one in days),
        drawn=Text("People who answered, by day."),
    )


def _parts(title: Text, name: Text, parts: tuple[Part, ...]) -> Table:
    """Several only: one says what the whole says."""
    shown = parts if len(parts) > 1 else ()
    return Table(
        title=title,
        heads=(
            title,
            Text("Begun"),
            Text("Selected"),
            Text("Sent"),
            Text("Refused"),
            Text("Excluded"),
            Text("Unknown"),
            Text("To send"),
        ),
        rows=tuple(
            (Text(name.msgid, number=part.number), part.created_at, *_tally(part.tally)) for part in shown
        ),
    )


def _tally(tally: Tally) -> tuple[Cell, ...]:
    return (
        tally.audience,
        tally.sent,
        tally.refused,
        tally.excluded,
        tally.unknown,
        tally.left + tally.in_flight,
    )


def _earlier(report: Report) -> Table:
    ones = [report.own, *report.earlier] if report.earlier else []
    return Table(
        title=Text("Beside earlier campaigns to the same list"),
        heads=(
            Text("Campaign"),
            Text("Launched"),
            Text("Selected"),
            Text("Sent"),
            Text("Refused"),
            Text("Unsubscribed"),
            Text("Clicks for 100 sent"),
            Text("Answers"),
        ),
        rows=tuple(_beside(one) for one in ones),
        notes=(
            Text(
                "Sent and refused: of those written to. Unsubscribed, clicks, answers: of the sent. Where a "
                "link is hidden, clicks are at least that many."
            ),
        ),
        bars=tuple(
            Bar(label=one.outline.slug, length=one.rates.clicks, value=Share(one.rates.clicks))
            for one in ones
            if one.rates.clicks is not None
        ),
        drawn=Text("Clicks of people for 100 sent, by campaign."),
    )


def _beside(one: Compared) -> tuple[Cell, ...]:
    rates = one.rates
    return (
        one.outline.slug,
        one.outline.launched_at,
        one.outline.tally.audience,
        Share(rates.sent),
        Share(rates.refused),
        Share(rates.unsubscribed),
        Share(rates.clicks),
        Share(rates.answers),
    )
