"""`mailer render`: the page, the text and the message as one person would get them."""

import os
import re
from pathlib import Path

import pytest

from tests.cli.command import Mailer, body, letter

ZOE, BO = "zoe.lefevre@example.org", "bo@example.com"
HEADERS = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Help",
    "List-Owner",
    "List-Post",
    "Precedence",
    "X-Auto-Response-Suppress",
    "Feedback-ID",
]


@pytest.fixture
def tract(mailer: Mailer) -> Mailer:
    """A campaign that says a person's name."""
    mailer.campaign("tract", "Bonjour {{ prenom or 'à toi' }} {{ nom }} !")
    return mailer


def eml(mailer: Mailer, *arguments: str, out: str = "out") -> Path:
    run = mailer("render", "tract", "--out", out, *arguments)
    assert run.code == 0
    return mailer.folder / out / "tract.eml"


def test_three_files_are_written_and_named(mailer: Mailer) -> None:
    run = mailer("render", "relation-clients")
    assert (run.code, run.lines) == (0, [f"out/relation-clients.{kind}" for kind in ("html", "txt", "eml")])
    assert re.search(r"HTML: \d+ KB of 100\.", run.err)
    page = (mailer.folder / "out/relation-clients.html").read_text(encoding="utf-8")
    # The page shows its images from here: a draft's are on no site yet.
    sources = re.findall(r'<img[^>]* src="([^"]*)"', page)
    assert len(sources) == 3
    assert all((mailer.folder / "out" / source).is_file() for source in sources)


def test_the_message_says_who_writes_to_whom_and_how_to_leave(tract: Mailer) -> None:
    message = letter(eml(tract, "--for", ZOE))
    assert message.keys() == HEADERS
    assert message["To"] == ZOE
    assert message["From"] == "CGT Exemple <tracts@lettre.example.org>"
    assert message["Subject"] == "Essai"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ways_out = re.fullmatch(r"<(http:\S+)>,\s*<(mailto:\S+)>", message["List-Unsubscribe"])
    assert ways_out
    site, by_mail = ways_out.groups()
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/u/[\w-]{39}", site)
    assert site in body(message, "plain")
    assert f'href="{site}"' in body(message, "html")
    assert by_mail == "mailto:contact@example.org?subject=unsubscribe%20" + site.rpartition("/")[2]

    # The files say what the message says.
    assert body(message, "plain") == (tract.folder / "out/tract.txt").read_text(encoding="utf-8")
    shown = (tract.folder / "out/tract.html").read_text(encoding="utf-8")
    assert shown.replace("images/", "http://127.0.0.1:8000/i/") == body(message, "html")


def test_the_person_of_the_lists(tract: Mailer) -> None:
    message = letter(eml(tract, "--for", ZOE.upper()))
    assert message["To"] == ZOE  # as the list has it
    assert "Bonjour Zoé Lefèvre" in body(message, "plain")
    assert "Bonjour Zoé Lefèvre" in body(message, "html")


def test_somebody_when_nobody_is_named(tract: Mailer) -> None:
    message = letter(eml(tract))
    assert message["To"] == "camille.exemple@example.org"
    assert "Bonjour Camille Exemple" in body(message, "plain")


def test_an_address_nobody_has_gets_empty_fields_and_a_word(tract: Mailer) -> None:
    run = tract("render", "tract", "--for", "absent@example.org")
    assert run.code == 0
    assert "Nobody has the address absent@example.org in sample: rendered with empty fields" in run.err
    message = letter(tract.folder / "out/tract.eml")
    assert message["To"] == "absent@example.org"
    assert "Bonjour à toi" in body(message, "plain")


@pytest.mark.parametrize("address", ["bad", "", "zoe@example.org\nBcc: x@example.org"])
def test_an_address_that_is_none(tract: Mailer, address: str) -> None:
    run = tract("render", "tract", f"--for={address}")
    assert (run.code, run.out) == (2, "")
    assert not (tract.folder / "out").exists()


def test_twice_the_same_but_for_the_date(tract: Mailer) -> None:
    first, second = eml(tract, "--for", ZOE, out="a"), eml(tract, "--for", ZOE, out="b")
    date = re.compile(rb"^Date: [^\r]+\r\n")
    assert date.match(first.read_bytes())
    assert date.sub(b"", first.read_bytes()) == date.sub(b"", second.read_bytes())
    for kind in ("html", "txt"):
        assert first.with_suffix(f".{kind}").read_bytes() == second.with_suffix(f".{kind}").read_bytes()


