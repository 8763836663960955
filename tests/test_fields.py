"""Names of recipients' fields, as people title their columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.fields import STANDARD, canonical, is_field_name


@pytest.mark.parametrize(
    "field, names",
    [
        (
            "email",
            "email EMAIL e-mail E_Mail mail Courriel mél adresse-électronique Adresse␣électronique",
        ),
        ("first_name", "first_name First␣Name firstname prenom prénom PRÉNOM Prénoms given_name"),
        ("last_name", "last_name lastname surname nom NOM Nom␣de␣famille family_name"),
        ("language", "language langue Langue lang"),
    ],
)
def test_synonyms(field: str, names: str) -> None:
    for name in names.split():
        assert canonical(name.replace("␣", " ")) == field


def test_decomposed_accents_are_the_same_letters() -> None:
    assert canonical("pre\u0301nom") == "first_name"


@pytest.mark.parametrize(
    "name", ["prenon", "site", "nom2", "", "mails", "email_pro", "prenom nom", "\x00", "💌"]
)
def test_other_names_are_other_fields(name: str) -> None:
    assert canonical(name) is None


@pytest.mark.parametrize("name", [*STANDARD, "site", "matricule_2", "a", "x" * 63])
def test_names_a_field_may_have(name: str) -> None:
    assert is_field_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Site",
        "2site",
        "_site",
        "numéro",
        "a b",
        "a-b",
        "a.b",
        "a\n",
        "x" * 64,
        "if",
        "not",
        "true",
        "loop",
    ],
)
def test_names_a_field_may_not_have(name: str) -> None:
    assert not is_field_name(name)


@given(st.text())
def test_any_name_has_an_answer(name: str) -> None:
    assert canonical(name) in (None, *STANDARD)
    assert canonical(name.upper()) == canonical(name.upper().lower())
