"""Questionnaires for the tests, as files would hold them."""

from mailer.ballots.model import Questionnaire
from mailer.ballots.reading import read_questionnaire

HEAD = 'title = "Votre avis"\n'
SINGLE = """
[[question]]
id = "avis"
kind = "single"
text = "Ce projet va…"
options = ["améliorer", "dégrader", "sans avis"]
"""
MULTIPLE = """
[[question]]
id = "motifs"
kind = "multiple"
text = "Pourquoi ?"
options = ["salaires", "horaires", "santé"]
other = true
max = 2
"""
SCALE = """
[[question]]
id = "charge"
kind = "scale"
text = "Votre charge"
min = 0
max = 10
labels = ["légère", "intenable"]
"""
WORDS = """
[[question]]
id = "mot"
kind = "text"
text = "Un mot"
max = 20
"""
ALL = HEAD + SINGLE + MULTIPLE + SCALE + WORDS


def questionnaire(text: str = ALL) -> Questionnaire:
    read, findings = read_questionnaire(text, "questionnaire.toml")
    assert read is not None, [finding.say("en") for finding in findings]
    return read


def required(text: str) -> str:
    """The same question, to be answered."""
    return text + "required = true\n"
