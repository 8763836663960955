"""The first set-up: no site at all. A laptop, a relay, a mailbox; nothing in the mail needs a server."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.cli.command import Mailer, body, letter
from tests.cli.section import SLUG, arrived, bring, post_to, table
from tests.smtp.server import FaultServer, running

TRACT = """\
Bonjour {{ first_name }},

![Vos élus](elus.png){width=200}

[Dire ce que vous en pensez](questionnaire:){.button}

Voir [le site du syndicat](https://www.example.org/page).
"""


@pytest.fixture(scope="module")
def section(tmp_path_factory: pytest.TempPathFactory) -> Mailer:
    """A section without a site, three people, a questionnaire kept by somebody else."""
    desk = Mailer(folder=tmp_path_factory.mktemp("desk"))
    assert desk("init", "section").code == 0
    section = Mailer(folder=desk.folder / "section")
    table(section, "site", 'url = ""')
    image = section.folder / "campaigns/relation-clients/elus.png"
    section.write(f"campaigns/{SLUG}/elus.png", image.read_bytes())
    section.campaign(SLUG, TRACT, 'questionnaire = "https://framaforms.org/relation-clients"\n')
    bring(section, 3)
    return section


@pytest.fixture(scope="module")
def mails(section: Mailer, tmp_path_factory: pytest.TempPathFactory) -> list[EmailMessage]:
    """What the three people received, through a server."""
    with running(FaultServer()) as server:
        post_to(section, server)
        run = section("send", SLUG, "--yes")
        assert run.code == 0, run.err
        assert set(arrived(server).values()) == {1}
        assert server.faults == []
        folder = tmp_path_factory.mktemp("mails")
        for number, row in enumerate(server.ledger.accepted):
            (folder / f"{number}.eml").write_bytes(row.data)
    found = [letter(path) for path in sorted(folder.glob("*.eml"))]
    assert len(found) == 3
    return found


def test_no_address_of_ours_is_in_the_mail(mails: list[EmailMessage]) -> None:
    for mail in mails:
        for text in (body(mail, "html"), body(mail, "plain"), str(mail)):
            assert "127.0.0.1" not in text
            assert re.search(r"https?://[^/\s\"]*/(?:l|v|u|p|i|q|privacy)(?:/|\b)", text) is None
        links = re.findall(r'href="(https?://[^"]+)"', body(mail, "html"))
        assert set(links) == {"https://framaforms.org/relation-clients", "https://www.example.org/page"}


def test_leaving_is_a_mail(mails: list[EmailMessage]) -> None:
    tokens = set()
    for mail in mails:
        header = str(mail["List-Unsubscribe"])
        found = re.fullmatch(r"<(mailto:contact@example\.org\?subject=unsubscribe%20([\w-]{39}))>", header)
        assert found is not None, header
        assert mail["List-Unsubscribe-Post"] is None
        assert found[1] in body(mail, "html").replace("&amp;", "&")
        assert found[1] in body(mail, "plain").replace("\n", "")
        tokens.add(found[2])
    assert len(tokens) == 3


def test_images_travel_inside(mails: list[EmailMessage]) -> None:
    for mail in mails:
        images = [part for part in mail.walk() if part.get_content_maintype() == "image"]
        assert len(images) == 2  # the logo, the picture
        page = body(mail, "html")
        assert {f"cid:{str(image['Content-ID'])[1:-1]}" for image in images} == set(
            re.findall(r'src="(cid:[^"]+)"', page)
        )


def test_nothing_is_counted(section: Mailer, mails: list[EmailMessage]) -> None:
    assert len(mails) == 3
    said = section("status", SLUG, "--json").json
    assert (said["status"], said["links"]) == ("finished", [])


def test_what_needs_a_site_is_refused_with_its_place(section: Mailer) -> None:
    beside = section.folder / "campaigns/relation-clients/questionnaire.toml"
    section.write("campaigns/avec/questionnaire.toml", beside.read_bytes())
    section.campaign("avec", "[Répondre](questionnaire:){.button}", 'questionnaire = "questionnaire.toml"\n')
    run = section("send", "avec", "--yes")
    assert run.code == 3
    assert re.search(r"^campaigns/avec\.md:4:\d+ .*site", run.err, re.MULTILINE)
    section.campaign("hebergee", "Un mot.", 'images = "hosted"\n')
    hosted = section("send", "hebergee", "--yes")
    assert hosted.code == 3
    assert "campaigns/hebergee.md:4:" in hosted.err


def test_bounces_have_their_own_way_out(section: Mailer, tmp_path: Path) -> None:
    """With [bounces], leaving goes to its mailbox, which a machine reads."""
    table(section, "bounces", 'address = "retours@lettre.example.org"')
    run = section("render", SLUG, "--for", "membre0@example.org", "--out", str(tmp_path))
    assert run.code == 0
    header = str(letter(tmp_path / f"{SLUG}.eml")["List-Unsubscribe"])
    assert re.fullmatch(r"<mailto:retours\+[a-z2-7]+@lettre\.example\.org>", header), header
