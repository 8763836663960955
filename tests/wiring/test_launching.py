"""From a draft to a launched campaign: the facts of the gates, the time it may take, what is frozen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.delivery import Turn
from mailer.errors import FaultsError, RefusedError, UsageError
from mailer.model import Recipient
from mailer.store.campaigns import Launched
from mailer.store.store import Store
from mailer.wiring.course import cancel
from mailer.wiring.doors import keys_of
from mailer.wiring.drafting import draft_of
from mailer.wiring.freezing import launch
from mailer.wiring.planning import Plan, plan
from mailer.workspace.drafts import Draft
from mailer.workspace.folder import Workspace
from tests.wiring.house import ANA, ZOE, draft, opened, workspace

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ELSEWHERE = {
    "MAILER_TRANSPORT_KIND": "smtp",
    "MAILER_TRANSPORT_HOST": "smtp.example.org",
    "MAILER_SITE_URL": "",
}


def planned(there: Workspace, store: Store, made: Draft, at: datetime | None = None) -> Plan:
    return plan(there, store, keys_of(there), made, now=NOW, at=at)


@pytest.mark.parametrize(
    ("employers", "count"),
    [
        ("", 0),
        ("example.org", 2),
        ("EXAMPLE.org", 2),
        ("agence.example.org", 1),
        ("ample.org", 0),
        ("example.net,example.org", 3),
    ],
)
def test_people_at_work_are_counted_by_domain_and_all_below_it(
    tmp_path: Path, employers: str, count: int
) -> None:
    there = workspace(tmp_path, MAILER_ORGANISATION_EMPLOYER_DOMAINS=employers)
    people = ("a@example.org", "b@agence.example.org", "c@example.net", "d@sample.org")
    with opened(there, *people) as store:
        assert planned(there, store, draft(there, store)).facts.employer == count


def test_the_facts_of_a_fresh_list(tmp_path: Path) -> None:
    there = workspace(tmp_path, **ELSEWHERE)
    with opened(there, ZOE) as store:
        found = planned(there, store, draft(there, store))
    facts = found.facts
    assert (found.real, facts.size, facts.warnings, facts.text) == (True, 1, 0, True)
    assert (facts.site, facts.unsubscribe) == (None, None)  # there is none, by choice
    assert (facts.tested, facts.approvals, facts.usual) == (False, 0, None)
    assert facts.new_lists == (("sample", "Liste d’essai"),)


@pytest.mark.parametrize(
    ("envelope", "bounces", "front", "domains"),
    [
        ("", "", "", ("lettre.example.org", "lettre.example.org")),
        ("e@example.com", "", "", ("lettre.example.org", "example.com")),
        ("", "retours@example.org", "", ("lettre.example.org", "example.org")),
        ("", "", 'from = "Nous <a@AILLEURS.example>"', ("ailleurs.example", "lettre.example.org")),
    ],
)
def test_whose_name_the_mail_is_sent_in(
    tmp_path: Path, envelope: str, bounces: str, front: str, domains: tuple[str, str]
) -> None:
    there = workspace(tmp_path, MAILER_SENDER_ENVELOPE=envelope, MAILER_BOUNCES_ADDRESS=bounces)
    with opened(there, ZOE) as store:
        draft(there, store)
        path = tmp_path / "campaigns/tract.md"
        path.write_text(path.read_text("utf-8").replace("+++\n\n", f"{front}\n+++\n\n"), "utf-8")
        facts = planned(there, store, draft_of(there, path, store)).facts
    assert (facts.sender, facts.envelope) == domains
    assert facts.signers == ()


def test_in_whose_names_we_sign(tmp_path: Path) -> None:
    key = '\n[[dkim]]\ndomain = "{}"\nselector = "s"\nkey_file = "k.pem"\n'
    there = workspace(tmp_path, key.format("Example.ORG") + key.format("lettre.example.org"))
    with opened(there, ZOE) as store:
        facts = planned(there, store, draft(there, store)).facts
    assert facts.signers == ("example.org", "lettre.example.org")


def test_nothing_is_asked_of_the_network_for_a_send_that_stays_here(tmp_path: Path) -> None:
    there = workspace(tmp_path, MAILER_SITE_URL="https://lettre.example.org")
    with opened(there, ZOE) as store:
        found = planned(there, store, draft(there, store))
    assert (found.real, found.facts.site, found.facts.unsubscribe) == (False, None, None)


def test_when_it_begins_and_ends(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        made = draft(there, store)
        at_once = planned(there, store, made)
        assert (at_once.starts_at, at_once.scheduled) == (NOW, False)
        assert at_once.expires_at == NOW + timedelta(hours=72)
        later = planned(there, store, made, NOW + timedelta(days=2))
        assert (later.starts_at, later.scheduled) == (NOW + timedelta(days=2), True)
        over = planned(there, store, made, NOW - timedelta(hours=1))
        assert (over.starts_at, over.scheduled) == (NOW, False)
        for never in (NOW + timedelta(days=400), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)):
            with pytest.raises(UsageError):
                planned(there, store, made, never)


def test_how_long_it_lasts_counts_what_has_just_left(tmp_path: Path) -> None:
    """Two campaigns within the hour share the relay's hour."""
    there = workspace(tmp_path, MAILER_TRANSPORT_PER_HOUR="2")
    with opened(there, ZOE, "ana@example.org") as store:
        first = planned(there, store, draft(there, store))
        assert first.lasts == 0
        launched = launch(there, store, keys_of(there), first, hold=True, now=NOW)
        turns = store.ledger.claim(launched.public_id, "test")
        assert turns is not None
        with store.together():
            for turn, email in zip(turns, (ZOE, "ana@example.org"), strict=True):
                store.ledger.mark([(turn, store.people.hash_of(email))])
        now = datetime.now(UTC)
        again = plan(there, store, keys_of(there), draft(there, store, "suite"), now=now, at=None)
        assert 3500 < again.lasts <= 3600
        tomorrow = plan(
            there, store, keys_of(there), draft(there, store, "suite"), now=now, at=now + timedelta(hours=20)
        )
        assert tomorrow.lasts == 0


