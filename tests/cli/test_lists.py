"""`mailer lists`: how many stand how with each list, and what it was last sent."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from tests.cli.command import Mailer
from tests.cli.section import bring, table
from tests.docs.pages import bare, page
from tests.docs.pages import table as told


def test_what_the_contract_tells_of_each(mailer: Mailer) -> None:
    table(mailer, "lists.members", 'title = "Members"\nreason = "You are a member."')
    bring(mailer, 3)
    assert mailer("subscribers", "unsubscribe", "membre0@example.org", "--list", "sample").code == 0
    mailer.campaign("tract", "Bonjour")
    assert mailer("send", "tract", "--yes").code == 0
    sample, members = mailer("lists", "--json").json
    assert list(sample) == [bare(key) for key, *_ in told(page("docs/contract.md"), "`mailer lists --json`")]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+Z", sample.pop("last_launched_at"))
    assert (sample["list"], sample["last_campaign"]) == ("sample", "tract")
    assert [sample[state] for state in ("subscribed", "pending", "unsubscribed")] == [2, 0, 1]
    assert members == {
        "list": "members",
        "title": "Members",
        "legal_basis": "",
        "subscribed": 0,
        "pending": 0,
        "unsubscribed": 0,
        "shared": {},
        "last_campaign": "",
        "last_launched_at": "",
        "reasons": {},
    }
    heads, *rows = mailer("lists").lines
    assert heads.split()[:2] == ["LIST", "TITLE"]
    assert re.search(r" 2 +0 +1 +tract 20\d\d-\d\d-\d\d$", rows[0])
    assert rows[1].split() == ["members", "Members", "–", "0", "0", "0"]


def test_a_list_taken_out_of_the_settings_is_told_while_people_are_on_it(mailer: Mailer) -> None:
    table(mailer, "lists.members", 'title = "Members"\nreason = "You are a member."')
    bring(mailer, 2, slug="members")
    settings = (mailer.folder / "mailer.toml").read_text(encoding="utf-8")
    mailer.write("mailer.toml", settings[: settings.index("[lists.members]")])
    *_, last = mailer("lists", "--json").json
    assert (last["list"], last["title"], last["subscribed"]) == ("members", "", 2)


def test_nobody_yet(mailer: Mailer) -> None:
    [sample] = mailer("lists", "--json").json
    assert (sample["list"], sample["subscribed"]) == ("sample", 0)
    assert not (mailer.folder / "subscribers" / "mailer.db").exists()


def test_why_people_left_is_told_from_twenty_on(mailer: Mailer) -> None:
    bring(mailer, 1)
    month = datetime.now(UTC).strftime("%Y-%m")
    with closing(sqlite3.connect(mailer.folder / "subscribers" / "mailer.db")) as opened, opened:
        for reason, people in (("often", 12), ("gone", 7), ("address", 4)):
            opened.execute("INSERT INTO departure_reason VALUES ('sample', ?, ?, ?)", (month, reason, people))
        opened.execute("INSERT INTO departure_reason VALUES ('sample', '2020-01', 'never', 99)")
    assert mailer("lists", "--json").json[0]["reasons"] == {"often": 12, "other": 11}
    assert mailer("lists").lines[-3:] == [
        "sample: why people left, over 12 months",
        "      12  There are too many messages",
        "      11  For another reason",
    ]


def test_who_is_on_two_lists(mailer: Mailer) -> None:
    for slug in ("members", "board"):
        table(mailer, f"lists.{slug}", f'title = "{slug}"\nreason = "You are on it."')
    bring(mailer, 3)
    bring(mailer, 2, slug="members")
    assert mailer("subscribers", "unsubscribe", "membre0@example.org", "--list", "members").code == 0
    shared = {one["list"]: one["shared"] for one in mailer("lists", "--json").json}
    assert shared == {"sample": {"members": 1}, "members": {"sample": 1}, "board": {}}
    assert mailer("lists").lines[-1] == "1 person is on both sample and members"


def test_the_sign_up_form_to_paste(mailer: Mailer) -> None:
    """It posts an address to our page and holds nothing else: no script, no style, nothing secret."""
    table(mailer, "lists.news", 'title = "<News> & \\"more\\""\nlegal_basis = "consent"\nopen = true')
    assert mailer("lists", "--form", "news").out == (
        '<form method="post" action="http://127.0.0.1:8000/s/news">\n'
        '  <label for="mailer-news">Votre adresse électronique</label>\n'
        '  <input type="email" id="mailer-news" name="email" maxlength="254" autocomplete="email" required>\n'
        "  <button>Recevoir «\u00a0&lt;News&gt; &amp; &quot;more&quot;\u00a0»</button>\n"
        "</form>\n"
    )
    for arguments, said in (
        (["sample"], "open = true under [lists.sample]"),
        (["nothing"], "has no list 'nothing'"),
        (["news", "--json"], "--form prints HTML"),
    ):
        refused = mailer("lists", "--form", *arguments)
        assert refused.code == 2
        assert said in refused.err
