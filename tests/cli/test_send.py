"""`mailer send`: to a folder or a server, once; what is asked, what is refused, and how each run ends."""

import signal
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailer.model import DRAFT_ID
from mailer.tokens.keys import KEYS_FILE, Keys
from mailer.tokens.mails import read_verp
from tests.cli.command import Mailer, letter
from tests.cli.section import (
    SLUG,
    WORDS,
    adds_up,
    arrived,
    begin,
    bring,
    ended,
    figures,
    mode,
    post_to,
    read_until,
    table,
    typed,
    within,
)
from tests.smtp.script import Close, Reply, Rule, Stage
from tests.smtp.server import FaultServer, running

PEOPLE = [f"membre{number}@example.org" for number in range(4)]
ONCE = dict.fromkeys(PEOPLE, 1)


def outbox(mailer: Mailer) -> list[Path]:
    """The .eml files written."""
    return sorted((mailer.folder / "subscribers/outbox").rglob("*.eml"))


def test_into_a_folder_one_file_a_person(section: Mailer) -> None:
    run = section("send", SLUG, "--yes")
    assert (run.code, run.out) == (0, "")
    assert "4 messages sent; 0 refused, 0 excluded, 0 unknown." in run.err
    files = outbox(section)
    assert {mode(path) for path in files} == {0o600}
    letters = [letter(path) for path in files]
    assert sorted(str(one["To"]) for one in letters) == PEOPLE
    assert len({str(one["Message-ID"]) for one in letters}) == 4
    assert {str(one["Subject"]) for one in letters} == {"Essai"}


def test_the_same_command_again_does_nothing(section: Mailer) -> None:
    section("send", SLUG, "--yes")
    run = section("send", SLUG, "--json")  # no --yes either: there is nothing to confirm
    assert (run.code, run.err) == (0, "Already sent, nothing to do.\n")
    assert adds_up(run.json)["sent"] == 4
    assert len(outbox(section)) == 4


def test_json_is_the_object_of_the_contract(section: Mailer) -> None:
    section("subscribers", "unsubscribe", PEOPLE[0], "--all")
    said = adds_up(section("send", SLUG, "--yes", "--json").json)
    assert list(said) == [
        *("campaign", "status", "audience", "sent", "refused", "excluded", "deferred", "in_flight"),
        *("unknown", "pending", "id", "reason", "next_attempt", "unknown_addresses", "reasons", "links"),
        *("waves", "editions", "closed_at", "returned"),
    ]
    assert (said["campaign"], said["status"], said["audience"], said["sent"]) == (SLUG, "finished", 3, 3)
    assert (said["reason"], said["next_attempt"], said["unknown_addresses"]) == ("", None, [])
    assert said == figures(section)


def test_a_dry_run_shows_all_and_leaves_nothing(section: Mailer) -> None:
    run = section("send", SLUG, "--dry-run")
    assert (run.code, run.out) == (0, "")
    for line in (
        "To:      Liste d’essai",
        "From:    CGT Exemple <tracts@lettre.example.org>",
        "Subject: Essai",
        "Mostly:  example.org 4",
        "4 people; 0 suppressed, 0 have left",
        "Nothing was sent: this was a dry run.",
    ):
        assert line in run.err.splitlines()
    assert section("status", "--json").json == []
    assert outbox(section) == []


def test_without_a_terminal_yes_is_asked_for(section: Mailer) -> None:
    run = section("send", SLUG)
    assert run.code == 2
    assert "add --yes to send to 4" in run.err
    assert section("status", "--json").json == []


@pytest.mark.parametrize(("answer", "code", "sent"), [("4", 0, 4), ("3", 4, 0), ("yes", 4, 0), ("", 4, 0)])
def test_on_a_terminal_the_count_is_typed(section: Mailer, answer: str, code: int, sent: int) -> None:
    ended, shown = typed(section, answer, "send", SLUG)
    assert ended == code, shown
    assert "Type 4 to send to 4 people" in shown
    assert ("not confirmed: nothing was sent" in shown) is (code == 4)
    assert len(outbox(section)) == sent


