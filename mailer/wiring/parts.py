"""Who of its lists a campaign is for: said in its front matter, kept as it was said, read against now.

What is kept at the launch holds for each further wave, whatever mailer.toml says by then.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from mailer.compose.campaign import Campaign
from mailer.segments.tree import Node
from mailer.settings import Settings
from mailer.store.sieve import EVERYBODY, Sieve
from mailer.store.store import Store
from mailer.wiring.segments import names_of, read_segment, setting_of
from mailer.workspace.folder import Workspace


def part_of(settings: Settings, campaign: Campaign) -> str:
    """What a campaign without faults says of it, as JSON; empty: it is for everybody."""
    if not campaign.segment and not campaign.exclude:
        return ""
    return json.dumps(
        {
            "segment": _said(settings, campaign.segment) if campaign.segment else None,
            "exclude": [_said(settings, name) for name in campaign.exclude],
        },
        ensure_ascii=False,
    )


def _said(settings: Settings, written: str) -> dict[str, str]:
    if written in settings.lists:
        return {"name": written, "text": f"in list {written}"}
    if written in settings.segments:
        return {"name": written, "text": settings.segments[written].text}
    return {"name": written, "text": written}


def same_part(one: str, other: str) -> bool:
    """Whether two campaigns' files say the same, by the names they use."""
    return _names(one) == _names(other)


def _names(part: str) -> tuple[str, list[str]]:
    said = json.loads(part) if part else {"segment": None, "exclude": []}
    return (said["segment"] or {}).get("name", ""), [one["name"] for one in said["exclude"]]


def sieve_of(workspace: Workspace, store: Store, part: str, now: datetime) -> Sieve:
    """Who that is now; outside of any transaction.

    Raises FaultsError (a field it speaks of is no more), UsageError, RefusedError (see `setting_of`).
    """
    if not part:
        return EVERYBODY
    said = json.loads(part)
    names = names_of(workspace, store)

    def read(one: Mapping[str, str]) -> Node:
        return read_segment(workspace.settings, names, one["text"])

    keeps = read(said["segment"]) if said["segment"] else None
    leaves_out = tuple((one["name"], read(one)) for one in said["exclude"])
    nodes = [node for _, node in leaves_out] + ([keeps] if keeps else [])
    with store.glance():
        setting = setting_of(workspace, store, now, *nodes)
    return Sieve(keeps=keeps, leaves_out=leaves_out, setting=setting)
