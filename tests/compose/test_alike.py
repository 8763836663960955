"""Whom a mail cannot tell apart: two people who are alike take the same way through it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.alike import Reading
from mailer.model import Edition
from tests.compose.campaigns import edition, text

# Marks that no field holds: what is left of a text without them is the way that was taken.
_CONDITIONS = """\
{% if first_name %}W1{% else %}W2{% endif %} {{ 'W3' if last_name == 'Martin' else 'W4' }}
{{ 'W5' if language in ['fr', 'en'] else 'W6' }} {{ 'W7' if 'an' in last_name else 'W8' }}
{{ 'W9' if last_name|upper == 'MARTIN' else 'W10' }} {{ 'W11' if not first_name and last_name != 'Roy' }}
"""


@pytest.fixture(scope="module")
def conditional() -> Edition:
    """A mail with a condition of each sort."""
    return edition(f"# Titre\n\n{_CONDITIONS}\n", subject="Objet{{ ' : W12' if first_name }}")


def _way(one: Edition, fields: dict[str, str]) -> list[str]:
    return [word for word in text(one, **fields).split() if word.startswith("W")]


def test_what_is_read(conditional: Edition) -> None:
    reading = Reading.of(conditional)
    assert reading.fields == ("first_name", "language", "last_name")
    assert reading.words == {"last_name": ("MARTIN", "Martin", "Roy", "an"), "language": ("en", "fr")}
    plain = Reading.of(edition("# Titre\n\nBonjour {{ first_name }}.\n"))
    assert (plain.fields, plain.words) == (("first_name",), {})
    none = Reading.of(edition("# Titre\n\nBonjour.\n"))
    assert none.likeness({"first_name": "Zoé"}) == none.likeness({})


def test_people_with_the_same_fields_filled_are_alike(conditional: Edition) -> None:
    reading = Reading.of(conditional)
    zoe = reading.likeness({"first_name": "Zoé", "last_name": "Petit", "language": "fr"})
    longer = {"first_name": "Ana" * 1000, "last_name": "Durieux", "language": "fr"}
    assert zoe == reading.likeness(longer)
    assert zoe != reading.likeness({"first_name": "", "last_name": "Petit", "language": "fr"})
    assert zoe != reading.likeness({"first_name": "Zoé", "last_name": "Martin", "language": "fr"})
    assert reading.empty(reading.likeness({"language": "fr"})) == ["first_name", "last_name"]


_NAMES = st.sampled_from(["", "Martin", "MARTIN", "martin ", "Roy", "Durand", "an", "fr", "x", "  "])


@given(st.fixed_dictionaries(dict.fromkeys(("first_name", "last_name", "language"), _NAMES)), st.data())
def test_who_is_alike_takes_the_same_way(
    conditional: Edition, fields: dict[str, str], data: st.DataObject
) -> None:
    reading = Reading.of(conditional)
    other = data.draw(st.fixed_dictionaries(dict.fromkeys(fields, _NAMES)))
    if reading.likeness(fields) == reading.likeness(other):
        assert _way(conditional, fields) == _way(conditional, other)
