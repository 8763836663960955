"""One member's whole life with us, through the doors that people use: pages, mails, commands.

Signed up and confirmed, received, followed a link, answered, changed address, was bounced for a while,
complained, was shown all of it, was erased everywhere, and is not brought back by an old file. Once the whole
of it is in the database it is copied to PostgreSQL: the same is told there, and erased there.
"""

import email
import re
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mailer.demo.visitor import filled
from tests.cli.command import Mailer, body
from tests.cli.hosted import Serving, on_a_free_port, serving
from tests.cli.section import bring, give_mailbox, post_to, table
from tests.listen.returned import bounce, complaint
from tests.smtp.ledger import Accepted
from tests.smtp.server import FaultServer, running
from tests.store.server import Server

OLD, NEW, NAME = "nolwenn.old@example.org", "nolwenn.new@example.net", "Quéméré-Lagadec"
OPEN = 'title = "Les nouvelles"\nlegal_basis = "consent"\nopen = true'
OUTSIDE = "https://example.org/accord"
ASKS = 'questionnaire = "questionnaire.toml"\n'
FRONT = "sample = true\n"
ASKED = 'title = "Q"\nmode = "ballot"\n[[question]]\nid = "a"\nkind = "yes-no"\ntext = "Oui ?"\n'
LETTERS = ("subscribers/retours/cur/1:2,S", "subscribers/retours/cur/2:2,S")  # read, and left there
LATER = "452 4.2.2 <{}> mailbox full"


