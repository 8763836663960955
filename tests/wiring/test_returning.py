"""Returned mail acted on: by proof alone, once, whatever else is written in it."""

from pathlib import Path

import pytest

from mailer.listen.returns import Class
from mailer.mailboxes.letters import Letter
from mailer.settings.model import ListSettings
from mailer.store.store import Store
from mailer.tokens.links import unsubscribe_token
from mailer.tokens.mails import message_id
from mailer.wiring.doors import keys_of
from mailer.wiring.polling import poll_once, polling
from mailer.wiring.returning import Receiver, Summary, campaign_of
from mailer.words import Text
from tests.cli.section import wait_until
from tests.listen.returned import NOBODY, bounce, complaint, leaving, letter, verp
from tests.store.house import ANA, CAMPAIGN, KEYS, LIST, OTHER_KEYS, ZOE, Clock, bring, number, opened
from tests.store.test_returns import OTHER, campaign, left, reason
from tests.wiring.house import opened as there_opened
from tests.wiring.house import workspace

LISTS = {
    LIST: ListSettings(
        slug=LIST, title="Adhérents", legal_basis="members", legal_ref="", reason="", language="fr"
    )
}


def received(store: Store, *raws: bytes) -> Summary:
    receiver = Receiver(store, KEYS, LISTS)
    for at, raw in enumerate(raws, 1):
        receiver.take(Letter(name=f"lettre {at}", raw=raw))
    return receiver.summary


def written(store: Store) -> int:
    """Zoé's number, once a campaign reached her and Ana."""
    bring(store, ZOE, ANA)
    campaign(store)
    return number(store, ZOE)