def test_a_limit_then_the_rest(section: Mailer) -> None:
    first = section("send", SLUG, "--yes", "--limit", "1", "--json")
    assert first.code == 0
    assert "3 are left: the same command goes on." in first.err
    assert (adds_up(first.json)["sent"], first.json["status"]) == (1, "running")
    assert section("send", SLUG, "--limit", "2").code == 0
    assert section("send", SLUG).code == 0
    assert len(outbox(section)) == 4
    assert figures(section)["status"] == "finished"


def test_a_text_changed_after_its_launch_is_refused_with_the_cures(section: Mailer) -> None:
    section("send", SLUG, "--yes", "--limit", "1")
    path = section.folder / f"campaigns/{SLUG}.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# Titre", "# Autre titre"), encoding="utf-8")
    run = section("send", SLUG)
    assert run.code == 4
    for cure in ("put that text back", f"mailer cancel {SLUG}", "under another name"):
        assert cure in run.err
    assert len(outbox(section)) == 1
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8")  # another editor, the same words
    assert section("send", SLUG).code == 0
    assert len(outbox(section)) == 4


def test_a_campaign_with_errors_or_for_nobody(section: Mailer) -> None:
    section.campaign("faulty", "Bonjour {{ prenon }}.")
    run = section("send", "faulty", "--yes")
    assert (run.code, run.out) == (3, "")
    assert "campaigns/faulty.md:8:12 unknown field 'prenon'" in run.err
    for email in PEOPLE:
        section("subscribers", "unsubscribe", email, "--list", "sample")
    empty = section("send", SLUG, "--yes")
    assert empty.code == 4
    assert "mailer subscribers import FILE --list sample" in empty.err
    assert section("status", "--json").json == []


# --- when ---------------------------------------------------------------------------


def test_a_time_to_come(section: Mailer) -> None:
    moment = (datetime.now(UTC) + timedelta(hours=30)).replace(microsecond=0, second=0)
    run = section("send", SLUG, "--yes", "--at", moment.isoformat(), "--json")
    assert run.code == 75
    assert (adds_up(run.json)["status"], run.json["pending"]) == ("scheduled", 4)
    assert "it begins" in run.err
    again = section("send", SLUG, "--at", moment.isoformat())
    assert again.code == 75
    other = section("send", SLUG, "--at", (moment + timedelta(hours=1)).isoformat())
    assert other.code == 2
    assert "for another time" in other.err
    assert outbox(section) == []
    assert section("cancel", SLUG).code == 0
    assert section("send", SLUG, "--yes").code == 4  # cancelled is cancelled


@pytest.mark.parametrize(
    "time", ["2020-01-01T08:00", "2026-13-01", "tomorrow", "", "0001-01-01T00:00+14:00", "9999-12-31T23:59"]
)
def test_a_time_that_cannot_be(section: Mailer, time: str) -> None:
    run = section("send", SLUG, "--yes", "--at", time)
    assert run.code == 2
    assert section("status", "--json").json == []


def test_waiting_for_its_hour(section: Mailer) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=6)
    run = section("send", SLUG, "--yes", "--at", moment.isoformat(), "--wait")
    assert run.code == 0
    assert datetime.now(UTC) >= moment
    assert len(outbox(section)) == 4


# --- through a server -----------------------------------------------------------------


def test_to_a_server_each_once_from_the_right_sender(section: Mailer) -> None:
    with running(FaultServer()) as server:
        post_to(section, server)
        run = section("send", SLUG, "--yes")
        assert run.code == 0
        assert arrived(server) == ONCE
        assert {row.sender for row in server.ledger.accepted} == {"tracts@lettre.example.org"}
        assert server.faults == []


def test_each_from_a_sender_of_its_own_where_refusals_return(section: Mailer) -> None:
    with running(FaultServer([Rule(Stage.RCPT, Reply(450, "4.2.0 greylisted"), times=1)])) as server:
        post_to(section, server)
        returns = {"MAILER_BOUNCES_ADDRESS": "retours@example.org"}
        assert within(section, returns, "test", SLUG, "--to", "moi@example.org").code == 1
        assert within(section, returns, "test", SLUG, "--to", "moi@example.org").code == 0
        assert within(section, returns, "send", SLUG, "--yes").code == 0
    keys = Keys.from_toml((section.folder / KEYS_FILE).read_text("utf-8"))
    tokens = [
        row.sender.removeprefix("retours+").removesuffix("@example.org") for row in server.ledger.accepted
    ]
    read = [read_verp(keys, token) for token in tokens]
    assert read[0] == (DRAFT_ID, 0)
    assert len(set(read)) == 5
    assert {found[0] for found in read[1:] if found} == {figures(section)["id"]}
    assert not [one for one in tokens if "membre" in one]


