"""Forgetting: all that is due to be closed, or kept as counts only; a line for each, for people.

By each `send`, and once an hour by the site or a worker.
"""

import asyncio
from datetime import datetime
from functools import partial

from mailer.store.answers import Answers
from mailer.store.clerk import Clerk
from mailer.store.informing import START
from mailer.store.store import Store
from mailer.store.visits import Asked
from mailer.wiring import closing, reminding, retention
from mailer.wiring.boxes import answers_of
from mailer.wiring.closing import close_due
from mailer.wiring.erasing import write_anew
from mailer.words import Text
from mailer.workspace.folder import Workspace


def forget(workspace: Workspace, store: Store, now: datetime) -> list[Text]:
    """Questionnaires whose day has come, reminders of those, campaigns older than [retention] says."""
    answers, settings = answers_of(workspace), workspace.settings
    with store.together():
        store.own.forget()
    closed = close_due(store, answers, settings, now)
    _inform(store)
    retired = retention.retire(store, settings, now)
    with store.together():
        store.erasing.settle()
    retention.forget_returned(store, settings, now)
    _empty(answers, _retired_ones(store), workspace, now)
    with store.together():
        store.signups.expire()
    if store.erasing.unscrubbed():
        write_anew(store)
    return [
        *(Text("The questionnaire of {slug} is closed.", slug=slug) for slug in closed),
        *map(_reminder, reminding.forget(store, answers, now)),
        *map(_retired, retired),
    ]


async def forget_by(workspace: Workspace, clerk: Clerk, now: datetime) -> list[Text]:
    """Reminders and old campaigns, between what others ask of the clerk; the site closes by itself."""
    answers = answers_of(workspace)
    await clerk.ask(lambda store: store.own.forget())
    reminders = await reminding.forget_by(clerk, answers, now)
    await _inform_by(clerk)
    retired = await retention.retire_by(clerk, workspace.settings, now)
    await clerk.ask(lambda store: store.signups.expire())
    await clerk.ask(lambda store: store.erasing.settle())
    await clerk.ask(lambda store: store.returns.forget(now - workspace.settings.retention.bounces))
    asked = await clerk.ask(_retired_ones)
    await asyncio.to_thread(_empty, answers, asked, workspace, now)
    return [*map(_reminder, reminders), *map(_retired, retired)]


def _inform(store: Store) -> None:
    """Before rows become counts: who has been told where their address comes from (`store/informing.py`)."""
    for campaign in store.informing.due():
        after: int | None = START
        while after is not None:
            with store.together():
                after = store.informing.inform(campaign, after)


async def _inform_by(clerk: Clerk) -> None:
    for campaign in await clerk.ask(lambda store: store.informing.due()):
        after: int | None = START
        while after is not None:
            after = await clerk.ask(partial(_inform_some, campaign=campaign, after=after))


def _inform_some(store: Store, campaign: str, after: int) -> int | None:
    return store.informing.inform(campaign, after)


def _retired_ones(store: Store) -> list[Asked]:
    """The questionnaires of campaigns of which only counts are kept."""
    retired = {one.public_id for one in store.campaigns.all() if one.closed_at is not None}
    return [one for one in store.visits.questionnaires() if one.public_id in retired]


def _empty(answers: Answers, asked: list[Asked], workspace: Workspace, now: datetime) -> None:
    """With the campaign's rows, the answers; published figures stay. Killed before, it is done now."""
    for one in asked:
        if answers.has_rows(one.public_id):
            closing.forget(answers, one, workspace.settings, now)


def _reminder(slug: str) -> Text:
    return Text("{slug}: its questionnaire is closed, only counts are kept from now on", slug=slug)


def _retired(slug: str) -> Text:
    return Text("{slug}: only counts are kept from now on ([retention] deliveries)", slug=slug)