def test_each_person_and_each_campaign_has_a_message_id(tract: Mailer) -> None:
    of_zoe, of_bo = letter(eml(tract, "--for", ZOE, out="a")), letter(eml(tract, "--for", BO, out="b"))
    assert of_zoe["Message-ID"] != of_bo["Message-ID"]
    assert of_zoe["List-Unsubscribe"] != of_bo["List-Unsubscribe"]
    assert of_zoe["Feedback-ID"] == of_bo["Feedback-ID"]
    assert re.fullmatch(r"<[0-9a-f]{32}@lettre\.example\.org>", of_zoe["Message-ID"])


def test_a_faulty_campaign_is_not_written(tract: Mailer) -> None:
    tract.campaign("tract", "Bonjour {{ prenon }}")
    run = tract("render", "tract")
    assert (run.code, run.out) == (3, "")
    assert "campaigns/tract.md:8:12 unknown field 'prenon': did you mean 'prenom'?" in run.err
    assert "nothing was written" in run.err
    assert not (tract.folder / "out").exists()


def test_what_only_the_finished_mail_shows_stops_it_too(tract: Mailer) -> None:
    tract.campaign("tract", "\n\n".join(["Un paragraphe assez long pour peser. " * 12] * 190))
    run = tract("render", "tract")
    assert (run.code, run.out) == (3, "")
    assert "Gmail cuts mails near 102" in run.err
    assert not (tract.folder / "out").exists()


def test_warnings_are_said_and_the_files_written(tract: Mailer) -> None:
    tract.campaign("tract", "[ici](https://example.org/)")
    run = tract("render", "tract")
    assert (run.code, len(run.lines)) == (0, 3)
    assert "campaigns/tract.md:8:7 (warning)" in run.err


@pytest.mark.parametrize("out", ["mailer.toml", "mailer.toml/below"])
def test_where_it_cannot_be_written(tract: Mailer, out: str) -> None:
    before = (tract.folder / "mailer.toml").read_bytes()
    run = tract("render", "tract", "--out", out)
    assert (run.code, run.out) == (2, "")
    assert (tract.folder / "mailer.toml").read_bytes() == before


def test_out_may_lie_anywhere_and_is_made(tract: Mailer, tmp_path: Path) -> None:
    out = tmp_path / "là bas" / "encore"
    assert tract("render", "tract", "--out", str(out)).code == 0
    assert sorted(path.name for path in out.iterdir()) == ["images", "tract.eml", "tract.html", "tract.txt"]


def test_the_campaign_of_another_workspace_is_rendered_with_that_ones_settings(tract: Mailer) -> None:
    run = tract("render", "section/campaigns/tract.md", "--out", "here", cwd=tract.folder.parent)
    assert run.code == 0
    assert letter(tract.folder.parent / "here/tract.eml")["Subject"] == "Essai"


def test_an_attachment_keeps_its_name(tract: Mailer) -> None:
    name = "Tract de l’été – grève.pdf"
    tract.write(f"campaigns/tract/{name}", b"%PDF-1.4\n")
    tract.campaign("tract", front=f'attachments = ["{name}"]\n')
    raw = eml(tract).read_bytes()
    pieces = re.findall(rb"filename\*\d*\*?=([^;\r]+)", raw)
    assert "Tract%20de%20l%E2%80%99%C3%A9t%C3%A9%20%E2%80%93%20gr%C3%A8ve.pdf" in b"".join(pieces).decode()
    (part,) = letter(tract.folder / "out/tract.eml").iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/pdf", b"%PDF-1.4\n")


def test_hostile_fields_stay_words(tract: Mailer) -> None:
    names = '"=?utf-8?q?=0D=0ABcc:_x=40y.org?= {{7*7}} <mj-include path=""/etc/passwd""/>\r\nBcc: z@y.org"'
    tract.write("subscribers/sample.csv", f"email,prénom,nom\nzoe@example.org,{names},x\n")
    message = letter(eml(tract, "--for", "zoe@example.org"))
    assert message.keys() == HEADERS
    assert "{{7*7}} <mj-include" in body(message, "plain")
    assert "&lt;mj-include" in body(message, "html")


def test_keys_are_made_once_and_neither_lost_nor_broken_ones_are_replaced(tract: Mailer) -> None:
    keys = tract.folder / "subscribers/keys/keys.toml"
    keys.unlink()
    lost = tract("render", "tract")
    assert (lost.code, lost.out, keys.exists()) == (2, "", False)
    assert "put your copy back" in lost.err
    assert [one["code"] for one in tract("check", "--json").json] == ["keys-file"]
    keys.parent.rmdir()
    assert "The keys of this workspace were made" in tract("render", "tract").err
    if os.name == "posix":
        assert keys.stat().st_mode & 0o777 == 0o600
    keys.write_text("broken [")
    run = tract("render", "tract")
    assert (run.code, run.out) == (2, "")
    assert "subscribers/keys/keys.toml" in run.err
    assert keys.read_text() == "broken ["
