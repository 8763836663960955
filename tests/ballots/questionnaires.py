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
YES_NO = """
[[question]]
id = "sur-site"
kind = "yes-no"
text = "Travaillez-vous sur site ?"
"""
NUMBER = """
[[question]]
id = "age"
kind = "number"
text = "Vos années dans le métier"
max = 60
"""
RANK = """
[[question]]
id = "ordre"
kind = "rank"
text = "Par quoi commencer ?"
options = ["salaires", "horaires", "santé"]
"""
MATRIX = """
[[question]]
id = "lieux"
kind = "matrix"
text = "Comment trouvez-vous…"
rows = ["les bureaux", "la cantine"]
options = ["bien", "passable", "mal"]
"""
ALL = HEAD + SINGLE + MULTIPLE + SCALE + WORDS

# Every kind; two conditions, of which the second depends on the first; two crossings.
FULL = (
    HEAD
    + 'crosstabs = [["avis", "sur-site"], ["charge", "avis"]]\n'
    + SINGLE
    + MULTIPLE
    + 'if = { avis = "dégrader" }\n'
    + WORDS
    + 'required = true\nif = { motifs = ["salaires", "santé"] }\n'
    + SCALE
    + YES_NO
    + NUMBER
    + RANK
    + MATRIX
    + 'if = { sur-site = "yes", charge = [8, 9, 10] }\n'
)


def questionnaire(text: str = ALL) -> Questionnaire:
    read, findings = read_questionnaire(text, "questionnaire.toml")
    assert read is not None, [finding.say("en") for finding in findings]
    return read


def required(text: str) -> str:
    """The same question, to be answered."""
    return text + "required = true\n"
