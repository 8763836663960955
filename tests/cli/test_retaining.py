"""`mailer subscribers retention`: looked at first, asked for, done once."""

import sqlite3
from contextlib import closing

from tests.cli.command import Mailer
from tests.cli.section import bring
from tests.docs.pages import bare, page, table


def test_what_goes_is_told_and_then_goes(mailer: Mailer) -> None:
    mailer.edit(
        "mailer.toml",
        "[lists.sample]\n",
        '[lists.friends]\ntitle = "Amis"\nlegal_basis = "contact"\n\n[lists.sample]\n',
    )
    zoe, ana = bring(mailer, 2, slug="friends")
    [luc] = bring(mailer, 1, domain="example.com")
    path = mailer.folder / "subscribers/mailer.db"
    with closing(sqlite3.connect(path)) as opened, opened:
        old = "2020-01-01T00:00:00.000Z"
        opened.execute("UPDATE membership SET since = ?", [old])
        opened.execute("UPDATE subscriber SET updated_at = ?", [old])
    look = mailer("subscribers", "retention", "--dry-run", "--json")
    assert [list(one) for one in look.json] == [
        [bare(key) for key, *_ in table(page("docs/contract.md"), "`mailer subscribers retention --json`")]
    ] * 4
    counts = {one["what"]: one["count"] for one in look.json}
    assert counts == {"deliveries": 0, "contacts": 2, "pending": 0, "departed": 2}
    assert zoe.encode() in path.read_bytes()
    nobody = mailer("subscribers", "retention")
    assert (nobody.code, "add --yes to have it go" in nobody.err) == (2, True)
    run = mailer("subscribers", "retention", "--yes", LANGUAGE="fr")
    assert run.code == 0
    assert [line.split()[-1] for line in run.lines[1:]] == ["0", "2", "0", "2"]
    held = path.read_bytes()
    assert [email.encode() in held for email in (zoe, ana, luc)] == [False, False, True]
    again = mailer("subscribers", "retention", "--yes", "--json")
    assert {one["count"] for one in again.json} == {0}
