"""The desk's twin: what a store would hold, in memory, and all that was asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mailer.ballots.casting import Ballot, Taken
from mailer.ballots.model import Questionnaire
from mailer.listen.desk import Archived, Box, Left, Published, Standing
from mailer.listen.reasons import Reason
from mailer.listen.signups import Confirmed, Signup
from mailer.model import Asset
from mailer.results.figures import Results, results_of
from mailer.results.publication import Publication
from mailer.settings import Settings
from mailer.tokens.links import list_mark


@dataclass
class Member:
    """One person's lists; `objected` to everything."""

    lists: dict[str, bool] = field(default_factory=dict)  # subscribed or not
    objected: bool = False

    def state(self) -> tuple[tuple[tuple[str, bool], ...], bool]:
        return tuple(sorted(self.lists.items())), self.objected


class TwinDesk:
    """Answers as a store does; `broken` makes every question to it fail, as a locked database would."""

    def __init__(self, settings: Settings, published: Sequence[Published] = ()) -> None:
        self.settings = settings
        self.campaigns = {one.public_id: one for one in published}
        self.members: dict[int, Member] = {}
        self.firm: set[int] = set()  # who left once more after whatever is undone
        self.clicks: dict[tuple[str, int], int] = {}
        self.machines: dict[tuple[str, int], int] = {}
        self.own: list[tuple[str, int, int]] = []
        self.answers: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.reasons: list[tuple[str, Reason]] = []
        self.boxes: dict[str, Box] = {}
        self.spent: dict[tuple[str, bytes], int | None] = {}
        self.publications: dict[str, Publication] = {}
        self.signed_up: list[tuple[str, str, str]] = []
        self.signups: dict[str, Signup] = {}
        self.confirmed: list[tuple[str, str, str]] = []
        self.objecting = False  # whoever confirms has asked for nothing more since
        self.asked = 0  # times a campaign was read
        self.broken = False

    async def published(self, public_id: str) -> Published | None:
        self._must_work()
        self.asked += 1
        return self.campaigns.get(public_id)

    async def archived(self) -> Sequence[Archived]:
        self._must_work()
        public = [one for one in self.campaigns.values() if one.edition.public]
        return [
            Archived(
                public_id=one.public_id,
                slug=one.slug,
                title="Évolution <de> la relation & clients",
                language=one.edition.language,
                began_at=one.launched_at,
                updated_at=one.launched_at,
            )
            for one in sorted(public, key=lambda one: one.launched_at, reverse=True)
        ]

    async def file(self, name: str) -> Asset | None:
        self._must_work()
        assets = [
            asset for one in self.campaigns.values() for asset in (*one.edition.images, *one.edition.files)
        ]
        return next((asset for asset in assets if f"{asset.digest}.{asset.suffix}" == name), None)

    def clicked(self, public_id: str, number: int, *, machine: bool) -> None:
        counted = self.machines if machine else self.clicks
        counted[public_id, number] = counted.get((public_id, number), 0) + 1

    def followed(self, public_id: str, number: int, subscriber: int) -> None:
        self.own.append((public_id, number, subscriber))

    async def standing(self, subscriber: int, mark: bytes) -> Standing | None:
        self._must_work()
        member = self.members.get(subscriber)
        if member is None:
            return None
        slug = self._slug(mark)
        face = self.settings.lists.get(slug)
        return Standing(
            list_slug=slug,
            list_title=face.title if face else "",
            language=face.language if face else "",
            subscribed=member.lists.get(slug, False),
            objected=member.objected,
        )

    async def leave(self, subscriber: int, mark: bytes, *, everything: bool) -> Left:
        self._must_work()
        member = self.members.get(subscriber, Member())
        slugs = list(member.lists) if everything else [self._slug(mark)]
        left = tuple(slug for slug in slugs if member.lists.get(slug))
        for slug in left:
            member.lists[slug] = False
        objected = everything and not member.objected
        member.objected |= everything
        return Left(lists=left, objected=objected)

    async def give_back(self, subscriber: int, left: Left) -> bool:
        self._must_work()
        if subscriber in self.firm:
            return False
        member = self.members[subscriber]
        member.lists.update(dict.fromkeys(left.lists, True))
        member.objected &= not left.objected
        return True

    async def explain(self, mark: bytes, reason: Reason) -> None:
        self._must_work()
        self.reasons.append((self._slug(mark), reason))

    async def sign_up(self, email: str, slug: str, language: str) -> None:
        self._must_work()
        self.signed_up.append((email, slug, language))

    async def asked_with(self, id: str) -> list[Signup]:
        self._must_work()
        if id not in self.signups:
            return []
        return sorted(self.signups.values(), key=lambda one: one.id != id)

    async def confirm(self, id: str, *, text: str, proof: str) -> Confirmed:
        self._must_work()
        self.confirmed.append((id, text, proof))
        if self.objecting or id not in self.signups:
            return Confirmed.OBJECTED if self.objecting else Confirmed.GONE
        self.signups[id] = replace(self.signups[id], confirmed=True)
        return Confirmed.DONE

    async def box(self, public_id: str) -> Box:  # a file of its own: nobody locks it with the ledger
        return self.boxes.get(public_id, Box())

    async def is_spent(self, public_id: str, ballot: Ballot) -> bool:
        self._must_work()
        return (public_id, ballot.spending) in self.spent

    async def answer(
        self, public_id: str, answers: Sequence[tuple[str, str]], ballot: Ballot | None
    ) -> Taken:
        self._must_work()
        if self.boxes.get(public_id, Box()).closed:
            return Taken.CLOSED
        if ballot is not None:
            if await self.is_spent(public_id, ballot):
                return Taken.SPENT
            self.spent[public_id, ballot.spending] = ballot.member
        self.answers.append((public_id, tuple(answers)))
        return Taken.STORED

    async def results(self, public_id: str, questionnaire: Questionnaire, language: str) -> Results:
        self._must_work()
        return results_of(questionnaire, self.publications.get(public_id), language)

    async def prove(self, challenge: str) -> str:
        self._must_work()
        return f"proof of {challenge}"

    def state(self) -> Mapping[int, object]:
        """Everything about people, to compare before and after."""
        return {number: member.state() for number, member in self.members.items()}

    def _slug(self, mark: bytes) -> str:
        return next((slug for slug in self.settings.lists if list_mark(slug) == mark), "")

    def _must_work(self) -> None:
        if self.broken:
            raise OSError("database is locked: zoe@example.org")  # what a log must not repeat
