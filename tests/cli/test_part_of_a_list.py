"""A part of a list: who is chosen is shown, written to once, and then corrected."""

import email
import email.policy
from pathlib import Path

import pytest

from tests.cli.command import Mailer
from tests.cli.section import table

PEOPLE = """email;prenom;nom;site;arrivee
zoe@example.org;Zoé;Petit;Nantes;2024-03-01
ana@example.org;Ana;Grand;NANTES;2012-05-01
luc@example.org;Luc;Roux;Saint-Nazaire;2024-01-01
eve@example.org;Ève;Noir;nantes;
"""


@pytest.fixture
def people(mailer: Mailer) -> Mailer:
    table(mailer, "lists.cadres", 'title = "Cadres"\nlegal_basis = "members"')
    table(mailer, "lists.sample.fields", 'arrivee = "date"')
    table(mailer, "segments", "nantes = \"site = 'nantes'\"")
    mailer.write("people.csv", PEOPLE)
    mailer.write("cadres.csv", "email\nana@example.org\nluc@example.org\n")
    assert mailer("subscribers", "import", "people.csv", "--list", "sample", "--yes").code == 0
    assert mailer("subscribers", "import", "cadres.csv", "--list", "cadres", "--yes").code == 0
    return mailer


def outbox(mailer: Mailer) -> dict[str, list[str]]:
    """Whom each subject reached, as the folder shows it."""
    found: dict[str, list[str]] = {}
    for path in sorted((mailer.folder / "subscribers/outbox").rglob("*.eml")):
        message = email.message_from_bytes(Path(path).read_bytes(), policy=email.policy.default)
        found.setdefault(str(message["Subject"]), []).append(str(message["To"]).split("<")[-1].rstrip(">"))
    return {subject: sorted(who) for subject, who in found.items()}


def test_a_segment_its_exclusions_a_further_wave_and_a_correction(people: Mailer) -> None:
    front = 'segment = "nantes"\nexclude = ["cadres", "arrivee is empty"]\n'
    people.campaign("greve", "Bonjour.", front=front)
    shown = people("send", "greve", "--dry-run")
    assert "Only:    nantes" in shown.err
    assert "2 people of these lists are excluded (cadres 1, arrivee is empty 1)" in shown.err
    done = people("send", "greve", "--yes", "--json")
    assert (done.json["audience"], done.json["sent"], done.json["excluded"]) == (3, 1, 2)
    assert outbox(people) == {"Essai": ["zoe@example.org"]}

    # Somebody moves to Nantes; a further wave is for the part as it was said, whatever mailer.toml says now.
    people.edit("mailer.toml", "site = 'nantes'", "site = 'Brest'")
    people.write("more.csv", "email;prenom;site;arrivee\ntom@example.org;Tom;Nantes;2026-01-01\n")
    assert people("subscribers", "import", "more.csv", "--list", "sample", "--yes").code == 0
    done = people("send", "greve", "--top-up", "--yes", "--json")
    assert (done.json["audience"], done.json["sent"], done.json["excluded"]) == (4, 2, 2)

    done = people("new", "greve-erratum", "--correct", "greve")
    assert (done.code, done.lines) == (0, ["campaigns/greve-erratum.md"])
    path = people.folder / "campaigns/greve-erratum.md"
    text = path.read_text(encoding="utf-8")
    assert 'subject = "Rectificatif : Essai"' in text
    assert 'segment = "received:greve"' in text
    assert people("check", "greve-erratum").code == 3  # what is still to be written
    path.write_text(text.replace("À ÉCRIRE", "Voici"), encoding="utf-8")
    assert people("check", "greve-erratum").out == ""
    done = people("send", "greve-erratum", "--yes", "--json")
    assert (done.json["audience"], done.json["sent"]) == (2, 2)
    [(_, corrected)] = [one for one in outbox(people).items() if one[0].startswith("Rectificatif")]
    assert corrected == ["tom@example.org", "zoe@example.org"]
    [found] = people("segments", "in list sample and not-received:greve-erratum", "--json").json
    assert found["people"] == 3


def test_what_is_refused(people: Mailer) -> None:
    people.campaign("personne", "Bonjour.", front="segment = \"site = 'Brest'\"\n")
    done = people("send", "personne", "--yes")
    assert (done.code, "nobody on sample is in the segment" in done.err) == (4, True)
    people.campaign("jamais", "Bonjour.", front='segment = "received:jamais-parti"\n')
    done = people("send", "jamais", "--yes")
    assert (done.code, "jamais-parti was not sent" in done.err) == (2, True)
    assert people("new", "erratum", "--correct", "jamais").code == 2
    assert not (people.folder / "campaigns/erratum.md").exists()
