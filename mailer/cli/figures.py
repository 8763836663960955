"""The figures of a launched campaign: one JSON object, or lines for people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailer.cli import show
from mailer.cli.speech import say
from mailer.deliver.causes import why as cause
from mailer.delivery import Tally
from mailer.moments import stamp
from mailer.privacy import FEWEST_CLICKS, shown_clicks
from mailer.reports.words import STATUSES, reason
from mailer.store.campaigns import Launched, LinkCount, by_destination
from mailer.store.store import Store
from mailer.store.tallies import EditionFigures, Figures
from mailer.words import Text, plural

STATES = {"refused": Text("refused"), "excluded": Text("excluded")}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is shown of a campaign, as of one instant."""

    fresh: Launched
    figures: Figures
    reasons: list[tuple[str, str, int]]
    links: list[LinkCount]


def figures(store: Store, campaign: Launched) -> dict[str, object]:
    """The contract's object (docs/contract.md): it adds up at every instant (P5)."""
    said, _ = _looked_at(store, campaign)
    return said


def _looked_at(store: Store, campaign: Launched) -> tuple[dict[str, object], _Seen]:
    with store.glance():
        # Nobody whom a reminder reached is named: they had not answered.
        known = store.campaigns.unknown(campaign.public_id) if not campaign.reminds else ()
        unknown = [address for address, _ in known]
        due = store.ledger.next_due(campaign.public_id)
        returned = store.returns.people(campaign.public_id)
        seen = _Seen(
            fresh=store.campaigns.by_id(campaign.public_id) or campaign,
            figures=store.campaigns.figures(campaign.public_id),
            reasons=store.campaigns.reasons(campaign.public_id),
            links=by_destination(store.campaigns.links(campaign.public_id)),
        )
    tally, waves, editions = seen.figures.total, seen.figures.waves, seen.figures.editions
    reasons, links, fresh = seen.reasons, seen.links, seen.fresh
    readers = _readers(editions)
    said: dict[str, object] = {
        "campaign": campaign.slug,
        "status": fresh.status,
        **tally.as_json(),
        "id": campaign.public_id,
        "reason": fresh.reason,
        "next_attempt": stamp(due) if due else None,
        "unknown_addresses": unknown,
        "reasons": [
            {"state": state, "reason": reason, "people": people} for state, reason, people in reasons
        ],
        "links": [
            {
                "number": link.number,
                "edition": link.edition,
                "label": link.label,
                "destination": link.destination,
                "clicks": shown_clicks(link.clicks, readers[link.edition]),
            }
            for link in links
        ],
        "waves": [
            {
                "number": wave.number,
                "edition": wave.edition,
                "created_at": stamp(wave.created_at),
                **wave.tally.as_json(),
            }
            for wave in waves
        ],
        "editions": [
            {
                "number": edition.number,
                "digest": edition.digest,
                "created_at": stamp(edition.created_at),
                **edition.tally.as_json(),
            }
            for edition in editions
        ],
        "closed_at": stamp(fresh.closed_at) if fresh.closed_at else None,
        "returned": returned,
    }
    return said, seen


def tell(store: Store, campaign: Launched) -> None:
    """The same for people, on standard output."""
    said, seen = _looked_at(store, campaign)
    status = STATUSES[str(said["status"])]
    show.data(say(Text("{slug}: {status}", slug=campaign.slug, status=status)))
    if said["reason"]:
        show.data("  " + say(cause(str(said["reason"]))))
    for line in _counts(said):
        show.data("  " + say(line))
    if said["returned"]:
        show.data("  " + say(Text("{returned} of the sent came back later", returned=said["returned"])))
    waves, editions = seen.figures.waves, seen.figures.editions
    for state, word, people in seen.reasons:
        why = reason(word)
        line = Text("{people}: {why} ({state})", people=people, why=why, state=STATES[state])
        show.data("    " + say(line))
    if len(waves) > 1:
        _parts((Text("wave {number}", number=wave.number), wave.tally) for wave in waves)
    if len(editions) > 1:
        _parts((Text("edition {number}", number=one.number), one.tally) for one in editions)
    _links(seen.links, _readers(editions))
    if campaign.closed_at is not None:
        show.data(
            "  " + say(Text("only counts are kept of it since {day}", day=f"{campaign.closed_at:%Y-%m-%d}"))
        )


def _parts(parts: Iterable[tuple[Text, Tally]]) -> None:
    """A line for each wave, or for each text."""
    for name, tally in parts:
        line = Text(
            "{name}: {audience} in all, {sent} sent, {refused} refused, {excluded} excluded, {left} to send, "
            "{in_flight} on their way, {unknown} unknown",
            name=name,
            audience=tally.audience,
            sent=tally.sent,
            refused=tally.refused,
            excluded=tally.excluded,
            left=tally.left,
            in_flight=tally.in_flight,
            unknown=tally.unknown,
        )
        show.data("  " + say(line))


def _counts(said: dict[str, object]) -> Sequence[Text]:
    return [
        plural("{count} person selected", "{count} people selected", count=int(str(said["audience"]))),
        Text(
            "{sent} sent, {refused} refused, {excluded} excluded", **_of(said, "sent", "refused", "excluded")
        ),
        Text(
            "{pending} to send, {deferred} to try again, {in_flight} on their way",
            **_of(said, "pending", "deferred", "in_flight"),
        ),
        Text("{unknown} unknown: the server's reply was lost", unknown=said["unknown"]),
    ]


def _readers(editions: Sequence[EditionFigures]) -> Mapping[int, int]:
    """Who has each text: a link counts among those alone who can have followed it (P14)."""
    return {edition.number: edition.tally.readers for edition in editions}


def _of(said: dict[str, object], *names: str) -> dict[str, object]:
    return {name: said[name] for name in names}


def _links(links: Sequence[LinkCount], readers: Mapping[int, int]) -> None:
    for link in links:
        clicks = shown_clicks(link.clicks, readers[link.edition])
        count = (
            Text("fewer than {most} clicks, or too few people: not shown", most=FEWEST_CLICKS)
            if clicks is None
            else Text("{clicks} clicks (estimated)", clicks=clicks)
        )
        show.data(
            "  "
            + say(Text("link {number}, {label}: {count}", number=link.number, label=link.label, count=count))
        )
