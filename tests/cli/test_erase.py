"""`mailer subscribers erase`: asked for, done once, told; then the data directory is searched."""

import sqlite3
from contextlib import closing

from mailer.workspace.traces import traces
from tests.cli.command import Mailer
from tests.cli.section import bring

FILE = "subscribers/people.csv"


def test_nothing_of_them_is_left_and_no_import_brings_them_back(mailer: Mailer) -> None:
    zoe, ana = bring(mailer, 2)
    lists = mailer.write(FILE, f"email,first_name\n{zoe},Apolline\n{ana},Ana\n")
    assert mailer("subscribers", "import", FILE, "--list", "sample", "--yes").code == 0
    mailer.campaign("tract", "Bonjour {{ first_name }}.")
    assert mailer("send", "tract", "--yes").code == 0
    assert mailer("render", "tract", "--for", zoe).code == 0
    refused = mailer("subscribers", "erase", zoe)
    assert (refused.code, refused.out) == (2, "")
    assert "add --yes to erase" in refused.err
    run = mailer("subscribers", "erase", zoe.upper(), "--yes")
    assert run.code == 0
    rendered = ["out/tract.eml", "out/tract.html", "out/tract.txt"]  # as they would get it
    assert run.lines == [*rendered, "people.csv", FILE]
    assert "is erased; no import brings it back" in run.err
    assert "1 mail to them was deleted from the outbox" in run.err
    for name in run.lines:
        (mailer.folder / name).unlink()
    assert traces(mailer.folder, (zoe, "Apolline")) == []
    assert ana.encode() in (mailer.folder / "subscribers/mailer.db").read_bytes()
    lists.write_text(f"email,first_name\n{zoe},Apolline\n", encoding="utf-8")
    again = mailer("subscribers", "import", FILE, "--list", "sample", "--yes")
    assert "joining: 0 (0 new)" in again.out
    assert "1 who asked for nothing more" in again.out
    told = mailer("subscribers", "show", zoe, "--json").json
    assert (told["known"], told["suppressed"]["reason"], told["deliveries"]) == (False, "erased", [])
    figures = mailer("status", "tract", "--json").json
    assert (figures["audience"], figures["sent"]) == (2, 2)
    with closing(sqlite3.connect(mailer.folder / "subscribers/mailer.db")) as opened:
        assert opened.execute("SELECT count(*) FROM delivery WHERE subscriber < 0").fetchone() == (1,)


def test_who_comes_back_on_their_own_wish(mailer: Mailer) -> None:
    [zoe] = bring(mailer, 1)
    (mailer.folder / "people.csv").unlink()
    run = mailer("subscribers", "erase", zoe, "--yes", LANGUAGE="fr")
    assert (run.code, run.out) == (0, "")
    assert "aucun import ne ramène cette adresse" in run.err
    assert mailer("subscribers", "add", zoe, "--list", "sample").code == 4
    back = mailer("subscribers", "resubscribe", zoe, "--proof", "letter of 3 May")
    assert (back.code, back.err.count("--list")) == (2, 1)
    assert mailer("subscribers", "resubscribe", zoe, "--proof", "letter", "--list", "sample").code == 0
    told = mailer("subscribers", "show", zoe, "--json").json
    assert (told["suppressed"], told["memberships"][0]["proof"]) == (None, "letter")
