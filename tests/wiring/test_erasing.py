"""A person erased from a workspace: no file of it tells of them, wherever the command was killed."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mailer.model import Person
from mailer.store.sqlite import Sqlite
from mailer.wiring.boxes import answers_of
from mailer.wiring.doors import now
from mailer.wiring.erasing import Erased, erase, write_anew, write_anew_if_due
from mailer.wiring.forgetting import forget
from mailer.workspace.folder import Workspace
from mailer.workspace.traces import traces
from tests.store.house import ACCEPTED
from tests.wiring.house import ANA, opened, workspace
from tests.wiring.test_forgetting import QUESTIONS, answered

ZOE = "Zoe.Apolline@example.org"
NAME, PLACE = "Zoé-Apolline", "Villeurbanne"
NAMED = QUESTIONS.replace('"ballot"', '"named"')
EML = f"To: {ZOE}\r\nSubject: Essai\r\n\r\nBonjour"


@pytest.fixture
def there(tmp_path: Path) -> Workspace:
    """Zoé and Ana, a campaign that runs with a questionnaire that names them, mails in the outbox."""
    found = workspace(tmp_path / "section")
    with opened(found, ANA) as store:
        with store.together():
            zoe = Person(email=ZOE, fields={"first_name": NAME, "site": PLACE})
            store.people.bring("sample", [zoe], source="import: list.csv")
        public_id, answers = answered(found, store, NAMED)
        number = store.people.number_of(ZOE)
        answers.add(public_id, [("avis", "yes")], "2026-11-26", spending=b"z" * 32, member=number)
        answers.add(public_id, [("avis", "no")], "2026-11-26", spending=b"a" * 32, member=7)
        answers.release()
    outbox = found.root / "subscribers/outbox"
    outbox.mkdir(mode=0o700)
    (outbox / "one.eml").write_text(EML, encoding="utf-8")
    (outbox / "two.eml").write_text(EML.replace(ZOE, ANA), encoding="utf-8")
    return found


def told(there: Workspace) -> list[str]:
    """The files, the database's among them, that hold the address, a name, or their site."""
    found = traces(there.root, (ZOE, NAME, PLACE))
    return [path.relative_to(there.root).as_posix() for path in found]


def members(there: Workspace) -> list[int]:
    [box] = (there.root / "subscribers/answers").glob("*.db")
    answers = answers_of(there)
    return [who for who, _, _ in answers.members(box.stem)]


def test_everywhere(there: Workspace) -> None:
    assert "subscribers/outbox/one.eml" in told(there)
    assert "subscribers/mailer.db" in told(there)
    done = erase(there, ZOE, source="operator")
    assert done == Erased(known=True, answers=1, mails=1, files=(), leaving=False, scrubbed=True)
    assert told(there) == []
    assert members(there) == [7]
    assert (there.root / "subscribers/outbox/two.eml").exists()
    again = erase(there, ZOE, source="operator")
    assert again == Erased(known=False, answers=0, mails=0, files=(), leaving=False, scrubbed=True)


