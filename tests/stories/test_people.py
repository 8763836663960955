"""A list's life: from a spreadsheet to two campaigns; those who left have neither, whoever imports them."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from mailer.demo.one_click import post
from tests.cli.command import Mailer, body, letter
from tests.cli.section import SLUG, WORDS, arrived, begin, ended, post_to, read_until, table
from tests.smtp.server import FaultServer, running

ZOE, SEAN, ANA, LUC = (f"{name}@example.org" for name in ("zoe", "sean", "ana", "luc"))
EXCEL = "Nom;Prénom;Adresse e-mail\r\nLefèvre;Zoé;Zoe@Example.org\r\nO'Connor;Seán;sean@example.org\r\n"
NEWER = EXCEL + "Ö;Ana;ana@example.org\r\nPetit;Luc;luc@example.org\r\n"


@pytest.fixture
def section(tmp_path: Path) -> Mailer:
    """A section with a site, two campaigns, nobody on its lists."""
    assert Mailer(folder=tmp_path)("init", "section").code == 0
    section = Mailer(folder=tmp_path / "section")
    section.campaign(SLUG, WORDS)
    section.campaign("suite", WORDS)
    return section


def bring(section: Mailer, text: str) -> str:
    """The spreadsheet as Excel writes it in France; what the import says."""
    section.write("adherents.csv", text.encode("cp1252"))
    run = section("subscribers", "import", "adherents.csv", "--list", "sample", "--yes")
    assert run.code == 0
    return run.out


def test_who_left_is_spared_by_the_next_import_and_the_next_campaign(section: Mailer) -> None:
    bring(section, EXCEL)
    site = begin(section, "serve", "--port", "0")
    try:
        port = read_until(site.stderr, r"http://127\.0\.0\.1:(\d+)")[1]
        table(section, "site", f'url = "http://127.0.0.1:{port}"')
        with running(FaultServer()) as server:
            post_to(section, server)
            assert section("send", SLUG, "--yes").code == 0
            assert arrived(server) == {"Zoe@example.org": 1, SEAN: 1}
            section.write(
                "zoe.eml", next(one.data for one in server.ledger.accepted if "Zoe" in one.recipient)
            )
            mail = letter(section.folder / "zoe.eml")
            assert "Bonjour Zoé" in body(mail, "plain")
            way_out = re.search(r"<(http[^>]+)>", str(mail["List-Unsubscribe"]))
            assert way_out is not None
            assert post(way_out[1]) == 200  # the mailbox's own button
            assert section("subscribers", "unsubscribe", SEAN, "--all").code == 0
            said = bring(section, NEWER)
            assert "joining: 2 (2 new)" in said
            assert "staying out: 1 who left the list, 1 who asked for nothing more" in said
            assert section("send", "suite", "--yes", "--json").json["sent"] == 2
            assert arrived(server) == {"Zoe@example.org": 1, SEAN: 1, ANA: 1, LUC: 1}
    finally:
        site.terminate()
        ended(site)


def test_an_old_copy_of_the_database_still_knows_who_left(section: Mailer) -> None:
    """The log of departures is replayed into whatever is restored."""
    bring(section, EXCEL)
    path = section.folder / "subscribers/mailer.db"
    shutil.copy(path, section.folder / "copy.db")
    assert section("subscribers", "unsubscribe", ZOE, "--all").code == 0
    shutil.move(section.folder / "copy.db", path)
    said = section("send", SLUG, "--yes", "--json").json
    assert (said["audience"], said["sent"]) == (1, 1)
    with sqlite3.connect(path) as opened:
        (suppressed,) = opened.execute("SELECT count(*) FROM suppression").fetchone()
    assert suppressed == 1


def test_a_new_address_is_a_new_person_and_the_old_one_stays_away(section: Mailer) -> None:
    bring(section, EXCEL)
    section("subscribers", "unsubscribe", ZOE, "--list", "sample")
    assert "joining: 1 (1 new)" in bring(section, EXCEL.replace("Zoe@Example.org", "zoe.lefevre@example.net"))
    said = section("send", SLUG, "--yes", "--json").json
    assert said["sent"] == 2  # what nobody can know: that it is the same Zoé
