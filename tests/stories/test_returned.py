"""What a member's mail server sends back, from the real message to the next campaign that spares them."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import BOX, WORDS, arrived, bring, give_mailbox, post_to, table
from tests.listen.returned import bounce, complaint, letter
from tests.smtp.ledger import Accepted
from tests.smtp.server import FaultServer, running

DEAD, ANGRY, GONE, THERE = (f"membre{at}@example.org" for at in range(4))


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Mailer, FaultServer]]:
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    table(mailer, "site", 'url = ""')
    give_mailbox(mailer)
    bring(mailer, 4)
    with running(FaultServer()) as server:
        post_to(mailer, server)
        yield mailer, server


def sent(mailer: Mailer, server: FaultServer, slug: str) -> dict[str, Accepted]:
    """A campaign leaves; what the server took, by recipient."""
    mailer.campaign(slug, WORDS, "sample = true\n")
    before = len(server.ledger.accepted)
    run = mailer("send", slug, "--yes", "--skip", "first-use")
    assert run.code == 0, run.err
    return {one.recipient: one for one in server.ledger.accepted[before:]}


def arrive(mailer: Mailer, name: str, raw: bytes) -> None:
    mailer.write(f"subscribers/retours/new/{name}", raw)


def header(message: Accepted) -> str:
    """The returned message's header, as its server quotes it."""
    return message.data.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")


def a_day_earlier(mailer: Mailer) -> None:
    """What left, left yesterday."""
    with sqlite3.connect(mailer.folder / "subscribers/mailer.db") as database:
        database.execute("UPDATE delivery SET marked_at = '2026-01-05T10:00:00.000Z'")
    database.close()


def test_from_a_bounce_to_the_campaign_that_spares_them(there: tuple[Mailer, FaultServer]) -> None:
    mailer, server = there
    first = sent(mailer, server, "premier")
    assert set(first) == {DEAD, ANGRY, GONE, THERE}
    leave = re.findall(r"mailto:([^>?]+)>", header(first[GONE]))[0]
    arrive(mailer, "1", bounce(first[DEAD].sender, recipient=DEAD))
    arrive(mailer, "2", complaint(header(first[ANGRY])))
    arrive(mailer, "3", letter(leave, subject="unsubscribe"))
    arrive(mailer, "4", bounce("retours+" + "a" * 46 + "@lettre.example.org", recipient=THERE))
    told = mailer("bounces", "poll", "--json").json
    assert (told["hard"], told["complaint"], told["departure"], told["unproven"]) == (1, 1, 1, 1)
    assert (told["bounced"], told["complained"]) == (0, 1)  # one dead day may be the server's

    a_day_earlier(mailer)
    second = sent(mailer, server, "deuxieme")
    assert set(second) == {DEAD, THERE}
    arrive(mailer, "5", bounce(second[DEAD].sender, recipient=DEAD, number=2))
    third = sent(mailer, server, "troisieme")  # without a site, `send` reads the mail first
    assert set(third) == {THERE}

    status = mailer("status", "premier", "--json").json
    assert (status["sent"], status["returned"]) == (4, 1)
    dead = mailer("subscribers", "show", DEAD, "--json").json
    assert dead["suppressed"]["reason"] == "bounced"
    assert [one["kind"] for one in dead["returned"]] == ["hard", "hard"]
    assert dead["memberships"][0]["state"] == "subscribed"
    reasons = {
        one["reason"]: one["addresses"] for one in mailer("subscribers", "suppressions", "--json").json
    }
    assert reasons == {"bounced": 1, "complained": 1}
    assert arrived(server) == {DEAD: 2, ANGRY: 1, GONE: 1, THERE: 3}


def test_what_comes_back_is_no_reason_not_to_send(there: tuple[Mailer, FaultServer]) -> None:
    """A mailbox that cannot be read is told, and the mail leaves."""
    mailer, server = there
    table(mailer, "bounces", BOX.replace("maildir:subscribers/retours", "imaps://moi@localhost:1/INBOX"))
    mailer.campaign("tract", WORDS, "sample = true\n")
    run = mailer("send", "tract", "--yes", "--skip", "first-use", MAILER_BOUNCES_PASSWORD="x")
    assert run.code == 0
    assert "The mail that came back was not read" in run.err
    assert arrived(server).total() == 4