def test_a_large_file_is_written_anew_when_nobody_sends(
    there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member erases themselves: whoever sends would wait for longer than they do."""
    monkeypatch.setattr("mailer.store.store._HEAVY", 0)
    with opened(there) as store, store.sender_lock() as lock:
        assert lock.acquire()
        assert not erase(there, ZOE, source="site", search=False).scrubbed
        assert store.erasing.unscrubbed()
        write_anew_if_due(there)  # not yet
        assert store.erasing.unscrubbed()
        lock.release()
        write_anew_if_due(there)
        assert not store.erasing.unscrubbed()
    assert told(there) == []
    monkeypatch.setattr("mailer.store.store._HEAVY", 1 << 40)
    with opened(there) as store, store.sender_lock() as lock:
        assert lock.acquire()
        assert erase(there, ANA, source="site", search=False).scrubbed
        assert not store.erasing.unscrubbed()


def test_who_is_erased_while_the_file_is_written_anew_stays_noted(
    there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their own file is put off, since the first one holds the lock: nothing of the note may be lost."""
    with opened(there) as store:
        with store.together():
            store.erasing.erase(ZOE, "operator")
        scrub = store.scrub

        def meanwhile() -> bool:
            done = scrub()
            with opened(there) as site, site.together():
                site.erasing.erase(ANA, "site")
            return done

        monkeypatch.setattr(store, "scrub", meanwhile)
        assert write_anew(store)
        assert store.erasing.unscrubbed()


def test_what_was_put_off_is_done_by_the_next_send(there: Workspace) -> None:
    with opened(there) as store:
        with store.together():
            store.erasing.erase(ZOE, "operator")  # killed here
        assert store.erasing.unscrubbed()
        forget(there, store, now())
        assert not store.erasing.unscrubbed()


def test_what_somebody_else_wrote_is_named_and_left(there: Workspace) -> None:
    theirs = there.root / "subscribers/members.csv"
    theirs.write_text(f"email\n{ANA}\n{ZOE.lower()}\n", encoding="utf-8")
    rendered = there.root / "out/tract.html"
    rendered.parent.mkdir()
    rendered.write_text(f"Bonjour {ZOE}", encoding="utf-8")
    before = theirs.read_bytes()
    assert erase(there, ZOE, source="operator").files == (rendered, theirs)
    assert theirs.read_bytes() == before


def test_killed_anywhere_the_same_command_goes_on(there: Workspace, tmp_path: Path) -> None:
    """At each commit, each fsync and each file that goes: a process of its own that ends right there."""
    at = 0
    while True:
        at += 1
        folder = tmp_path / f"k{at}"
        shutil.copytree(there.root, folder)
        if not _killed(at, partial(erase, workspace(folder), ZOE, source="operator")):
            break
        copy = workspace(folder)
        erase(copy, ZOE, source="operator")
        assert told(copy) == []
        assert members(copy) == [7]
        with opened(copy) as store:
            assert store.people.dossier(ZOE).suppression is not None
            [campaign] = store.campaigns.all()
            assert store.campaigns.tally(campaign.public_id).balanced
        shutil.rmtree(folder)
    assert at > 8


def _killed(at: int, act: Callable[[], object]) -> bool:
    """Whether `act` came to the place `at`, and was ended there."""
    child = os.fork()
    if child == 0:
        try:
            _die_at(at)
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137


def _die_at(at: int) -> None:
    passed = 0

    def place() -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os._exit(137)

    for where, name in ((Sqlite, "commit"), (Sqlite, "scrub"), (os, "fsync"), (Path, "unlink")):
        _around(where, name, place)


def _around(where: object, name: str, place: Callable[[], None]) -> None:
    act = getattr(where, name)

    def wrapped(*arguments: object, **named: object) -> object:
        place()
        answer = act(*arguments, **named)
        place()
        return answer

    setattr(where, name, wrapped)


def test_a_message_that_is_leaving_is_waited_for(there: Workspace) -> None:
    with opened(there, patience=5.0) as store:
        [campaign] = store.campaigns.all()
        with store.together():
            turns = store.ledger.claim(campaign.public_id, "test:1") or []
            hashed = store.people.hash_of(ZOE)
            [turn] = [one for one in turns if one.subscriber == store.people.number_of(ZOE)]
            assert store.ledger.mark([(turn, hashed)]) == [True]
        assert erase(there, ZOE, source="operator", patience=0.0).leaving

        def answer() -> None:
            time.sleep(0.2)
            with store.together():
                store.ledger.sent([(turn, ACCEPTED)])

        answering = threading.Thread(target=answer)
        answering.start()
        done = erase(there, ZOE, source="operator", patience=5.0)
        answering.join()
        assert not done.leaving
        tally = store.campaigns.tally(campaign.public_id)
        assert (tally.balanced, tally.sent) == (True, 1)
        assert store.erasing.settle() == 0
    assert told(there) == []