def test_a_sender_that_is_set_is_everybodys(section: Mailer) -> None:
    with running(FaultServer()) as server:
        post_to(section, server)
        returns = {"MAILER_BOUNCES_ADDRESS": "retours@example.org", "MAILER_SENDER_ENVELOPE": "e@example.org"}
        assert within(section, returns, "send", SLUG, "--yes").code == 0
        assert {row.sender for row in server.ledger.accepted} == {"e@example.org"}


@pytest.mark.parametrize("way", ["file", "command", "variable"])
def test_the_password_comes_from_where_it_is_kept(section: Mailer, way: str) -> None:
    extra = 'username = "tracts"\n'
    section.write("subscribers/password", "s3cret é\n")
    if way == "file":
        extra += 'password_file = "subscribers/password"'
    elif way == "command":
        extra += "password_command = \"sh -c 'echo x >> asked; cat subscribers/password'\""
    with running(FaultServer(users={"tracts": "s3cret é"})) as server:
        post_to(section, server, extra)
        run = section("send", SLUG, "--yes", MAILER_SMTP_PASSWORD="s3cret é" if way == "variable" else None)
        assert run.code == 0
        assert arrived(server) == ONCE
        assert "s3cret" not in run.err
    if way == "command":  # asked once, however many connections there are
        assert (section.folder / "asked").read_text("utf-8") == "x\n"


@pytest.mark.parametrize(
    ("extra", "cure"),
    [
        ("", "MAILER_SMTP_PASSWORD"),
        ('password_file = "subscribers/nowhere"', "cannot be read"),
        ('password_command = "nowhere-at-all"', "password_command failed"),
        ('password_command = "false"', "password_command failed"),
    ],
)
def test_a_password_that_is_missing_stops_it_before_anything_is_launched(
    section: Mailer, extra: str, cure: str
) -> None:
    with running(FaultServer(users={"tracts": "x"})) as server:
        post_to(section, server, f'username = "tracts"\n{extra}')
        run = section("send", SLUG, "--yes")
        assert run.code == 2
        assert cure in run.err
        assert section("status", "--json").json == []
        assert server.connections == 0


def test_a_wrong_password_pauses_and_loses_nobody(section: Mailer) -> None:
    with running(FaultServer(users={"tracts": "right"})) as server:
        post_to(section, server, 'username = "tracts"')
        run = section("send", SLUG, "--yes", "--json", MAILER_SMTP_PASSWORD="wrong")
        assert run.code == 1
        assert (adds_up(run.json)["status"], run.json["pending"]) == ("paused", 4)
        assert run.json["reason"]
        assert "Paused: " in run.err
        assert "535" in run.err
        assert "Once it is mended, the same command goes on." in run.err
        assert section("send", SLUG, MAILER_SMTP_PASSWORD="right").code == 0
        assert arrived(server) == ONCE


def test_told_to_come_back_in_a_quarter_of_an_hour(section: Mailer) -> None:
    """Greylisted: nobody is lost, the terminal is given back with the time of the next attempt."""
    with running(FaultServer([Rule(Stage.RCPT, Reply(450, "4.2.0 greylisted"), times=1)])) as server:
        post_to(section, server)
        table(section, "organisation", IN_TOKYO)
        before = datetime.now(UTC)
        run = section("send", SLUG, "--yes", "--json", "--limit", "4")
        said = adds_up(run.json)
        assert (said["sent"], said["deferred"]) == (3, 1)
        due = datetime.fromisoformat(said["next_attempt"])
        assert timedelta(minutes=14) < due - before < timedelta(minutes=17)


IN_TOKYO = 'name = "CGT"\ncontact = "contact@example.org"\ntimezone = "Asia/Tokyo"'


