"""Segments with what the workspace and the store know: fields, lists, campaigns, the day it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.errors import FaultsError, RefusedError, UsageError
from mailer.findings import Finding, Place, error
from mailer.segments.faults import Fault
from mailer.segments.parsing import Names, is_name, parse
from mailer.segments.tree import Node, campaigns
from mailer.settings import Settings
from mailer.settings.model import SegmentSettings
from mailer.store.campaigns import Launched
from mailer.store.clauses import Setting
from mailer.store.store import Store
from mailer.toml.table import closest
from mailer.wiring.drafting import fields_known
from mailer.words import Text
from mailer.workspace.folder import Workspace

COMMAND_LINE = "-"  # the file of what was typed


def names_of(workspace: Workspace, store: Store | None) -> Names:
    """What a segment may speak of here."""
    settings = workspace.settings
    fields = {*settings.types, *fields_known(workspace, store)}
    return Names(lists=tuple(settings.lists), types=settings.types, fields=fields)


def segment_faults(workspace: Workspace, store: Store | None) -> list[Finding]:
    """What is wrong with the segments of mailer.toml beyond their grammar: fields that no list has."""
    names = names_of(workspace, store)
    found = []
    for one in workspace.settings.segments.values():
        read = parse(one.text, names)
        if isinstance(read, Fault):
            found.append(error(read.code, one.place_at(read.at), read.message, read.cure))
    return found


def read_segment(settings: Settings, names: Names, written: str) -> Node:
    """The segment of this name, or the one that `written` itself says.

    Raises UsageError (no such name), FaultsError (it cannot be read; where).
    """
    one = segment_named(settings, written)
    read = parse(one.text, names)
    if isinstance(read, Fault):
        finding = error(read.code, one.place_at(read.at), read.message, read.cure)
        raise FaultsError(Text("this segment cannot be read"), [finding])
    return read


def segment_named(settings: Settings, written: str) -> SegmentSettings:
    """The same as text; a single word is a name. UsageError: there is no such one."""
    if written in settings.segments:
        return settings.segments[written]
    if not is_name(written):
        return SegmentSettings(name="", text=written, place=Place(COMMAND_LINE))
    guess = closest(written, settings.segments)
    message = Text("there is no segment '{name}': did you mean '{close}'?", name=written, close=guess)
    if not guess:
        line = "[segments]"
        message = Text(
            "there is no segment '{name}': write it under {table} in mailer.toml", name=written, table=line
        )
    raise UsageError(message)


def setting_of(workspace: Workspace, store: Store, now: datetime, *nodes: Node) -> Setting:
    """What these are read against now; within `glance` or a transaction.

    Raises UsageError (a campaign that was not sent), RefusedError (one of which nobody knows, or may say,
    any more who has it).
    """
    zone = workspace.settings.organisation.timezone
    asked = dict.fromkeys(slug for node in nodes for slug in campaigns(node))
    return Setting(
        today=now.astimezone(ZoneInfo(zone)).date(),
        zone=zone,
        campaigns={slug: received(store, slug).public_id for slug in asked},
    )


def received(store: Store, slug: str) -> Launched:
    """A launched campaign of which may be said who has it; UsageError, RefusedError as for `setting_of`."""
    launched = store.campaigns.by_slug(slug)
    if launched is None:
        raise UsageError(
            Text("{slug} was not sent: nobody has received it ('mailer campaigns' lists them)", slug=slug)
        )
    if launched.reminds:
        raise RefusedError(
            Text("{slug} is a reminder: to have received it says that one had not answered", slug=slug)
        )
    if launched.closed_at is not None:
        raise RefusedError(
            Text(
                "{slug} has been over for so long that only counts are kept of it ([retention] deliveries): "
                "nobody knows any more who received it",
                slug=slug,
            )
        )
    return launched
