"""A report for machines: the JSON object of docs/contract.md."""

from dataclasses import asdict
from itertools import zip_longest

from mailer.moments import stamp
from mailer.reports.clicks import Clicks, Count, LinkClicks
from mailer.reports.domains import Domain
from mailer.reports.facts import Part
from mailer.reports.figures import Compared, Report
from mailer.reports.splits import Judged

Json = dict[str, object]


def as_json(report: Report) -> Json:
    """The contract's object; what is not shown is null, beside the reason."""
    facts, own = report.facts, report.own
    return {
        "campaign": own.outline.slug,
        "status": facts.status,
        **own.outline.tally.as_json(),
        "id": facts.public_id,
        "launched_at": stamp(own.outline.launched_at),
        "ended_at": stamp(facts.ended_at) if facts.ended_at else None,
        "closed_at": stamp(facts.closed_at) if facts.closed_at else None,
        "lists": list(facts.lists),
        "refused_by_reason": _reasons(report.reasons("refused")),
        "excluded_by_reason": _reasons(report.reasons("excluded")),
        "domains": None if report.domains is None else [_domain(one) for one in report.domains],
        "returned": own.outline.returned,
        "unsubscribed": own.outline.departed,
        "unsubscribed_until": stamp(facts.life_until),
        "clicks": _clicks(own.clicks),
        "links": [_link(link) for link in own.clicks.links],
        "subjects": [_split(one) for one in report.splits],
        "followers": facts.followers,
        "answers": _answers(own),
        "rates": asdict(own.rates),
        "waves": [_part(wave) for wave in facts.waves],
        "editions": [
            {**_part(one), "clicks": _clicks(own.clicks.of_edition(one.number))} for one in facts.editions
        ],
        "earlier": [_earlier(one) for one in report.earlier],
    }


def _reasons(found: list[tuple[str, int]]) -> list[Json]:
    return [{"reason": reason, "people": people} for reason, people in found]


def _domain(one: Domain) -> Json:
    return {
        "domain": one.name or None,
        "people": one.people,
        "sent": one.sent,
        "deferred": one.deferred,
        "refused": one.refused,
        "unknown": one.unknown,
        "refused_by_reason": _reasons(list(one.reasons)),
    }


def _count(count: Count | None) -> Json:
    if count is None:
        return {"people": None, "requests": None, "machines": None}
    return {"people": count.people, "requests": count.requests, "machines": count.machines}


def _clicks(clicks: Clicks) -> Json:
    return {
        **_count(clicks.shown if clicks.why is None else None),
        "people_at_least": clicks.shown.people if clicks.told else None,
        "links_hidden": clicks.hidden,
        "reason": clicks.why,
    }


def _link(link: LinkClicks) -> Json:
    return {
        "number": link.number,
        "edition": link.edition,
        "label": link.label,
        "destination": link.destination,
        **_count(link.count),
        "reason": link.why,
        "periods": [{"from": one.first, "to": one.last, **_count(one.count)} for one in link.periods],
    }


def _split(one: Judged) -> Json:
    """The figures of a split: clicks of all its subjects, or of none."""
    found = one.judgement
    clicks = [tried.clicks for tried in found.tried] if found else []
    return {
        "edition": one.split.edition,
        "verdict": found.verdict if found else "forgotten",
        "best": found.best.subject if found and found.best else None,
        "chance": round(found.chance, 6) if found and found.chance is not None else None,
        "tried": [
            {"subject": known.subject, "people": known.people, "clicks": count}
            for known, count in zip_longest(one.split.subjects, clicks)
        ],
    }


def _answers(one: Compared) -> Json | None:
    if one.outline.answers is None:
        return None
    return {"people": one.answers, "days": [asdict(day) for day in one.outline.answers]}


def _part(part: Part) -> Json:
    return {
        "number": part.number,
        "edition": part.edition,
        "created_at": stamp(part.created_at),
        **part.tally.as_json(),
    }


def _earlier(one: Compared) -> Json:
    return {
        "campaign": one.outline.slug,
        "launched_at": stamp(one.outline.launched_at),
        **one.outline.tally.as_json(),
        "unsubscribed": one.outline.departed,
        "clicks": _clicks(one.clicks),
        "answers": one.answers,
        "rates": asdict(one.rates),
    }
