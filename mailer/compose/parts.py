"""Who of its lists a campaign is for: `segment` and `exclude` of its front matter, against the workspace."""

from collections.abc import Collection
from dataclasses import replace

from mailer.compose.campaign import Campaign, Known
from mailer.findings import Finding, Place, error
from mailer.segments.faults import Fault
from mailer.segments.parsing import Names, is_name, parse
from mailer.toml.table import closest
from mailer.words import Text


def check_parts(campaign: Campaign, known: Known) -> list[Finding]:
    """The faults of `segment` and `exclude`: names that are none, conditions that cannot be read."""
    found: list[Finding] = []
    if campaign.segment:
        found += _wrong(campaign.segment, campaign.segment_place, known, [])
    for name, place in zip(campaign.exclude, campaign.exclude_places, strict=True):
        found += _wrong(name, place, known, known.lists)
        if name in campaign.lists:
            message = Text("'{name}' is among the lists and left out", name=name)
            found.append(error("excluded-list", place, message, Text("keep one of the two")))
    return found


def _wrong(written: str, place: Place, known: Known, lists: Collection[str]) -> list[Finding]:
    """Of one name or condition; `lists` are those that may stand there by their names."""
    if written in lists:
        return []
    names = Names(lists=known.lists, types=known.types, fields=known.fields)
    if written in known.segments:
        fault = parse(known.segments[written], names)
        if not isinstance(fault, Fault):
            return []
        message = Text("the segment '{name}' cannot be read ({reason})", name=written, reason=fault.message)
        return [error("segment-broken", place, message, Text("mend it in mailer.toml: mailer check"))]
    if is_name(written):
        return [_unknown(written, place, [*known.segments, *lists], only_segments=not lists)]
    fault = parse(written, names)
    if isinstance(fault, Fault):
        there = replace(place, column=place.column + fault.at)
        return [error(fault.code, there, fault.message, fault.cure)]
    return []


def _unknown(name: str, place: Place, there: Collection[str], *, only_segments: bool) -> Finding:
    message = Text("there is no list or segment '{name}'", name=name)
    if only_segments:
        message = Text("there is no segment '{name}'", name=name)
    guess = closest(name, there)
    cure = (
        Text("did you mean '{name}'?", name=guess)
        if guess
        else Text("write it under {table} in mailer.toml", table="[segments]")
    )
    return error("missing-segment", place, message, cure)
