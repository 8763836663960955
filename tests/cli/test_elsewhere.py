"""A questionnaire that lives elsewhere: LimeSurvey's file in, each person's own link out, nothing counted."""

import re
from pathlib import Path

from tests.cli.command import Mailer
from tests.people.test_limesurvey import export, row

ZOE, LUC = "zoe@example.org", "luc@example.org"
ADDRESS = "https://enquete.example.org/123?token={{ token }}&lang={language}&from={campaign}"


def mails(folder: Path) -> dict[str, str]:
    """Each message of the outbox by its address, its lines joined again."""
    found = {}
    for path in (folder / "subscribers/outbox").rglob("*.eml"):
        text = path.read_bytes().decode().replace("=\r\n", "").replace("=3D", "=")
        to = re.search(r"^To: (.+)$", text, re.MULTILINE)
        assert to is not None
        found[to[1].strip()] = text
    return found


def test_limesurvey_s_tokens_from_its_file_to_each_mail(mailer: Mailer) -> None:
    mailer.write("tokens_123.csv", export(row(ZOE, "qZ8kP2"), row(LUC, "")))
    bring = ("subscribers", "import", "tokens_123.csv", "--list", "sample", "--yes")
    mailer.campaign("avis", body="[Donner son avis](questionnaire:)", front=f'questionnaire = "{ADDRESS}"\n')
    assert "token = token" not in mailer(*bring).out
    assert "unknown field 'token'" in mailer("check", "avis").out

    mailer.edit("mailer.toml", "[lists.sample]\n", '[lists.sample]\nidentifiers = ["token"]\n')
    assert "token = token" in mailer(*bring).out
    told = mailer("check", "avis")
    assert (told.code, told.lines[0].count("'token' tells the questionnaire who answers")) == (3, 1)
    assert told.lines[0].startswith("campaigns/avis.md:4:")

    mailer.edit("campaigns/avis.md", "questionnaire =", 'identifiers = ["token"]\nquestionnaire =')
    assert mailer("check", "avis").code == 0
    sent = mailer("send", "avis", "--yes", "--json")
    assert (sent.json["sent"], sent.json["links"]) == (2, [])
    public_id = sent.json["id"]
    own = f"https://enquete.example.org/123?token={{}}&lang=fr&from={public_id}\r\n"
    found = mails(mailer.folder)
    assert own.format("qZ8kP2") in found[ZOE]
    assert own.format("") in found[LUC]
    assert "enquete.example.org peut savoir" in " ".join(found[ZOE].split())
    assert f"/l/{public_id}/" not in found[ZOE]