def test_told_to_come_back_later_exits_75_with_the_time(section: Mailer) -> None:
    with running(FaultServer([Rule(Stage.RCPT, Reply(452, "4.2.2 full"), times=1)])) as server:
        post_to(section, server)
        table(section, "organisation", IN_TOKYO)
        run = section("send", SLUG, "--yes", "--json")
        assert run.code == 75
        due = datetime.fromisoformat(run.json["next_attempt"]) + timedelta(hours=9)
        assert f"next attempt {due:%H:%M}." in run.err or f" {due:%H:%M}." in run.err
        french = section("send", SLUG, LANGUAGE="fr")
        assert french.code == 75
        assert "prochain essai" in french.err


def test_refusals_are_counted_and_told(section: Mailer) -> None:
    with running(FaultServer([Rule(Stage.RCPT, Reply(550, "5.1.1 unknown user"), times=1)])) as server:
        post_to(section, server)
        run = section("send", SLUG, "--yes", "--json")
        assert run.code == 0
        assert (adds_up(run.json)["sent"], run.json["refused"]) == (3, 1)
        assert run.json["reasons"] == [{"state": "refused", "reason": "mailbox", "people": 1}]
        french = section("status", SLUG, LANGUAGE="fr")
        assert "1\u00a0: la boîte n’existe pas ou refuse (" in french.out
        assert "(refused)" not in french.out


def test_a_reply_that_is_lost_is_unknown_and_listed(section: Mailer) -> None:
    with running(FaultServer([Rule(Stage.DOT, Close(), times=1)])) as server:
        post_to(section, server, "connections = 1")
        run = section("send", SLUG, "--yes", "--json")
        assert run.code == 0
        assert (adds_up(run.json)["sent"], run.json["unknown"]) == (3, 1)
        (address,) = run.json["unknown_addresses"]
        assert f"unknown, the reply was lost: {address}" in run.err


def test_limits_are_kept(section: Mailer) -> None:
    with running(FaultServer()) as server:
        post_to(section, server, "per_second = 2")
        begun = datetime.now(UTC)
        assert section("send", SLUG, "--yes").code == 0
        assert datetime.now(UTC) - begun >= timedelta(seconds=1)
        assert arrived(server) == ONCE


def test_limits_that_end_after_the_campaign_are_refused_with_two_cures(section: Mailer) -> None:
    section.campaign("court", WORDS, 'expires = "1h"\n')
    table(section, "transport", "per_hour = 2")
    run = section("send", "court", "--yes")
    assert run.code == 4
    assert 'a longer expires = "…"' in run.err
    assert "raise the limits" in run.err
    shown = section("send", SLUG, "--dry-run")
    assert "It lasts until" in shown.err


# --- the rehearsal ---------------------------------------------------------------------------


def _by_hand(section: Mailer, email: str) -> None:
    """Somebody's row is changed in the database by another program: no import lets such an address in."""
    with closing(sqlite3.connect(section.folder / "subscribers/mailer.db")) as database, database:
        changed = database.execute(
            "UPDATE subscriber SET email = ?, first_name = '' WHERE email = 'membre2@example.org'", (email,)
        )
        assert changed.rowcount == 1


def test_who_cannot_be_written_to_is_told_before_anybody_says_yes(section: Mailer) -> None:
    """Elsewhere it is refused; into the folder it is told, and they are set aside."""
    _by_hand(section, "zoé@example.org")
    table(section, "transport", 'kind = "smtp"\nhost = "smtp.nowhere.invalid"')
    run = section("send", SLUG, "--yes", "--skip", "first-use")
    assert run.code == 4
    assert "1 person such as zoé@example.org (without first_name): mail cannot be sent to" in run.err
    assert "[check] the mail cannot be written for 1 person: " in run.err
    assert section("status", "--json").json == []
    table(section, "transport", 'kind = "folder"')
    run = section("send", SLUG, "--yes")
    assert run.code == 0
    assert "[check] the mail cannot be written for 1 person: " in run.err
    said = figures(section)
    assert (said["sent"], said["excluded"]) == (3, 1)
    assert said["reasons"] == [{"state": "excluded", "reason": "render", "people": 1}]


