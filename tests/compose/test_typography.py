"""Typography: French and English usage in a table, then what must hold for any text at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.typography import english, french, typeset, typeset_runs


def shown(text: str) -> str:
    """No-break space as `~`, narrow no-break space as `^`: a table one can read."""
    return text.replace("\u00a0", "~").replace("\u202f", "^")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        # double punctuation
        ("Grève : tous le 17 !", "Grève~: tous le 17^!"),
        ("nos clients:", "nos clients~:"),
        ("(déjà très orienté): oui", "(déjà très orienté)~: oui"),
        ("Quoi?! Non !! Si ; oui", "Quoi^?! Non^!! Si^; oui"),
        ("Bravo 🎉! 50 ! etc…!", "Bravo 🎉^! 50^! etc…^!"),
        ("À 12: on part", "À 12~: on part"),
        ("zq0007qz ! zq0007qz: zq0007qz,", "zq0007qz^! zq0007qz~: zq0007qz,"),
        ("Bonjour!zq0008qz", "Bonjour^!zq0008qz"),
        (" : après du code", "~: après du code"),
        # guillemets and quotes
        ("« mot » et «mot»!", "«^mot^» et «^mot^»^!"),
        ('Il dit "oui", puis "non": fin', "Il dit «^oui^», puis «^non^»~: fin"),
        ('" mot "', "«^mot^»"),
        ("l'entreprise d'\"Engage\" et d'« Orange »", "l’entreprise d’«^Engage^» et d’«^Orange^»"),
        ("«\u00a0mot\u2009»", "«^mot^»"),
        ('des 5" et des 6" "', 'des 5" et des 6" "'),
        ('""  " " "', '""  " " "'),
        # apostrophes, ellipses
        ("c'est l'an 2, aujourd'hui", "c’est l’an 2, aujourd’hui"),
        ("l'zq0001qz", "l’zq0001qz"),
        ("etc...et quelles [...] ....", "etc…et quelles […] ...."),
        # numbers
        ("12 500 € et 1 234 567,89 €", "12^500~€ et 1^234^567,89~€"),
        ("50%, 30€/mois, 5 km, 16 h 30", "50~%, 30~€/mois, 5~km, 16~h~30"),
        ("06 12 34 56 78", "06~12~34~56~78"),
        ("+33 6 12 34 56 78 ou 0 800 123 456", "+33~6~12~34~56~78 ou 0~800~123~456"),
        ("2 millions d'euros en 2020", "2~millions d’euros en 2020"),
        ("n°5, n° 5, art. L. 2312-8, p. 3", "n°~5, n°~5, art.~L.~2312-8, p.~3"),
        ("M. Dupont et Mme zq0002qz", "M.~Dupont et Mme~zq0002qz"),
        # pasted spaces
        ("mot\u2009: suite\u202f; fin\u00a0!", "mot~: suite^; fin^!"),
        ("deux\u2009mots, trois\u00a0mots", "deux^mots, trois~mots"),
    ],
)
def test_french_usage(typed: str, printed: str) -> None:
    assert shown(french(typed, narrow=True)) == printed
    assert shown(french(typed)) == printed.replace("^", "~")


@pytest.mark.parametrize(
    "text",
    [
        "https://exemple.fr/l'avis?a=1&b=2;c:d!e",
        "www.exemple.fr/a;b et exemple.fr/a?b=c:d",
        "mailto:contact@exemple.fr?subject=Bonjour!oui",
        "prenom.o'nom@exemple.fr",
        "12:30, 12:30:45, 3:1, 16:9",
        "192.168.1.10:8080, fe80::1, 1.234,56",
        "C:\\cgt\\l'avis.docx, /var/lib/l'avis, ./a!b, ../c:d",
        ":) ;-) :-( :'( :D, :/ :smile: /!\\ Merci:)",
        "std::move a!=b x?y nom;prenom",
        "le 1er mai 2024, en 2024 300 personnes",
        "123 456 789 00012",
        "fin. Suite , et . là",
        "rock 'n' roll 5'30 5\"30",
    ],
)
def test_left_as_written(text: str) -> None:
    assert french(text) == text


def test_a_sign_after_an_address_belongs_to_the_sentence() -> None:
    assert shown(french("Voir https://exemple.fr/a! Ou a@exemple.fr?")) == (
        "Voir https://exemple.fr/a~! Ou a@exemple.fr~?"
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("it's \"fine\"... isn't it?", "it’s “fine”… isn’t it?"),
        ('He said: "no" !', "He said: “no” !"),
        ("https://example.org/it's", "https://example.org/it's"),
        ("10 000 at 50%", "10 000 at 50%"),
    ],
)
def test_english_usage(typed: str, printed: str) -> None:
    assert english(typed) == printed


@pytest.mark.parametrize(
    ("runs", "printed"),
    [
        (["Attention", ":"], ["Attention", "~:"]),
        (["Attention", " : oui"], ["Attention", "~: oui"]),
        (["« ", "mot", " »"], ["«^", "mot", "^»"]),
        (["«", "mot", "»!"], ["«^", "mot", "^»^!"]),
        (['"', "mot", '"'], ["«^", "mot", "^»"]),
        (["l'", "entreprise"], ["l’", "entreprise"]),
        (["l", "'", "entreprise"], ["l", "’", "entreprise"]),
        (["n°", "5", "%"], ["n°~", "5", "~%"]),
        (["etc.", ".", ".", " fin"], ["etc…", "", "", " fin"]),
        (["mot ", "", " !"], ["mot^", "", "!"]),
        (["", "", ""], ["", "", ""]),
        ([], []),
    ],
)
def test_rules_see_across_runs(runs: list[str], printed: list[str]) -> None:
    assert [shown(text) for text in typeset_runs(runs, "fr", narrow=True)] == printed


@pytest.mark.parametrize(
    ("language", "printed"),
    [("fr", "l’an~!"), ("fr-FR", "l’an~!"), ("EN", "l’an !"), ("br", "l'an !"), ("", "l'an !")],
)
def test_the_language_chooses(language: str, printed: str) -> None:
    assert shown(typeset("l'an !", language)) == printed


def test_the_sample_tract_keeps_its_words() -> None:
    tract = "Baisse des effectifs : (depuis des années), EO2,…NEXT, maintenant c'est Engage 2025, etc…et là"
    printed = french(tract)
    assert re.findall(r"\w+", printed) == re.findall(r"\w+", tract)
    assert shown(printed).startswith("Baisse des effectifs~: (depuis")


# Signs that the rules look at, crowded together: the places where two rules meet.
SIGNS = st.sampled_from(
    [
        *" \u00a0\u2009\u202f\"'«»“”’;:!?.,…()[]%€°/\\+-@&=\na1éh",
        *("M.", "n°", "art.", "06", "123", "km", "...", ":)", "C:\\", "www."),
        *("zq0007qz", "https://a.fr/b", "a@b.fr"),
    ]
)
TEXTS = st.lists(SIGNS, max_size=24).map("".join) | st.text(max_size=60)
LANGUAGES = st.sampled_from(["fr", "en"])


@given(TEXTS, LANGUAGES, st.booleans())
def test_twice_is_once(text: str, language: str, narrow: bool) -> None:
    once = typeset(text, language, narrow=narrow)
    assert typeset(once, language, narrow=narrow) == once


@given(st.lists(TEXTS, max_size=6), LANGUAGES, st.booleans())
def test_runs_together_are_the_text(runs: list[str], language: str, narrow: bool) -> None:
    printed = typeset_runs(runs, language, narrow=narrow)
    assert len(printed) == len(runs)
    assert "".join(printed) == typeset("".join(runs), language, narrow=narrow)


def bare(text: str) -> str:
    """What no typography may change: everything but spaces, with the signs as typed."""
    for sign, typed in {"’": "'", "…": "...", "«": '"', "»": '"', "“": '"', "”": '"'}.items():
        text = text.replace(sign, typed)
    return re.sub("[ \u00a0\u2009\u202f]", "", text)


@given(st.lists(TEXTS, max_size=4), LANGUAGES, st.booleans())
def test_nothing_is_lost(runs: list[str], language: str, narrow: bool) -> None:
    printed = typeset_runs(runs, language, narrow=narrow)
    assert bare("".join(printed)) == bare("".join(runs))


@given(TEXTS)
def test_wide_means_no_narrow_space(text: str) -> None:
    assert "\u202f" not in french(text) or "\u202f" in text


@given(st.from_regex(r"https?://[a-z.]{1,20}/[\w?!;:&='./%-]{0,20}", fullmatch=True))
def test_addresses_stay(address: str) -> None:
    kept = address.rstrip(".,;:!?'…")
    assert kept in french(f"Voir {address} !")
