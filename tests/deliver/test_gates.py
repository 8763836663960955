"""Each gate open and closed, at its threshold; and what it says, in each language."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.deliver.gates import GATES, LARGE, Facts, closed
from mailer.words import LANGUAGES, Text

ALL_WELL = Facts(
    size=150,
    warnings=0,
    unwritable=0,
    text=True,
    site=None,
    unsubscribe=None,
    tested=True,
    approvals=0,
    approvals_wanted=0,
    without_basis=(),
    unproved=0,
    new_lists=(),
    usual=150,
    sender="lettre.example.org",
    envelope="lettre.example.org",
    signers=(),
    employer=0,
    employer_basis=True,
    employer_prefix=True,
    held=True,
)
_ADDRESS = Text("{address} does not answer", address="https://tracts.example.org")
_NEW = (("adherents", "Adhérents"), ("contacts", "Contacts"))

# gate; what differs from a send of which all is well; whether it is closed
TABLE: list[tuple[str, dict[str, object], bool]] = [
    ("check", {"warnings": 0}, False),
    ("check", {"warnings": 1}, True),
    ("check", {"unwritable": 1}, True),
    ("check", {"unwritable": 3, "warnings": 7}, True),
    ("check", {"warnings": 7}, True),
    ("unsubscribe", {"unsubscribe": _ADDRESS}, True),
    ("site", {"site": _ADDRESS}, True),
    ("text", {"text": False}, True),
    ("aligned", {"envelope": "example.org"}, False),
    ("aligned", {"envelope": "retours.lettre.example.org"}, False),
    ("aligned", {"envelope": "example.com"}, True),
    ("aligned", {"envelope": "tre.example.org"}, True),
    ("aligned", {"envelope": "mail.example.org"}, True),
    ("aligned", {"signers": ("example.org",), "envelope": "example.com"}, False),
    ("aligned", {"signers": ("relay.example", "lettre.example.org")}, False),
    ("aligned", {"signers": ("mail.lettre.example.org",)}, False),
    ("aligned", {"signers": ("example.com",)}, True),
    ("aligned", {"signers": ("xlettre.example.org", "org.example")}, True),
    ("tested", {"tested": False, "size": LARGE}, False),
    ("tested", {"tested": False, "size": LARGE + 1, "usual": None}, True),
    ("tested", {"tested": True, "size": LARGE + 1, "usual": None}, False),
    ("basis", {"without_basis": ("adherents",)}, True),
    ("consent", {"unproved": 1}, True),
    ("basis", {"without_basis": ("adherents", "contacts")}, True),
    ("first-use", {"new_lists": _NEW[:1]}, True),
    ("first-use", {"new_lists": _NEW}, True),
    ("usual-size", {"usual": None}, False),
    ("usual-size", {"usual": 100, "size": 150}, False),
    ("usual-size", {"usual": 100, "size": 151}, True),
    ("usual-size", {"usual": 100, "size": 50}, False),
    ("usual-size", {"usual": 100, "size": 49}, True),
    ("usual-size", {"usual": 0, "size": 0}, False),
    ("usual-size", {"usual": 0, "size": 1}, True),
    ("work-addresses", {"employer": 0, "employer_basis": False, "employer_prefix": False}, False),
    ("work-addresses", {"employer": 40}, False),
    ("work-addresses", {"employer": 1, "employer_basis": False}, True),
    ("work-addresses", {"employer": 1, "employer_prefix": False}, True),
    ("work-addresses", {"employer": 40, "employer_basis": False, "employer_prefix": False}, True),
    ("approved", {"approvals": 0, "approvals_wanted": 1}, True),
    ("approved", {"approvals": 1, "approvals_wanted": 2}, True),
    ("approved", {"approvals": 2, "approvals_wanted": 2}, False),
    ("approved", {"approvals": 3, "approvals_wanted": 2}, False),
    ("hold", {"held": False, "size": LARGE}, False),
    ("hold", {"held": False, "size": LARGE + 1, "usual": None}, True),
    ("hold", {"held": True, "size": LARGE + 1, "usual": None}, False),
]
_CLOSING = {name: changes for name, changes, is_closed in TABLE if is_closed}


def _facts(**changes: object) -> Facts:
    return replace(ALL_WELL, **changes)  # type: ignore[arg-type]


def test_all_is_well() -> None:
    assert closed(ALL_WELL, ()) == []


@pytest.mark.parametrize("name, changes, is_closed", TABLE)
def test_a_gate(name: str, changes: dict[str, object], is_closed: bool) -> None:
    """This one and no other."""
    found = [gate.name for gate in closed(_facts(**changes), ())]
    assert found == ([name] if is_closed else [])


def test_every_gate_is_in_the_table() -> None:
    assert set(_CLOSING) == set(GATES)


@pytest.mark.parametrize("name, changes, is_closed", [row for row in TABLE if row[2]])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_says(name: str, changes: dict[str, object], is_closed: bool, language: str) -> None:
    """A sentence and its cure, whole, in the reader's language."""
    del name, is_closed
    [gate] = closed(_facts(**changes), ())
    for text in (gate.message, gate.cure):
        said = text.say(language)
        assert said.strip()
        assert "{" not in said
    if gate.message is not _ADDRESS and language != "en":
        assert gate.message.say(language) != gate.message.say("en")
    if language != "en":
        assert gate.cure.say(language) != gate.cure.say("en")


def test_what_they_count_is_said() -> None:
    said = {
        gate.name: gate.message.say("en")
        for name in (
            "check",
            "usual-size",
            "work-addresses",
            "approved",
            "basis",
            "first-use",
            "site",
            "aligned",
        )
        for gate in closed(_facts(**_CLOSING[name]), ())
    }
    assert said == {
        "check": "the check has 7 warnings",
        "usual-size": "1 people, where the last campaign had 0",
        "work-addresses": "40 would receive it at work",
        "approved": "1 of 2 approvals",
        "basis": "nothing says why the law lets you write to adherents, contacts",
        "first-use": "Adhérents, Contacts has never been written to",
        "site": "https://tracts.example.org does not answer",
        "aligned": "no signature is in the name of lettre.example.org, which the mail says it comes from "
        "(xlettre.example.org, org.example)",
    }


def test_a_cure_names_the_list() -> None:
    [gate] = closed(_facts(new_lists=_NEW), ())
    assert gate.cure.say("en").endswith("mailer subscribers export --list adherents")


def _everything() -> Facts:
    """Everything is wrong at once."""
    size = LARGE * 2
    changes = {key: value for each in _CLOSING.values() for key, value in each.items()}
    return _facts(**{**changes, "size": size, "usual": LARGE // 2, "tested": False, "held": False})


def test_in_the_table_s_order() -> None:
    assert [gate.name for gate in closed(_everything(), ())] == list(GATES)


@pytest.mark.parametrize("left_out", list(combinations(GATES, 2)))
def test_skipped_names_are_left_out(left_out: tuple[str, str]) -> None:
    found = [gate.name for gate in closed(_everything(), iter(left_out))]
    assert found == [name for name in GATES if name not in left_out]


def test_a_skipped_name_that_is_none_of_theirs_changes_nothing() -> None:
    assert len(closed(_everything(), ["", "checks", "CHECK", "sample"])) == len(GATES)


@given(st.integers(0, 10_000), st.none() | st.integers(0, 10_000))
def test_the_usual_size_is_from_half_to_half_as_much_again(size: int, usual: int | None) -> None:
    found = [gate.name for gate in closed(_facts(size=size, usual=usual), ())]
    assert ("usual-size" in found) == (usual is not None and not usual <= 2 * size <= 3 * usual)
