"""A campaign read whole: the files it names, wherever they are missing or wrong, and the finished mail."""

import hashlib
import os
import re
from pathlib import Path

import pytest

from mailer.findings import Level
from tests.workspace.author import FILE, PDF, Author, body, png

PICTURE = "![un chat noir](chat.png)"
QUESTIONS = 'questionnaire = "questions.toml"'
QUESTION = b'[[question]]\nid = "a"\nkind = "text"\ntext = "Votre avis ?"\n'
QUESTIONNAIRE = b'title = "Votre avis"\nmode = "open"\n' + QUESTION
ANSWER = "[Répondre au questionnaire](questionnaire:){.button}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
SITE = "http://127.0.0.1:8000"


def test_the_sample_has_no_fault(author: Author) -> None:
    draft = author.draft("relation-clients")
    assert draft.findings == ()
    assert draft.edition is not None
    assert len(draft.edition.images) == 3


def test_a_clean_campaign_is_laid_out(author: Author) -> None:
    author.campaign()
    draft = author.draft()
    assert (draft.file, draft.slug, draft.findings) == (FILE, "tract", ())
    assert draft.edition is not None
    assert draft.edition.public_id == "draft00000"


# --- images -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "files, code",
    [
        ({}, "missing-file"),
        ({"chat.png": SVG}, "image-format"),
        ({"chat.png": b""}, "image-format"),
        ({"chat.png": png()[:12]}, "image-format"),
        ({"chat.png": b"\xff\xd8\xff" + b"\0" * 40}, "image-format"),
        ({"chat.png": b"RIFF\0\0\0\0WEBPVP8 "}, "image-format"),
        ({"chat.png": png(0, 3)}, "image-format"),
        ({"chat.png": png(weight=1_200_000)}, "image-heavy"),
        ({"chat.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 21_000_000}, "file-huge"),
    ],
    ids=["missing", "svg", "empty", "damaged-png", "damaged-jpeg", "webp", "no-width", "heavy", "huge"],
)
def test_an_image_that_cannot_go(author: Author, files: dict[str, bytes], code: str) -> None:
    author.campaign(f"Voici.\n\n{PICTURE}")
    author.beside(files)
    assert author.errors() == [(code, f"{FILE}:11:17")]
    assert author.draft().edition is None


@pytest.mark.parametrize(
    "source, code",
    [
        ("https://example.org/chat.png", "file-remote"),
        ("//example.org/chat.png", "file-outside"),
        ("data:image/png;base64,AAAA", "file-remote"),
        ("file:///etc/passwd", "file-remote"),
        ("/etc/passwd", "file-outside"),
        ("../relation-clients/elus.png", "file-outside"),
        ("..%2Frelation-clients%2Felus.png", "file-outside"),
        ("%2Fetc%2Fpasswd", "file-outside"),
        ("%66ile:///etc/passwd", "file-remote"),
        ("C:%5Cchat.png", "file-outside"),
        ("chat.png%00", "file-outside"),
    ],
)
def test_an_image_from_elsewhere_is_refused(author: Author, source: str, code: str) -> None:
    author.campaign(f"![un chat noir]({source})")
    author.beside({"chat.png": png()})
    assert author.errors() == [(code, f"{FILE}:9:17")]


def test_an_image_that_leads_out_by_a_link_is_refused(author: Author, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    author.beside({"other.png": png()})
    (author.root / "campaigns/tract/chat.png").symlink_to(tmp_path / "secret.png")
    author.campaign(PICTURE)
    assert author.errors() == [("file-outside", f"{FILE}:9:17")]


@pytest.mark.parametrize(
    "name", ["été.png", "l’été – grève.png", "100 %.png", "table 2.png", "sous dossier/ö.png"]
)
def test_any_name_a_person_gives(author: Author, name: str) -> None:
    author.beside({name: png()})
    author.campaign(f"![un chat noir](<{name}>)")
    assert author.findings() == ()
    edition = author.draft().edition
    assert edition is not None
    assert Path(name).name in [image.name for image in edition.images]


def test_accents_need_no_brackets(author: Author) -> None:
    author.beside({"été.png": png()})
    author.campaign("![un chat noir](été.png)")
    assert author.findings() == ()


def test_a_missing_file_is_called_as_its_author_calls_it(author: Author) -> None:
    author.campaign("![un chat noir](été.png)")
    (finding,) = author.findings()
    assert str(finding.message) == "there is no file 'été.png' in campaigns/tract/"


def test_a_large_image_is_warned_about(author: Author) -> None:
    author.beside({"chat.png": png(weight=250_000)})
    author.campaign(PICTURE)
    (finding,) = author.findings()
    assert (finding.code, finding.level) == ("image-heavy", Level.WARNING)
    assert author.draft().edition is not None


def test_images_of_a_site_are_hosted_under_their_digest(author: Author) -> None:
    author.beside({"chat.png": png()})
    author.campaign(f"{PICTURE}\n\n![le même, une autre fois](chat.png)")
    page = body(author.letter(), "html")
    address = f"{SITE}/i/{hashlib.sha256(png()).hexdigest()}.png"
    assert page.count(f'src="{address}"') == 2
    assert "cid:" not in page
    assert len(author.render().files) == 3
    assert (author.root / "out/images" / address.rpartition("/")[2]).read_bytes() == png()


def test_images_by_cid_travel_in_the_message_once(author: Author) -> None:
    author.beside({"chat.png": png()})
    author.campaign(f"{PICTURE}\n\n![le même, une autre fois](chat.png)", 'images = "cid"')
    message = author.letter()
    page = body(message, "html")
    images = [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert [part.get_filename() for part in images] == ["logo.png", "chat.png"] or [
        part.get_filename() for part in images
    ] == ["chat.png", "logo.png"]
    identities = {str(part["Content-ID"]).strip("<>") for part in images}
    assert set(re.findall(r'src="cid:([^"]+)"', page)) == identities
    assert "/i/" not in page
    assert message.get_content_type() == "multipart/alternative"
    assert png() in [part.get_content() for part in images]


# --- PDF: attached, or linked ------------------------------------------------------


def test_a_linked_pdf_is_hosted(author: Author) -> None:
    content = PDF + b"x" * 400_000
    author.beside({"tract été.pdf": content})
    author.campaign("[Le tract à imprimer](<tract été.pdf>)")
    assert author.findings() == ()
    message = author.letter()
    address = f"{SITE}/i/{hashlib.sha256(content).hexdigest()}.pdf"
    assert f'href="{address}"' in body(message, "html")
    assert address in body(message, "plain")
    assert not list(message.iter_attachments())


@pytest.mark.parametrize(
    "body_, front",
    [("[Le tract à imprimer](tract.pdf)", ""), ("Un texte.", 'attachments = ["tract.pdf"]')],
    ids=["linked", "attached"],
)
def test_only_pdf_goes_with_a_campaign(author: Author, body_: str, front: str) -> None:
    author.campaign(body_, front)
    assert [code for code, _place in author.errors()] == ["missing-file"]
    author.beside({"tract.pdf": b"PK\x03\x04"})
    assert [code for code, _place in author.errors()] == ["not-pdf"]
    author.beside({"tract.pdf": PDF})
    assert author.findings() == ()


def test_attachments_are_refused_over_300_kilobytes(author: Author) -> None:
    author.campaign(front='attachments = ["a.pdf", "tract été.pdf"]')
    author.beside({"a.pdf": PDF.ljust(300 * 1024, b"x"), "tract été.pdf": PDF.ljust(300 * 1024 + 1, b"x")})
    assert author.errors() == [("attachment-heavy", f"{FILE}:4:25")]


def test_its_cure_followed_to_the_letter_works(author: Author) -> None:
    author.campaign(front='attachments = ["tract été.pdf"]')
    author.beside({"tract été.pdf": PDF.ljust(400_000, b"x")})
    (finding,) = author.findings()
    cure = str(finding.cure)
    author.campaign(f"Le tract : {cure[cure.index('[') :]}")
    edition = author.draft().edition
    assert edition is not None
    assert f"/i/{hashlib.sha256(PDF.ljust(400_000, b'x')).hexdigest()}.pdf" in "".join(edition.html)


def test_an_attachment_keeps_its_name(author: Author) -> None:
    author.campaign(front='attachments = ["Été – grève.pdf"]')
    author.beside({"Été – grève.pdf": PDF})
    message = author.letter()
    (part,) = message.iter_attachments()
    assert part.get_content() == PDF
    raw = (author.root / "out/tract.eml").read_text(encoding="ascii")
    assert "filename*=UTF-8''%C3%89t%C3%A9%20%E2%80%93%20gr%C3%A8ve.pdf" in raw


def test_a_message_over_a_megabyte_is_refused(author: Author) -> None:
    names = [f"{number}.pdf" for number in range(4)]
    author.beside(dict.fromkeys(names, PDF.ljust(290_000, b"x")))
    author.campaign(front=f"attachments = {names}".replace("'", '"'))
    assert author.errors() == [("message-size", f"{FILE}:1:1")]


# --- questionnaire -----------------------------------------------------------------


@pytest.mark.parametrize(
    "files, errors",
    [
        ({}, [("missing-file", f"{FILE}:4:17")]),
        ({"questions.toml": QUESTIONNAIRE}, []),
        (
            {"questions.toml": b'mode = open"\n\ntitle =\n' + QUESTION},
            [
                ("toml-syntax", "campaigns/tract/questions.toml:1:8"),
                ("toml-syntax", "campaigns/tract/questions.toml:3:8"),
            ],
        ),
        ({"questions.toml": b"#" * 1_000_001}, [("file-too-large", "campaigns/tract/questions.toml:1:1")]),
        (
            {"questions.toml": b'title = "a\0b"\n' + QUESTION},
            [("control-character", "campaigns/tract/questions.toml:1:11")],
        ),
        (
            {"questions.toml": QUESTIONNAIRE + QUESTION},
            [("duplicate-question", "campaigns/tract/questions.toml:8:6")],
        ),
    ],
    ids=["missing", "good", "syntax", "large", "NUL", "twice"],
)
def test_the_questionnaire_file(
    author: Author, files: dict[str, bytes], errors: list[tuple[str, str]]
) -> None:
    author.campaign(ANSWER, QUESTIONS)
    author.beside(files)
    assert author.errors() == errors


def test_the_questionnaire_of_another_campaign_is_refused(author: Author) -> None:
    author.campaign(ANSWER, 'questionnaire = "../relation-clients/questionnaire.toml"')
    assert author.errors() == [("file-outside", f"{FILE}:4:17")]


def test_a_button_without_a_questionnaire_and_the_reverse(author: Author) -> None:
    author.campaign(ANSWER)
    assert author.errors() == [("no-questionnaire", f"{FILE}:9:29")]
    author.campaign("Un texte.", QUESTIONS)
    author.beside({"questions.toml": QUESTIONNAIRE})
    assert [(one.code, one.level) for one in author.findings()] == [("questionnaire-unlinked", Level.WARNING)]


def test_the_button_leads_to_a_counted_link(author: Author) -> None:
    author.campaign(ANSWER, QUESTIONS)
    author.beside({"questions.toml": QUESTIONNAIRE})
    edition = author.draft().edition
    assert edition is not None
    assert [link.destination for link in edition.links] == [f"{SITE}/q/draft00000"]
    assert f'href="{SITE}/l/draft00000/1"' in body(author.letter(), "html")


# --- no site -------------------------------------------------------------------------


def test_without_a_site_the_mail_stands_alone(without_site: Author) -> None:
    without_site.beside({"chat.png": png()})
    without_site.campaign(f"{PICTURE}\n\n[La page du syndicat](https://example.org/page?a=1)")
    assert without_site.findings() == ()
    message = without_site.letter("zoe.lefevre@example.org")
    plain, page = body(message, "plain"), body(message, "html")
    web = set(re.findall(r"https?://[^\s\"'<>]+", plain + page)) - {"http://www.w3.org/1999/xhtml"}
    assert web == {"https://example.org/page?a=1"}
    leave = re.findall(r'href="(mailto:[^"]*unsubscribe[^"]*)"', page)
    assert len(leave) == 1
    assert leave[0] in plain
    assert message["List-Unsubscribe"] == f"<{leave[0]}>"
    assert message["List-Unsubscribe-Post"] is None
    assert 'src="cid:' in page
    for path in ("/u/", "/v/", "/i/", "/l/", "/privacy"):
        assert path not in page


def test_without_a_site_bounces_take_the_unsubscribes(without_site: Author) -> None:
    without_site.write(
        "mailer.toml",
        (without_site.root / "mailer.toml").read_text(encoding="utf-8")
        + '\n[bounces]\naddress = "retours@lettre.example.org"\n',
    )
    without_site.campaign()
    leave = str(without_site.letter()["List-Unsubscribe"])
    assert re.fullmatch(r"<mailto:retours\+[a-z2-7]{46,}@lettre\.example\.org>", leave)


@pytest.mark.parametrize(
    "body_, front, place",
    [
        ("Un texte.", 'images = "hosted"', "4:10"),
        ("[Le tract à imprimer](tract.pdf)", "", "9:23"),
        (ANSWER, QUESTIONS, "4:17"),
    ],
    ids=["hosted", "linked", "questionnaire"],
)
def test_what_needs_a_site_is_refused_without_one(
    without_site: Author, body_: str, front: str, place: str
) -> None:
    without_site.campaign(body_, front)
    without_site.beside({"tract.pdf": PDF, "questions.toml": QUESTIONNAIRE, "chat.png": png()})
    assert without_site.errors() == [("needs-site", f"{FILE}:{place}")]


def test_a_questionnaire_that_lives_elsewhere_needs_no_site(without_site: Author) -> None:
    without_site.campaign(ANSWER, 'questionnaire = "https://framaforms.org/x"')
    assert without_site.findings() == ()
    assert 'href="https://framaforms.org/x"' in body(without_site.letter(), "html")


# --- names, and all at once ------------------------------------------------------------


def test_a_file_that_cannot_name_a_campaign(author: Author) -> None:
    author.campaign(slug="Grève du 17")
    (finding,) = author.findings("Grève du 17")
    assert (finding.code, str(finding.cure)) == ("bad-slug", "rename the file: 'greve-du-17.md'")


def test_a_campaign_that_is_not_there(author: Author) -> None:
    draft = author.draft("absent")
    assert (draft.campaign, draft.edition) == (None, None)
    assert [finding.code for finding in draft.findings] == ["unreadable"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_campaign_that_may_not_be_read(author: Author) -> None:
    author.campaign().chmod(0)
    assert author.errors() == [("unreadable", f"{FILE}:1:1")]


def test_faults_of_the_text_and_of_its_files_come_together(author: Author) -> None:
    author.campaign(f"Bonjour {{{{ prenon }}}}\n\n{PICTURE}\n\n{ANSWER}", f'{QUESTIONS}\nfrom = "x"')
    assert sorted(author.errors()) == [
        ("bad-value", f"{FILE}:5:8"),
        ("missing-file", f"{FILE}:12:17"),
        ("missing-file", f"{FILE}:4:17"),
        ("unknown-field", f"{FILE}:10:12"),
    ]


@pytest.mark.parametrize("paragraphs, level", [(150, Level.WARNING), (200, Level.ERROR)])
def test_a_mail_that_gmail_would_cut(author: Author, paragraphs: int, level: Level) -> None:
    author.campaign("\n\n".join(["Un paragraphe assez long pour peser. " * 12] * paragraphs))
    (finding,) = author.findings()
    assert (finding.code, finding.level) == ("html-size", level)
