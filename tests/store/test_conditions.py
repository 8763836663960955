"""What a segment becomes in SQL: pieces of ours, and values beside them; SQLite lets it do nothing else."""

import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from mailer.segments import tree
from mailer.segments.faults import Fault
from mailer.segments.parsing import Names, parse
from mailer.store.clauses import Setting
from mailer.store.conditions import Condition, condition, in_order
from mailer.store.queries import narrowed
from tests.segments.trees import CAMPAIGNS, TREES
from tests.store.house import in_file, opened

SETTING = Setting(today=date(2026, 11, 27), zone="Europe/Paris", campaigns=CAMPAIGNS)
# Every piece that any condition is made of, for both databases.
PIECES = re.compile(
    r"""
      [ ()] | \b(?:AND|OR|NOT|IS\ TRUE|EXISTS|SELECT\ 1\ FROM|WHERE)\b
    | \b(?:SELECT|FROM|UNION|INTERSECT|EXCEPT|TRUE|FALSE|LIKE|BETWEEN|CASE\ WHEN|THEN|END|IN|GLOB|AS)\b
    | \b(?:subscriber\ s|membership\ m|m\.(?:subscriber|state))\b
    | \b(?:membership\ held|delivery\ had|(?:held|had)\.(?:subscriber|list|state|since|campaign))\b
    | \bs\.(?:id|fields|first_name|last_name)\b
    | \b(?:json_extract|length|ltrim|instr|substr|CAST|REAL|BLOB)\b
    | \b(?:jsonb|numeric|text)\b
    | '(?:subscribed|sent|unknown|in_flight|-|\.\*|\?\*-\*|\*\.\*\.\*|\*\[\^0-9\.-\]\*|\*\[0-9\])'
    | ''
    | COLLATE\ "C" | ->> | <= | >= | <> | [<>=~,+] | \b15\b | :(?:segment_[0-9]+|first|last)\b
    """,
    re.VERBOSE,
)


@settings(max_examples=200)
@given(TREES)
def test_the_text_is_of_our_own_pieces_and_values_stand_beside_it(node: tree.Node) -> None:
    for shared in (False, True):
        made = condition(node, SETTING, shared=shared)
        assert_of_pieces(made)
    assert_of_pieces(in_order(node, SETTING))


def assert_of_pieces(made: Condition) -> None:
    assert PIECES.sub("", made.text) == ""
    assert set(re.findall(r":(segment_\d+)\b", made.text)) == set(made.values)


def test_two_conditions_of_one_statement_have_values_of_their_own() -> None:
    first, second = (
        condition(tree.Says("site", "is", text), SETTING, shared=False, prefix=prefix)
        for text, prefix in (("Nantes", "one"), ("Rennes", "two"))
    )
    assert not set(first.values) & set(second.values)


@pytest.mark.parametrize(
    "text",
    [
        "EXISTS (SELECT 1 FROM meta)",
        "EXISTS (SELECT 1 FROM campaign)",
        "EXISTS (SELECT 1 FROM sqlite_master)",
        "load_extension('x')",
        "randomblob(8) IS NULL",
        "EXISTS (SELECT 1 FROM pragma_table_info('meta'))",
    ],
)
def test_sqlite_itself_refuses_all_else(tmp_path: Path, text: str) -> None:
    with opened(tmp_path) as store:
        with pytest.raises(sqlite3.DatabaseError, match=r"prohibited|not authorized|not authorised"):
            list(store._driver.sought("segment_people", Condition(text=text)))
        assert store.people.standings() == {}  # and nothing else is refused after


@pytest.mark.parametrize(
    "text",
    [
        "site contains 'naz' or heures < 28",
        "in list cadres and not (site = 'Brest')",
        "in list cadres or site = 'Brest'",
        "not (in list cadres or received:greve)",
        "joined:cadres since 6 months and arrivee >= 2020-01-01",
        "not-received:greve",
    ],
)
def test_sqlite_counts_in_the_order_of_numbers_without_sorting_people(tmp_path: Path, text: str) -> None:
    """What a million people are counted with in half a second: merges of what lies in order."""
    node = parse(text, Names(lists=("cadres",), types={"heures": "number", "arrivee": "date"}))
    assert not isinstance(node, Fault)
    meant = in_order(node, SETTING)
    statement = narrowed("segment_in_order", meant.text)
    with opened(tmp_path) as store:
        plan = [
            row["detail"]
            for row in in_file(store).query(
                f"EXPLAIN QUERY PLAN {statement}", {**meant.values, "first": 0, "last": 9}
            )
        ]
    assert not [step for step in plan if "TEMP B-TREE" in step or "CORRELATED" in step]