def letter(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


class Life:
    """The section, its server, its site, and the post of one person."""

    def __init__(self, mailer: Mailer, server: FaultServer, site: Serving) -> None:
        self.mailer, self.server, self.site = mailer, server, site
        self.read = 0
        self.mail: Accepted | None = None  # the first tract

    def post(self, email: str) -> Accepted:
        """The next mail to this address; those to others are none of ours."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for one in self.server.ledger.accepted[self.read :]:
                self.read += 1
                if one.recipient == email:
                    return one
            time.sleep(0.05)
        raise AssertionError(f"no mail came to {email}")

    def link(self, mail: Accepted, kind: str) -> str:
        """The first address of a kind in a mail's text, on one line whatever its length."""
        text = body(letter(mail.data), "plain")
        found = re.search(rf"{self.site.address}/{kind}/[\w./-]+", text)
        assert found is not None, text
        return found[0]

    def press(self, where: str, *also: tuple[str, str]) -> str:
        """The first form of a page, as it stands and with `also`; the page that comes."""
        page = self.site.ask(where)
        assert page.status == 200, page.text
        return self.sent(where, [*filled(page.text), *also])

    def sent(self, where: str, fields: list[tuple[str, str]]) -> str:
        answer = self.site.ask(where, fields)
        assert answer.status in (200, 303), answer.text
        return answer.text

    def send(self, slug: str, words: str, front: str = FRONT) -> None:
        self.mailer.campaign(slug, words, front, lists='["news"]')
        run = self.mailer("send", slug, "--yes", "--skip", "first-use")
        assert run.code == 0, run.err

    def poll(self, name: str, raw: bytes) -> dict[str, int]:
        self.mailer.write(f"subscribers/retours/new/{name}", raw)
        told: dict[str, int] = self.mailer("bounces", "poll", "--json").json
        return told

    def shown(self, address: str) -> dict[str, Any]:
        said: dict[str, Any] = self.mailer("subscribers", "show", address, "--json").json
        return said


@pytest.mark.xdist_group("machines")
def test_a_life(tmp_path: Path, server: Server) -> None:
    postgres = server.make_database()
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    on_a_free_port(mailer)
    table(mailer, "lists.news", OPEN)
    give_mailbox(mailer)
    bring(mailer, 3)
    with running(FaultServer()) as relay:
        post_to(mailer, relay)
        with serving(mailer) as site:
            life = Life(mailer, relay, site)
            signs_up(life)
            receives_and_answers(life)
            changes_address(life)
            bounces_then_complains(life)
            run = site.end()
        there = moves_to_postgresql(life, postgres)
    for secret in (OLD, NEW, NAME):
        assert secret not in run.err
    is_erased_for_good(life)
    is_erased_there_too(there, postgres)


def signs_up(life: Life) -> None:
    life.press("/s/news", ("email", OLD))
    assert not life.shown(OLD)["known"]  # nobody's until they say so from their own mailbox
    confirmation = life.link(life.post(OLD), "c")
    assert life.site.ask(confirmation).status == 200  # a scanner's look changes nothing
    assert not life.shown(OLD)["known"]
    life.press(confirmation)
    shown = life.shown(OLD)
    assert [(one["list"], one["state"]) for one in shown["memberships"]] == [("news", "subscribed")]
    [consent] = shown["consents"]
    assert (consent["purpose"], consent["channel"], consent["ended_at"]) == ("subscription", "page", "")


def receives_and_answers(life: Life) -> None:
    life.mailer.write("campaigns/vote/questionnaire.toml", ASKED)
    life.send("vote", f"[Un accord]({OUTSIDE})\n\n[Je réponds](questionnaire:)", FRONT + ASKS)
    mail = life.post(OLD)
    assert life.site.ask(life.link(mail, "l")).location == OUTSIDE
    ballot = life.link(mail, "q")
    review = life.press(ballot)
    life.sent(ballot, filled(review))
    assert life.site.ask(ballot, filled(review)).status == 409  # a ballot is cast once
    shown = life.shown(OLD)
    assert [(one["campaign"], one["state"]) for one in shown["deliveries"]] == [("vote", "sent")]
    assert (shown["answers"], shown["clicks"]) == ([], [])  # whose they are, nobody knows
    life.mail = mail


def changes_address(life: Life) -> None:
    assert life.mail is not None
    weak = life.link(life.mail, "p")
    life.sent(weak, [("action", "link")])
    own = life.link(life.post(OLD), "p")
    page = life.press(own)
    [key] = set(re.findall(r'name="key" value="([^"]+)"', page))
    life.sent(own, [("key", key), ("action", "names"), ("first_name", "Nolwenn"), ("last_name", NAME)])
    life.sent(own, [("key", key), ("action", "address"), ("email", NEW)])
    life.press(life.link(life.post(NEW), "p"))
    assert life.post(OLD)  # who is told, and could say that it was not them
    assert life.shown(NEW)["fields"]["last_name"] == NAME
    assert not life.shown(OLD)["known"]


def bounces_then_complains(life: Life) -> None:
    life.send("suite", "Bonjour {{ first_name }}.")
    mail = life.post(NEW)
    told = life.poll("1", bounce(mail.sender, status="4.2.2", said=LATER.format(NEW), recipient=NEW))
    assert (told["soft"], told["bounced"]) == (1, 0)
    assert life.shown(NEW)["suppressed"] is None  # a full mailbox is emptied one day
    exported = life.mailer("subscribers", "export", "--list", "news", "--out", "members.json")
    assert (exported.code, NEW in (life.mailer.folder / "members.json").read_text("utf-8")) == (0, True)
    header = mail.data.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")
    assert life.poll("2", complaint(header))["complained"] == 1
    assert life.shown(NEW)["suppressed"]["reason"] == "complained"


def is_erased_for_good(life: Life) -> None:
    mailer = life.mailer
    record = life.shown(NEW)
    assert {one["campaign"] for one in record["deliveries"]} == {"vote", "suite"}
    assert sorted(one["kind"] for one in record["returned"]) == ["complaint", "soft"]  # days, not instants
    run = mailer("subscribers", "erase", NEW, "--yes")
    assert run.code == 0, run.err
    assert {"members.json", *LETTERS} <= set(run.lines)  # what a person keeps, a person must mend: told
    for path in sorted(mailer.folder.rglob("*")):
        if path.is_file() and str(path.relative_to(mailer.folder)) not in run.out:
            content = path.read_bytes()
            held = [one for one in (OLD, NEW, NAME) if one.encode() in content]
            assert held == [], path
    mailer.write("old.csv", f"email;nom\n{NEW};{NAME}\n")
    assert mailer("subscribers", "import", "old.csv", "--list", "news", "--yes").code in (0, 4)
    again = life.shown(NEW)
    assert (again["known"], again["suppressed"]["reason"]) == (False, "erased")
    counts = mailer("status", "vote", "--json").json
    assert counts["audience"] == counts["sent"] == 1  # the count stays, of nobody


def told(mailer: Mailer) -> list[Any]:
    """What the database says of a whole life, on whichever it is."""
    questions = (
        ("subscribers", "show", NEW, "--json"),
        ("status", "vote", "--json"),
        ("questionnaire", "results", "vote", "--json"),
    )
    return [mailer(*words).json for words in questions]


def moves_to_postgresql(life: Life, url: str) -> Mailer:
    """`db copy`, then the same workspace elsewhere, with the same keys and the same log."""
    mailer = life.mailer
    run = mailer("db", "copy", "--to", url)
    assert run.code == 0, run.err
    assert mailer("db", "copy", "--to", url).code == 2  # it is not empty any more
    there = Mailer(folder=mailer.folder.parent / "there")
    for file in ("mailer.toml", "subscribers/keys/keys.toml", "subscribers/objections.log"):
        there.write(file, (mailer.folder / file).read_bytes())
        (there.folder / file).chmod(0o600)
    for folder in ("subscribers", "subscribers/keys"):
        (there.folder / folder).chmod(0o700)
    table(there, "database", f'url = "{url}"')
    assert told(there) == told(mailer)
    return there


def is_erased_there_too(there: Mailer, url: str) -> None:
    assert there("subscribers", "erase", NEW, "--yes").code == 0
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
            " FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 30  # the ballot box too
        for (name,) in tables:
            for (row,) in connection.execute(f"SELECT t::text FROM {name} t").fetchall():
                assert [one for one in (OLD, NEW, NAME) if one in row] == [], name