def test_launched_once(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE) as store:
        found = planned(there, store, draft(there, store))
        done = launch(there, store, keys_of(there), found, hold=True, now=NOW)
        assert (done.slug, done.status, done.hold_until) == ("tract", "running", None)
        with pytest.raises(UsageError):  # another terminal was a moment earlier
            launch(there, store, keys_of(there), found, hold=True, now=NOW)
        assert len(store.campaigns.all()) == 1


def test_what_stops_a_plan(tmp_path: Path) -> None:
    there = workspace(tmp_path, **ELSEWHERE)
    with opened(there) as store:
        with pytest.raises(FaultsError):
            planned(there, store, draft(there, store, body="{{ prenon }}"))
        with pytest.raises(RefusedError) as nobody:
            planned(there, store, draft(there, store))
        assert "mailer subscribers import FILE --list sample" in nobody.value.message.say("en")


@pytest.mark.parametrize(("email", "goes"), [(ZOE, True), ("a@b.test", True), ("a@section.fr", False)])
def test_a_sample_reaches_reserved_domains_alone(tmp_path: Path, email: str, goes: bool) -> None:
    there = workspace(tmp_path, **ELSEWHERE)
    with opened(there, email) as store:
        draft(there, store)
        path = tmp_path / "campaigns/tract.md"
        path.write_text(path.read_text("utf-8").replace("+++\n\n", "sample = true\n+++\n\n"), "utf-8")
        made = draft_of(there, path, store)
        if goes:
            assert planned(there, store, made).real
        else:
            with pytest.raises(RefusedError):
                planned(there, store, made)


def one_in_flight(there: Workspace, store: Store) -> Launched:
    """A campaign to two people; one message has begun to leave."""
    campaign = launch(
        there, store, keys_of(there), planned(there, store, draft(there, store)), hold=False, now=NOW
    )
    with store.together():
        turns = store.ledger.claim(campaign.public_id, "test") or []
        store.ledger.mark([(turns[0], store.people.hash_of(_email(store, turns[0])))])
    return campaign


def test_cancelled_after_its_sender_died_what_it_left_in_flight_is_unknown(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        campaign = one_in_flight(there, store)
        cancel(store, campaign)
        tally = store.campaigns.tally(campaign.public_id)
        assert (tally.unknown, tally.excluded, tally.in_flight) == (1, 1, 0)


def test_cancelled_while_its_sender_lives_what_is_in_flight_is_left_to_it(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with opened(there, ZOE, ANA) as store:
        campaign = one_in_flight(there, store)
        with store.sender_lock() as alive:
            assert alive.acquire()
            cancel(store, campaign)
        tally = store.campaigns.tally(campaign.public_id)
        assert (tally.unknown, tally.excluded, tally.in_flight) == (0, 1, 1)


def _email(store: Store, turn: Turn) -> str:
    [found] = store.ledger.look([turn])
    assert isinstance(found, Recipient)
    return found.email
