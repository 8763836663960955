"""The first mail: from an empty folder to a tract in two people's hands."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.command import Mailer, body, letter

ZOE, SEAN = "zoe.lefevre@example.org", "sean.oconnor@example.net"
TRACT = """\
# Pause du midi : ce que nous demandons

Bonjour{{ ' ' + prenom if prenom }},

La direction veut réduire la pause à 30 minutes. Nous demandons 45 minutes pour tous.

## Ce que dit la direction

> Une pause plus courte, un départ plus tôt.

- 30 minutes au lieu de 45
- un seul service à la cantine

::: cadre
### Rendez-vous

Jeudi à 12 h, [à la salle des fêtes](https://www.openstreetmap.org/?mlat=48.1&mlon=2.3#map=12).
:::

![La salle de pause, vide à midi](salle.png){width=300}

{% if nom %}Merci à la famille {{ nom }} !{% endif %}

[Dire ce que vous en pensez](questionnaire:){.button}

Le [texte complet de l’accord](accord 2026.pdf) et [le site du syndicat](https://www.example.org/).
""".replace("(accord 2026.pdf)", "(<accord 2026.pdf>)")


class Addresses(HTMLParser):
    """Every address of a page, in order: what readers follow, and what their mail program fetches."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = re.findall(r"url\(([^)]*)\)", page)
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sorts an element's addresses."""
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in {"src", "srcset", "background", "poster", "data"} or (name == "href"):
                self.fetched.append(value or "")


@pytest.fixture(scope="module")
def section(tmp_path_factory: pytest.TempPathFactory) -> Mailer:
    """The story up to the two mails: each command is one a person types."""
    desk = Mailer(folder=tmp_path_factory.mktemp("desk"))
    assert desk("init", "section").code == 0
    section = Mailer(folder=desk.folder / "section")
    assert section("new", "pause-du-midi").lines == ["campaigns/pause-du-midi.md"]
    unwritten = section("check", "pause-du-midi")
    assert unwritten.code == 3
    assert "is still to be written" in unwritten.out
    write_tract(section)
    checked = section("check")
    assert (checked.code, checked.out) == (0, "")
    for person, out in ((ZOE, "zoe"), (SEAN, "sean")):
        assert section("render", "pause", "--for", person, "--out", out).code == 0
    return section


def write_tract(section: Mailer) -> None:
    """What the author does in an editor: the settings said, the model's words replaced, files beside."""
    path = section.folder / "campaigns/pause-du-midi.md"
    _, front, _ = path.read_text(encoding="utf-8").split("+++\n", 2)
    front = re.sub(r"^subject = .*$", 'subject = "{{ prenom }}, gardons 45 minutes !"', front, flags=re.M)
    front = re.sub(r"^preheader = .*$", 'preheader = "La pause du midi, et votre avis"', front, flags=re.M)
    front = front.replace("# questionnaire = ", "questionnaire = ")
    path.write_text(f"+++\n{front}+++\n\n{TRACT}", encoding="utf-8")
    sample = section.folder / "campaigns/relation-clients"
    section.write("campaigns/pause-du-midi/salle.png", (sample / "elus.png").read_bytes())
    section.write("campaigns/pause-du-midi/questionnaire.toml", (sample / "questionnaire.toml").read_bytes())
    section.write("campaigns/pause-du-midi/accord 2026.pdf", b"%PDF-1.4\n")


def mail(section: Mailer, out: str) -> EmailMessage:
    return letter(section.folder / out / "pause-du-midi.eml")


def pages(section: Mailer) -> list[str]:
    return [body(mail(section, out), "html") for out in ("zoe", "sean")]


def unsubscribing(section: Mailer, out: str) -> str:
    return str(mail(section, out)["List-Unsubscribe"]).split(">")[0].strip("<")


def test_each_reads_their_own_name(section: Mailer) -> None:
    for out, first, last in (("zoe", "Zoé", "Lefèvre"), ("sean", "Sean", "O'Connor")):
        message = mail(section, out)
        assert message["Subject"] == f"{first}, gardons 45\u00a0minutes\u00a0!"
        assert f"Bonjour {first}," in body(message, "plain")
        assert f"Merci à la famille {last}\u00a0!" in body(message, "plain")
        assert f"Bonjour {first}," in body(message, "html")


def test_what_the_author_wrote_is_all_there(section: Mailer) -> None:
    plain = " ".join(body(mail(section, "zoe"), "plain").split())
    page = " ".join(re.sub(r"<[^>]+>", " ", pages(section)[0].partition("</head>")[2]).split())
    for words in (
        "Pause du midi : ce que nous demandons",
        "Ce que dit la direction",
        "Une pause plus courte, un départ plus tôt.",
        "un seul service à la cantine",
        "Rendez-vous",
        "Dire ce que vous en pensez",
        "texte complet de l’accord",
    ):
        assert words in plain
        assert words in page
    assert "[La salle de pause, vide à midi]" in plain
    assert "La pause du midi, et votre avis" in plain


def test_the_two_mails_have_the_same_shape(section: Mailer) -> None:
    zoe, sean = mail(section, "zoe"), mail(section, "sean")
    assert zoe.keys() == sean.keys()
    own = {"Date", "To", "Subject", "Message-ID", "List-Unsubscribe"}
    for name in set(zoe.keys()) - own:
        assert zoe[name] == sean[name], name
    for name in own - {"Date"}:
        assert zoe[name] != sean[name], name
    kinds = [part.get_content_type() for part in zoe.walk()]
    assert kinds == [part.get_content_type() for part in sean.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_all_links_are_the_same_for_all_but_the_one_to_leave(section: Mailer) -> None:
    of_zoe, of_sean = (Addresses(page).links for page in pages(section))
    assert len(of_zoe) == len(of_sean) >= 8
    differing = [(one, other) for one, other in zip(of_zoe, of_sean, strict=True) if one != other]
    out = unsubscribing(section, "zoe"), unsubscribing(section, "sean")
    assert differing == [out, tuple(one.replace("/u/", "/p/") for one in out)]
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/u/[\w-]{39}", differing[0][0])
    counted = [link for link in of_zoe if "/l/" in link]
    assert [link.rpartition("/")[2] for link in counted] == ["1", "2", "3"]


def test_what_mail_programs_fetch_is_the_same_for_all(section: Mailer) -> None:
    of_zoe, of_sean = (Addresses(page).fetched for page in pages(section))
    assert of_zoe == of_sean
    assert len(of_zoe) == 2  # the logo and the picture
    for address in of_zoe:
        assert re.fullmatch(r"http://127\.0\.0\.1:8000/i/[0-9a-f]{64}\.png", address)


def token(address: str) -> str:
    return address.rpartition("/")[2]


def test_nothing_else_differs(section: Mailer) -> None:
    of_zoe, of_sean = pages(section)
    for own, other in (
        (token(unsubscribing(section, "sean")), token(unsubscribing(section, "zoe"))),
        ("Sean", "Zoé"),
        ("O&#x27;Connor", "Lefèvre"),
    ):
        of_sean = of_sean.replace(own, other)
    assert of_sean == of_zoe


def test_no_word_of_a_person_stands_in_an_address(section: Mailer) -> None:
    for out in ("zoe", "sean"):
        message = mail(section, out)
        page = Addresses(body(message, "html"))
        for address in page.links + page.fetched:
            for word in ("zoe", "sean", "lef", "connor", "%40example", "@example.net", "pause-du-midi"):
                assert word not in address.lower(), address


def test_rendered_again_only_the_date_is_new(section: Mailer, tmp_path: Path) -> None:
    assert section("render", "pause-du-midi", "--for", ZOE, "--out", str(tmp_path)).code == 0
    date = re.compile(rb"\ADate: [^\r]+\r\n")
    for kind in ("html", "txt", "eml"):
        before = (section.folder / f"zoe/pause-du-midi.{kind}").read_bytes()
        after = (tmp_path / f"pause-du-midi.{kind}").read_bytes()
        assert date.sub(b"", after) == date.sub(b"", before)
