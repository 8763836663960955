"""Tests sent to oneself: marked, nobody's, remembered with the text they were of."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from mailer.deliver.ports import Way
from mailer.delivery import Kind, Outcome, Phase
from mailer.errors import FaultsError, UsageError
from mailer.model import Person
from mailer.store.store import Store
from mailer.wiring.doors import keys_of, way_of
from mailer.wiring.drafting import draft_of, person_of
from mailer.wiring.trying import approvers, record, send_test, test_editions
from mailer.wiring.witnesses import send_copies
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, draft, in_a_loop, opened, workspace

test_editions.__test__ = False  # type: ignore[attr-defined]  # a function of the program, by its name
APPROVERS = f'\n[send]\napprovers = ["{ZOE}", "Ana@Example.org"]\n'
GONE = Outcome(kind=Kind.UNTRIED, phase=Phase.CONNECT, reason="network", text="no", lost=True)
SENT = Outcome(kind=Kind.SENT, phase=Phase.DOT, code=250, text="ok")


class Shut:
    """A way out that never opens."""

    connections = 1

    async def open(self) -> Outcome:
        """Nobody there."""
        return GONE


@in_a_loop
async def test_every_message_is_marked_and_opens_nothing(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        made = draft(there, store, body="Bonjour {{ first_name }}.")
        edition = test_editions(made)[0]
        assert "".join(edition.subject).startswith("[TEST] ")
        assert edition.public_id == "draft00000"
        person = person_of(store, ZOE, ("sample",))
        assert person is not None
        sent = await send_test(made, keys_of(there), way_of(there, {}), [ANA, "b@example.org"], person, None)
    assert [(address, one.kind) for address, one in sent] == [(ANA, Kind.SENT), ("b@example.org", Kind.SENT)]
    assert len(list((tmp_path / "subscribers/outbox").rglob("*.eml"))) == 2


@in_a_loop
async def test_no_test_answers_in_somebody_s_name(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    front = 'questionnaire = "https://enquete.example.org/1?token={{ token }}"\nidentifiers = ["token"]\n'
    with opened(there) as store:
        with store.together():
            zoe = Person(email=ZOE, fields={"first_name": "Zoé", "token": "qZ8kP2"})
            store.people.bring("sample", [zoe], source="test")
        made = draft(
            there, store, body="Bonjour {{ first_name }}. [Donner son avis](questionnaire:)", front=front
        )
        person = person_of(store, ZOE, ("sample",))
        assert person is not None
        assert person.fields["token"] == "qZ8kP2"
        await send_test(made, keys_of(there), way_of(there, {}), [ANA], person, None)
    (written,) = (tmp_path / "subscribers/outbox").rglob("*.eml")
    mail = message_from_bytes(written.read_bytes(), policy=default)
    said = "".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    assert "Bonjour Zoé" in said
    assert "https://enquete.example.org/1?token=%5Btoken%5D" in said
    assert "qZ8kP2" not in said


def split(there: Workspace, store: Store) -> Draft:
    """A campaign with two subjects."""
    path = there.root / "campaigns/tract.md"
    path.write_text(
        '+++\nsubject = ["Un", "Deux"]\nlists = ["sample"]\n+++\n\n# Titre\n\n[Lire](https://example.org/)\n',
        encoding="utf-8",
    )
    return draft_of(there, path, store)


def subjects(folder: Path) -> list[str]:
    """Of the mails in the outbox."""
    found = (folder / "subscribers/outbox").rglob("*.eml")
    return sorted(str(message_from_bytes(one.read_bytes(), policy=default)["Subject"]) for one in found)


@in_a_loop
async def test_each_subject_is_tested_and_all_must_arrive(tmp_path: Path) -> None:
    there = workspace(tmp_path, APPROVERS)
    with opened(there) as store:
        made = split(there, store)
        sent = await send_test(made, keys_of(there), way_of(there, {}), [ZOE], None, None)
        assert [address for address, _ in sent] == [ZOE, ZOE]
        assert subjects(tmp_path) == ["[TEST] Deux", "[TEST] Un"]
        assert record(store, made, sent[:1], [ZOE]) == []
        assert record(store, made, [sent[0], (ZOE, GONE)], [ZOE]) == []
        assert record(store, made, sent, [ZOE]) == [ZOE]


@in_a_loop
async def test_witnesses_off_the_lists_see_each_subject(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        made = split(there, store)
        assert made.edition is not None
        at = datetime(2026, 11, 26, 12, tzinfo=UTC)
        await send_copies(made.edition, "sample", keys_of(there), way_of(there, {}), [ANA], at, None)
    assert subjects(tmp_path) == ["[TEST] Deux", "[TEST] Un"]


@in_a_loop
async def test_a_way_that_does_not_open_is_told_of_each(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    shut: Way = Shut()
    with opened(there) as store:
        sent = await send_test(draft(there, store), keys_of(there), shut, [ANA, ZOE], None, None)
    assert sent == [(ANA, GONE), (ZOE, GONE)]


def test_faults_are_told_and_nothing_is_made(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there) as store, pytest.raises(FaultsError):
        test_editions(draft(there, store, body="{{ prenon }}"))


def test_who_may_approve(tmp_path: Path) -> None:
    there = workspace(tmp_path, APPROVERS)
    assert approvers(there, ["ANA@example.org", "x@example.org"]) == ["Ana@example.org"]
    with pytest.raises(UsageError):
        approvers(there, ["x@example.org"])


@pytest.mark.parametrize(
    ("sent", "tested", "approved"),
    [
        ([(ZOE, SENT), (ANA, SENT)], True, {ZOE, ANA}),
        ([(ZOE, GONE), (ANA, SENT)], True, {ANA}),
        ([("autre@example.org", SENT), (ZOE, GONE)], True, set()),
        ([(ZOE, GONE)], False, set()),
    ],
)
def test_only_who_was_sent_it_has_approved_it(
    tmp_path: Path, sent: list[tuple[str, Outcome]], tested: bool, approved: set[str]
) -> None:
    there = workspace(tmp_path)
    with opened(there) as store:
        made = draft(there, store)
        assert set(record(store, made, sent, [ZOE, ANA])) == approved
        assert made.edition is not None
        assert store.campaigns.trials("tract", made.edition.digest) == (tested, approved)
        assert store.campaigns.trials("tract", "another text's digest") == (False, set())
