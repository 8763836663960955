"""`mailer archive`: a campaign that has ended is taken out of the public archive, or put into it."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import bring


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mailer = Mailer(folder=tmp_path_factory.mktemp("section"))
    assert mailer("init").code == 0
    bring(mailer, 2)
    mailer.campaign("ouvert", "Un texte.", "public = true\n")
    mailer.campaign("interne", "Un texte.")
    for slug in ("ouvert", "interne"):
        assert mailer("send", slug, "--yes").code == 0
    return mailer.folder


@pytest.fixture
def section(sent: Path, tmp_path: Path) -> Mailer:
    return Mailer(folder=shutil.copytree(sent, tmp_path / "section"))


def listed(section: Mailer) -> set[str]:
    asked = "SELECT slug FROM campaign JOIN edition ON edition.campaign = public_id WHERE public = 1"
    with sqlite3.connect(section.folder / "subscribers/mailer.db") as opened:
        return {row[0] for row in opened.execute(asked)}


def test_what_has_ended_is_taken_out_and_put_back(section: Mailer) -> None:
    assert listed(section) == {"ouvert"}
    for _ in range(2):  # twice is once
        run = section("archive", "hide", "ouvert")
        assert (run.code, run.out, run.err) == (0, "", "ouvert is not in the archive any more.\n")
        assert listed(section) == set()
    run = section("archive", "show", "ouvert")
    assert (run.code, "/a/ouvert" in run.err) == (0, True)
    assert listed(section) == {"ouvert"}


def test_whatever_its_file_said(section: Mailer) -> None:
    (section.folder / "campaigns/interne.md").unlink()
    assert section("archive", "show", "interne").code == 0
    assert listed(section) == {"ouvert", "interne"}


def test_what_was_never_sent_is_in_no_archive(section: Mailer) -> None:
    for verb in ("show", "hide"):
        run = section("archive", verb, "relation-clients")
        assert (run.code, "was not sent yet" in run.err) == (2, True)
    with sqlite3.connect(section.folder / "subscribers/mailer.db") as opened:
        opened.execute("UPDATE campaign SET status = 'cancelled' WHERE slug = 'interne'")
    run = section("archive", "show", "interne")
    assert (run.code, "is cancelled" in run.err) == (2, True)
    assert listed(section) == {"ouvert"}


def test_in_french(section: Mailer) -> None:
    run = section("archive", "hide", "ouvert", LANGUAGE="fr")
    assert (run.code, "archives" in run.err) == (0, True)