def test_two_campaigns_that_came_back_give_the_address_up(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        zoe = written(store)
        first = received(store, bounce(verp(KEYS, zoe)))
        assert (first.kinds["hard"], first.suppressed.total(), first.came) == (
            1,
            0,
            {(CAMPAIGN, Class.HARD): 1},
        )
        clock.later(days=3)
        campaign(store, OTHER)
        raw = bounce(verp(KEYS, zoe, OTHER), number=2)
        assert received(store, raw).suppressed == {"bounced": 1}
        assert (reason(store), left(store)) == ("bounced", [ANA])
        again = received(store, raw, raw.replace(b"\r\n", b"\n"))
        assert (again.known, again.kinds.total(), again.suppressed.total()) == (2, 0, 0)


def test_forged_ones_change_nothing_whoever_they_name(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe = written(store)
        found = received(
            store,
            *(bounce(NOBODY, recipient=email, number=at) for at, email in enumerate((ZOE, ANA))),
            bounce(verp(OTHER_KEYS, zoe), number=3),
            complaint(f"To: {ZOE}\nMessage-ID: <x@example.org>"),
            complaint(f"To: {ZOE}\nList-Unsubscribe: <mailto:{leaving(OTHER_KEYS, zoe, LIST)}>", number=4),
        )
        assert (found.kinds["unproven"], found.suppressed.total()) == (5, 0)
        assert [one.address for one in found.unproven[:2]] == [ZOE, ANA]
        assert left(store) == [ANA, ZOE]
        assert store.returns.people(CAMPAIGN) == 0


def test_a_member_can_have_nobody_but_themself_struck_off(tmp_path: Path) -> None:
    """Ana holds her own token: a report that names Zoé as well is about Ana."""
    with opened(tmp_path) as store:
        written(store)
        ana = number(store, ANA)
        token = f"List-Unsubscribe: <https://lettre.example.org/u/{unsubscribe_token(KEYS, ana, LIST)}>"
        received(store, complaint(f"To: {ZOE}\n{token}"))
        assert (reason(store, ANA), reason(store, ZOE)) == ("complained", None)


def test_a_complaint_by_message_id_and_link_names_the_campaign(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe = written(store)
        returned = (
            f"Message-ID: {message_id(KEYS, CAMPAIGN, zoe, 'lettre.example.org')}\n"
            f"List-Unsubscribe: <https://lettre.example.org/u/{unsubscribe_token(KEYS, zoe, LIST)}>"
        )
        found = received(store, complaint(returned))
        assert (found.kinds["complaint"], found.came) == (1, {(CAMPAIGN, Class.COMPLAINT): 1})
        assert found.suppressed == {"complained": 1}
        assert store.returns.counts(CAMPAIGN) == {"complaint": 1}
        assert campaign_of(store, KEYS, number(store, ANA), [returned]) == ""


def test_any_mail_to_our_address_leaves_the_list_once(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe = written(store)
        raw = letter(leaving(KEYS, zoe, LIST), subject="Re: 550 user unknown", words="bla")
        assert received(store, raw).kinds == {"departure": 1}
        assert (reason(store), left(store)) == (None, [ANA])
        with store.together():
            store.exits.come_back(zoe, [LIST], "site", objected=False)
        assert received(store, raw).known == 1  # she came back since: the old mail is done with
        assert left(store) == [ANA, ZOE]


def test_a_list_that_is_gone_is_left_all_the_same(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe = written(store)
        assert received(store, letter(leaving(KEYS, zoe, "ancienne"))).kinds == {"departure": 1}
        assert left(store) == [ANA, ZOE]


@pytest.mark.parametrize("words", ["STOP", "désinscription", "Retirez-moi"])
def test_a_wish_is_for_a_person_to_do(tmp_path: Path, words: str) -> None:
    with opened(tmp_path) as store:
        written(store)
        raw = letter("contact@example.org", subject="Re: Un tract", words=words)
        found = received(store, raw)
        assert [(one.email, one.words) for one in found.wishes] == [(ZOE, words)]
        assert (found.kinds, left(store)) == ({"nothing": 1}, [ANA, ZOE])


def test_a_hostile_sender_of_a_wish_is_no_command(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for sender in ("x@y\x1b[2J; rm -rf ~", "", "nobody", "a@b, c@d", "<script>@x"):
            [wish] = received(store, letter("contact@example.org", words="STOP", sender=sender)).wishes
            assert wish.email in ("", "a@b")
            assert wish.words.isprintable()


def test_our_own_faults_count_against_nobody(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as store:
        zoe = written(store)
        said = "550 5.7.1 blocked, see spamhaus"
        for at in range(5):
            public_id = f"{at}7qk2m4xea"
            campaign(store, public_id)
            raw = bounce(verp(KEYS, zoe, public_id), status="5.7.1", said=said, number=at)
            found = received(store, raw)
            assert found.kinds == {"sender": 1}
            assert found.faults.total() == 1
            clock.later(days=10)
        assert reason(store) is None


def test_rubbish_of_any_kind_is_read_to_its_end(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        zoe = written(store)
        whole = bounce(verp(KEYS, zoe))
        rubbish = [
            b"",
            b"\0" * 5000,
            b"\xff\xfe" * 500,
            b"From: a\r\n" * 3000,
            b"Subject: =?x?b?!!?=\r\n\r\n",
        ]
        found = received(store, *rubbish, *(whole[:at] for at in range(0, len(whole), 97)))
        assert found.found == len(rubbish) + len(range(0, len(whole), 97))
        assert left(store) == [ANA, ZOE]


def test_nothing_of_a_server_s_words_is_kept(tmp_path: Path) -> None:
    """What others write in a bounce (markup, addresses) reaches no page: classes and codes do."""
    with opened(tmp_path) as store:
        zoe = written(store)
        said = "550 5.1.1 <script>alert(1)</script> zoe@example.org"
        received(store, bounce(verp(KEYS, zoe), said=said, status="5.1.1<script>"))
        [back] = store.people.dossier(ZOE).returned
        assert "<" not in "".join(back)
        assert "@" not in "".join(back)


def test_looked_at_again_while_something_else_goes_on(tmp_path: Path) -> None:
    """What the mailbox holds is acted on in the background, and a fault of it is only told."""
    box = tmp_path / "subscribers/retours"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    settings = (
        '\n[bounces]\naddress = "retours@lettre.example.org"\nmailbox = "maildir:subscribers/retours"\n'
    )
    there = workspace(tmp_path, settings, MAILER_SITE_URL="")
    with there_opened(there, ZOE) as store:
        token = leaving(keys_of(there), number(store, ZOE), "sample")
        told: list[Text] = []
        with polling(there, told.append, every=0.01):
            (box / "new" / "1").write_bytes(letter(token))
            wait_until(lambda: told)
        assert str(told[0]) == "1 person left by mail."
        assert [email for email, _ in store.people.members("sample")] == []
    (box / "new").rename(box / "gone")
    told.clear()
    poll_once(there, told.append)
    assert "is no Maildir" in str(told[0])
