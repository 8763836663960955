"""A store in a folder, a clock that is set by hand, people and small campaigns."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlite_utils import Database

from mailer.delivery import Kind, Outcome, Phase, Tally, Turn
from mailer.model import Edition, Person
from mailer.store.launches import Launch
from mailer.store.leases import LEASE
from mailer.store.opening import open_store
from mailer.store.postgres import Postgres
from mailer.store.sqlite import Sqlite
from mailer.store.store import Store
from mailer.tokens.keys import Keys
from tests.golden.samples import sample
from tests.store.server import Server

KEYS = Keys.new(lambda count: bytes(range(count)))
OTHER_KEYS = Keys.new(lambda count: bytes(range(1, count + 1)))
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LIST = "adherents"
CAMPAIGN = "k7qk2m4xea"
ZOE, ANA, LUC = "zoe@example.org", "ana@example.org", "luc@example.org"

ACCEPTED = Outcome(kind=Kind.SENT, phase=Phase.DOT, code=250, enhanced="2.0.0", text="ok")
LATER = Outcome(kind=Kind.DEFERRED, phase=Phase.RCPT, reason="greylisted", code=450)
REFUSED = Outcome(kind=Kind.REFUSED, phase=Phase.RCPT, reason="mailbox", code=550, enhanced="5.1.1")
SILENCE = Outcome(kind=Kind.UNKNOWN, phase=Phase.DOT, reason="network", lost=True)
OURS = Outcome(kind=Kind.UNTRIED, phase=Phase.DATA, reason="account", code=535)


class Inside:
    """A PostgreSQL database as sqlite-utils shows the other one, for the few words that tests say."""

    def __init__(self, driver: Postgres) -> None:
        self._connection = driver._connection

    def execute(self, text: str, values: Sequence[object] = ()) -> "psycopg.Cursor[Any]":
        return self._connection.execute(text.replace("?", "%s"), list(values) or None)

    def query(self, text: str, values: Sequence[object] = ()) -> Iterator[dict[str, Any]]:
        cursor = self.execute(text, values)
        names = [column.name for column in cursor.description or ()]
        return (dict(zip(names, row, strict=True)) for row in cursor)


def in_file(store: Store) -> Database:
    """The same, where it is a file."""
    driver = store._driver
    assert isinstance(driver, Sqlite)
    return driver.database


def inside(store: Store) -> "Database | Inside":
    """The database itself, for what no verb does: a hand that meddles, a test that looks."""
    driver = store._driver
    if isinstance(driver, Postgres):
        return Inside(driver)
    assert isinstance(driver, Sqlite)
    return driver.database


class Places:
    """Where the stores of a test are: in files, or in databases of a server, one for each folder."""

    def __init__(self) -> None:
        self.server: Server | None = None
        self._known: dict[Path, Path | str] = {}

    def of(self, folder: Path) -> Path | str:
        if folder not in self._known:
            if self.server is None:
                return folder / "mailer.db"
            self._known[folder] = self.server.make()
        return self._known[folder]

    def put(self, folder: Path, place: Path | str) -> None:
        """From now on it is somewhere else."""
        self._known[folder] = place

    def forget(self) -> None:
        self.server = None
        self._known.clear()


PLACES = Places()


class Clock:
    """The present instant, set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **passed: float) -> None:
        self.now += timedelta(**passed)


@contextmanager
def opened(
    folder: Path,
    clock: Clock | None = None,
    keys: Keys = KEYS,
    patience: float = 0.05,
    lease: timedelta = LEASE,
    log: Path | None = None,
) -> Iterator[Store]:
    """The store of `folder`, closed after."""
    store = open_store(
        PLACES.of(folder),
        keys,
        log or folder / "objections.log",
        now=clock or Clock(),
        durability="process",
        patience=patience,
        lease=lease,
    )
    try:
        yield store
    finally:
        store.close()


def person(email: str, **fields: str) -> Person:
    return Person(email=email, fields=fields)


def bring(store: Store, *emails: str, slug: str = LIST) -> None:
    """These people are members of the list."""
    with store.together():
        store.people.bring(slug, [person(email) for email in emails], source="test")


def number(store: Store, email: str) -> int:
    """The subscriber's number of somebody who is there."""
    found = store.people.number_of(email)
    assert found is not None
    return found


def small_edition(public_id: str = CAMPAIGN) -> Edition:
    """The sample's, without its files."""
    edition = sample("relation-clients").edition
    return replace(edition, public_id=public_id, images=(), files=(), attachments=())


def launch(
    store: Store,
    *,
    public_id: str = CAMPAIGN,
    slug: str = "tract",
    lists: Sequence[str] = (LIST,),
    abroad: bool = False,
    first: Iterable[int] = (),
) -> Tally:
    """A running campaign to `lists`."""
    with store.together():
        return store.launches.launch(
            launch_of(public_id, slug=slug, lists=lists, abroad=abroad, first=frozenset(first))
        )


def launch_of(
    public_id: str = CAMPAIGN,
    *,
    slug: str = "tract",
    lists: Sequence[str] = (LIST,),
    abroad: bool = False,
    first: frozenset[int] = frozenset(),
) -> Launch:
    """All that it freezes."""
    return Launch(
        slug=slug,
        title="Un tract",
        edition=small_edition(public_id),
        questionnaire="",
        message_id_key="a",
        lists=lists,
        starts_at=NOON,
        expires_at=NOON + timedelta(hours=72),
        hold_until=None,
        scheduled=False,
        abroad=abroad,
        first=first,
    )


def claim(store: Store, public_id: str = CAMPAIGN) -> list[Turn] | None:
    with store.together():
        return store.ledger.claim(public_id, "test:1")


def claimed(store: Store, public_id: str = CAMPAIGN) -> list[Turn]:
    """The people of the next slice, which is there."""
    turns = claim(store, public_id)
    assert turns is not None
    return turns


def mark(store: Store, *turns: Turn) -> list[bool]:
    """The bodies of `turns` are about to leave to where each person is now."""
    with store.together():
        return store.ledger.mark([(turn, _hash(store, turn)) for turn in turns])


def _hash(store: Store, turn: Turn) -> str:
    [found] = store.ledger.look([turn])
    return store.people.hash_of(found.email) if not isinstance(found, str) else turn.address_hash or "gone"


def settle(store: Store, turn: Turn, outcome: Outcome, due_at: datetime | None = None) -> None:
    with store.together():
        if outcome.kind is Kind.SENT:
            store.ledger.sent([(turn, outcome)])
        else:
            store.ledger.settle(turn, outcome, due_at)


def tally(store: Store, public_id: str = CAMPAIGN) -> Tally:
    """The campaign's figures, which add up at every instant (P5)."""
    found = store.campaigns.tally(public_id)
    assert found.balanced
    return found
