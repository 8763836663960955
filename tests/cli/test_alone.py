"""`mailer` alone: what to do next, in one line."""

import shutil

from tests.cli.command import Mailer


def said(mailer: Mailer) -> str:
    run = mailer()
    assert (run.code, run.err, len(run.lines)) == (0, "", 1)
    return run.lines[0]


def test_without_a_workspace(nowhere: Mailer) -> None:
    assert said(nowhere) == "There is no workspace here. Make one: mailer init DIR"


def test_with_the_sample_alone(mailer: Mailer) -> None:
    expected = "campaigns/relation-clients.md is ready to be looked at: mailer render relation-clients"
    assert said(mailer) == expected


def test_without_a_campaign(mailer: Mailer) -> None:
    shutil.rmtree(mailer.folder / "campaigns")
    assert said(mailer) == "There is no campaign yet. Begin one: mailer new SLUG"


def test_ones_own_comes_before_the_sample(mailer: Mailer) -> None:
    mailer.campaign("tract")
    assert said(mailer) == "campaigns/tract.md is ready to be looked at: mailer render tract"


def test_what_is_under_way_then_what_is_still_to_be_sent_then_how_it_went(mailer: Mailer) -> None:
    shutil.rmtree(mailer.folder / "campaigns")
    (mailer.folder / "campaigns").mkdir()
    mailer.campaign("tract", front="sample = true\n")
    assert mailer("subscribers", "add", "zoe@example.org", "--list", "sample").code == 0
    assert said(mailer) == "campaigns/tract.md is ready to be looked at: mailer render tract"
    assert mailer("send", "tract", "--yes", "--at", "2026-12-24T08:00").code == 75
    assert said(mailer) == "tract is not over. How far it is: mailer status tract"
    mailer("cancel", "tract")
    over = "tract is over. How it went: mailer report tract. Another one: mailer new SLUG"
    assert said(mailer) == over
    mailer.campaign("suite", front="sample = true\n")
    assert said(mailer) == "campaigns/suite.md is ready to be looked at: mailer render suite"
    mailer.edit("campaigns/tract.md", "sample = true\n", "")
    assert said(mailer) == over  # whoever has sent one of their own needs no sample


def test_faults_come_first(mailer: Mailer) -> None:
    mailer.campaign("tract", "Bonjour {{ prenon }}")
    assert said(mailer) == "campaigns/tract.md has 1 fault. See them: mailer check tract"


def test_with_faulty_settings(mailer: Mailer) -> None:
    mailer.write("mailer.toml", "")
    assert said(mailer) == "mailer.toml has 3 faults. See them: mailer check"


def test_from_a_folder_below(mailer: Mailer) -> None:
    run = mailer(cwd=mailer.folder / "templates" / "tract")
    assert "mailer render relation-clients" in run.out