# --- what is not there yet, or out of reach ------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[[transport.relay]]\nhost = "smtp.example.org"\nusername = "moi"', "in its [[transport.relay]]"),
        (
            '[[dkim]]\ndomain = "example.org"\nselector = "s"\nkey_file = "k.pem"',
            "k.pem, the key of [[dkim]]",
        ),
    ],
)
def test_what_cannot_be_obeyed_is_refused_by_name(section: Mailer, settings: str, words: str) -> None:
    path = section.folder / "mailer.toml"
    path.write_text(path.read_text("utf-8") + f"\n{settings}\n", encoding="utf-8")
    for command in (["send", SLUG, "--yes"], ["test", SLUG, "--to", "a@example.org"]):
        run = section(*command)
        assert run.code == 2
        assert words in run.err
    assert outbox(section) == []


def test_a_postgresql_that_cannot_be_reached(section: Mailer) -> None:
    run = section("send", SLUG, "--yes", MAILER_DATABASE_URL="postgresql://u:s3cret@127.0.0.1:9/x")
    assert run.code == 75
    assert "x (127.0.0.1:9) cannot be reached" in run.err
    assert "s3cret" not in run.err


def test_a_folder_that_cannot_be_written_pauses(section: Mailer) -> None:
    section.write("subscribers/outbox", "a file stands in the way")
    run = section("send", SLUG, "--yes")
    assert run.code == 1
    assert "Paused: the folder cannot be written" in run.err
    (section.folder / "subscribers/outbox").unlink()
    assert section("send", SLUG).code == 0
    assert len(outbox(section)) == 4


def test_other_keys_a_newer_database_and_no_database(section: Mailer) -> None:
    keys = section.folder / "subscribers/keys/keys.toml"
    own = keys.read_bytes()
    keys.write_bytes(_other_keys(section))
    run = section("send", SLUG, "--yes")
    assert run.code == 2
    assert "subscribers/keys/keys.toml is not the keys file of" in run.err
    keys.write_bytes(own)
    (section.folder / "subscribers/mailer.db").write_bytes(b"not a database at all, but words" * 200)
    spoilt = section("send", SLUG, "--yes")
    assert spoilt.code in (1, 2)
    (section.folder / "subscribers/mailer.db").unlink()
    for command in (("send", SLUG, "--yes"), ("status", SLUG), ("check", SLUG)):
        missing = section(*command)
        assert missing.code == 2
        assert "mailer.db is missing, though objections.log tells of it: put your copy back" in missing.err
    (section.folder / "subscribers/mailer.db").touch()
    anew = section("send", SLUG, "--yes")
    assert anew.code == 4  # an empty list: nobody to write to
    assert "nobody is on sample" in anew.err


def _other_keys(section: Mailer) -> bytes:
    other = Mailer(folder=section.folder.parent)
    assert other("init", "elsewhere").code == 0
    return (section.folder.parent / "elsewhere/subscribers/keys/keys.toml").read_bytes()


def test_without_a_server_it_says_so_and_tries_again(section: Mailer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    table(section, "transport", f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"')
    process = begin(section, "send", SLUG, "--yes")
    read_until(process.stderr, r"No connection.*: trying again\.")
    process.send_signal(signal.SIGINT)
    run = ended(process)
    assert run.code == 130
    assert "Stopped; 4 are left. The same command goes on." in run.err


def test_it_speaks_french(section: Mailer) -> None:
    run = section("send", SLUG, "--yes", LANGUAGE="fr")
    assert run.code == 0
    assert "À\u00a0:       Liste d’essai" in run.err
    assert "4 messages envoyés" in run.err
    again = section("send", SLUG, LANGUAGE="fr")
    assert "Déjà envoyée, rien à faire." in again.err


def test_the_same_person_on_two_lists_has_it_once(section: Mailer) -> None:
    table(section, "lists.amis", 'title = "Amis"\nlegal_basis = "contact"')
    bring(section, 6, slug="amis")
    section.campaign("deux", WORDS, lists='["amis", "sample"]')
    with running(FaultServer()) as server:
        post_to(section, server)
        assert section("send", "deux", "--yes").code == 0
        assert arrived(server) == {f"membre{number}@example.org": 1 for number in range(6)}
