"""Columns whose type the list declares: kept in one writing, or left empty and said."""

import io

from mailer.model import Person
from mailer.people.reading import read_people

FILE = """email;Arrivee;heures;cadre;site
a@example.org;03/11/2024;17,50;Oui;03/11/2024
b@example.org;2024-02-30;plein temps;;Nantes
c@example.org;;;;
"""
TYPES = {"arrivee": "date", "heures": "number", "cadre": "yes-no", "absent": "date"}


def test_values_are_kept_in_one_writing() -> None:
    reading = read_people(io.BytesIO(FILE.encode()), "x.csv", types=TYPES)
    people = [one for one in reading if isinstance(one, Person)]
    assert [dict(one.fields) for one in people] == [
        {"arrivee": "2024-11-03", "heures": "17.5", "cadre": "yes", "site": "03/11/2024"},
        {"site": "Nantes"},
        {},
    ]
    assert reading.report.counts == {"row-type": 2}
    first, second = [finding.say("en") for finding in reading.report.problems]
    assert first.startswith("x.csv:3:2 (warning) '2024-02-30' is not what arrivee holds (date): write 2026-")
    assert second.startswith(
        "x.csv:3:3 (warning) 'plein temps' is not what heures holds (number): write 17.5;"
    )


def test_without_types_all_are_texts() -> None:
    first = next(iter(read_people(io.BytesIO(FILE.encode()), "x.csv")))
    assert isinstance(first, Person)
    assert first.fields["heures"] == "17,50"
