"""The site's desk over the store: reads through one clerk, writes through another, clicks in small groups."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.ballots.casting import Ballot, Taken
from mailer.ballots.model import Questionnaire
from mailer.errors import MailerError
from mailer.listen.desk import Archived, Box, Left, Published, Standing
from mailer.listen.reasons import Reason
from mailer.listen.signups import Confirmed, Signup
from mailer.model import Asset
from mailer.results.figures import Results
from mailer.settings.model import ListSettings
from mailer.store.answers import Answers
from mailer.store.clerk import Clerk
from mailer.store.exits import Departure
from mailer.store.store import Store
from mailer.tokens.links import list_mark
from mailer.wiring.publishing import results

_FLUSH_S = 0.1  # what a kill may lose of the clicks
_SOURCE = "site"


class StoreDesk:
    """`mailer.listen.desk.Desk` over a store and the answers' folder."""

    def __init__(
        self,
        writer: Clerk,
        reader: Clerk,
        answers: Answers,
        lists: Mapping[str, ListSettings],
        zone: str,
        now: Callable[[], datetime],
        keep: Callable[[int, Sequence[str], str, bool], None],
        welcome: Callable[[Store, str, str, str], None],
    ) -> None:
        """`keep` writes a departure into the log alone (see `store.exits`), from any thread; `welcome` has a
        confirmation sent (see `wiring.signups`)."""
        self._writer = writer
        self._reader = reader
        self._answers = answers
        self._lists = {list_mark(slug): one for slug, one in lists.items()}
        self._zone = ZoneInfo(zone)
        self._now = now
        self._keep = keep
        self._welcome = welcome
        self._clicks: Counter[tuple[str, int, str]] = Counter()
        self._machines: Counter[tuple[str, int, str]] = Counter()
        self._own: Counter[tuple[str, int, str, int]] = Counter()

    async def published(self, public_id: str) -> Published | None:
        stored = await self._reader.ask(lambda store: store.visits.stored(public_id))
        if stored is None:
            return None
        return Published(
            public_id=stored.public_id,
            slug=stored.slug,
            edition=stored.edition,
            questionnaire=stored.questionnaire,
            launched_at=stored.launched_at,
            earlier=stored.earlier,
        )

    async def archived(self) -> Sequence[Archived]:
        return await self._reader.ask(lambda store: store.visits.archived())

    async def file(self, name: str) -> Asset | None:
        return await self._reader.ask(lambda store: store.visits.file(name))

    def clicked(self, public_id: str, number: int, *, machine: bool) -> None:
        counter = self._machines if machine else self._clicks
        counter[public_id, number, self._day()] += 1

    def followed(self, public_id: str, number: int, subscriber: int) -> None:
        self._own[public_id, number, self._day(), subscriber] += 1

    async def flush_for_ever(self) -> None:
        """Clicks reach the disk ten times a second; when cancelled, the last ones do."""
        try:
            while True:
                await asyncio.sleep(_FLUSH_S)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """The clicks counted so far, on disk; those that cannot be written now wait for the next time."""
        if not self._clicks and not self._machines and not self._own:
            return
        clicks, self._clicks = self._clicks, Counter()
        machines, self._machines = self._machines, Counter()
        own, self._own = self._own, Counter()

        def add(store: Store) -> None:
            store.visits.add_clicks(clicks, machines)
            if own:
                store.visits.add_own_clicks(own)

        try:
            await self._writer.ask(add)
        except MailerError:
            self._own.update(own)
            self._clicks.update(clicks)
            self._machines.update(machines)

    async def standing(self, subscriber: int, mark: bytes) -> Standing | None:
        one = self._lists.get(mark)
        slug = one.slug if one else ""
        found = await self._reader.ask(lambda store: store.exits.standing(subscriber, slug))
        if found is None:
            return None
        return Standing(
            list_slug=slug,
            list_title=one.title if one else "",
            language=one.language if one else "",
            subscribed=found[0],
            objected=found[1],
        )

    async def leave(self, subscriber: int, mark: bytes, *, everything: bool) -> Left:
        one = self._lists.get(mark)
        lists: tuple[str, ...] = (one.slug,) if one else ()
        try:
            verb = _object if everything else _leave
            done = await self._writer.ask_with(verb, (subscriber, lists), logged=True)
        except MailerError:
            # The database cannot be written: the log is enough for nobody to write to them again.
            await asyncio.to_thread(self._keep, subscriber, lists, _SOURCE, everything)
            return Left(lists=lists, objected=everything)
        return Left(lists=done.lists, objected=done.objected)

    async def give_back(self, subscriber: int, left: Left) -> bool:
        taken = Departure(lists=left.lists, objected=left.objected)
        until = left.until or self._now()
        return await self._writer.ask(lambda store: store.exits.undo(subscriber, taken, until, _SOURCE))

    async def explain(self, mark: bytes, reason: Reason) -> None:
        one = self._lists.get(mark)
        slug, month = one.slug if one else "", self._day()[:7]
        await self._writer.ask(lambda store: store.exits.explain(slug, month, reason))

    async def sign_up(self, email: str, slug: str, language: str) -> None:
        await self._writer.ask(lambda store: self._welcome(store, email, slug, language))

    async def asked_with(self, id: str) -> list[Signup]:
        found = await self._reader.ask(lambda store: store.signups.find(id))
        return [
            Signup(id=one.id, list=one.list, language=one.language, confirmed=one.confirmed) for one in found
        ]

    async def confirm(self, id: str, *, text: str, proof: str) -> Confirmed:
        done = await self._writer.ask(lambda store: store.signups.confirm(id, text=text, proof=proof))
        return Confirmed(done)

    async def box(self, public_id: str) -> Box:
        return await asyncio.to_thread(self._box, public_id)

    def _box(self, public_id: str) -> Box:
        state = self._answers.state(public_id)
        return Box(closed=state.closed, key=state.key)

    async def is_spent(self, public_id: str, ballot: Ballot) -> bool:
        return await asyncio.to_thread(self._answers.is_spent, public_id, ballot.spending)

    async def answer(
        self, public_id: str, answers: Sequence[tuple[str, str]], ballot: Ballot | None
    ) -> Taken:
        member = ballot.member if ballot is not None else None
        if member is not None and not await self._reader.ask(lambda store: store.people.email_of(member)):
            return Taken.CLOSED  # erased since the mail was sent: nothing is kept under a name any more
        return await asyncio.to_thread(self._add, public_id, answers, ballot)

    def _add(self, public_id: str, answers: Sequence[tuple[str, str]], ballot: Ballot | None) -> Taken:
        if ballot is None:
            return self._answers.add(public_id, answers, self._day())
        return self._answers.add(
            public_id, answers, self._day(), spending=ballot.spending, member=ballot.member
        )

    async def results(self, public_id: str, questionnaire: Questionnaire, language: str) -> Results:
        return await asyncio.to_thread(self._results, public_id, questionnaire, language)

    def _results(self, public_id: str, questionnaire: Questionnaire, language: str) -> Results:
        """Without free words: they are the section's to read (questionnaire.md, 1)."""
        instant = self._now()
        return results(self._answers, public_id, questionnaire, instant, self._zone, language, texts=False)

    async def prove(self, challenge: str) -> str:
        return await self._reader.ask(lambda store: store.prove(challenge))

    def _day(self) -> str:
        return self._now().astimezone(self._zone).date().isoformat()


def _leave(store: Store, people: list[tuple[int, tuple[str, ...]]]) -> list[Departure]:
    """Hundreds may leave at the same time, when a provider's machines work through a mailing."""
    return store.exits.leave_each(people, _SOURCE)


def _object(store: Store, people: list[tuple[int, tuple[str, ...]]]) -> list[Departure]:
    return [store.exits.object(subscriber, _SOURCE, lists=lists) for subscriber, lists in people]
