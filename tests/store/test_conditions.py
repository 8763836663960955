"""What a segment becomes in SQL: pieces of ours, and values beside them; SQLite lets it do nothing else."""

import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from mailer.segments import tree
from mailer.store.conditions import Condition, Setting, condition
from tests.segments.trees import CAMPAIGNS, TREES
from tests.store.house import opened

SETTING = Setting(today=date(2026, 11, 27), zone="Europe/Paris", campaigns=CAMPAIGNS)
# Every piece that any condition is made of, for both databases.
PIECES = re.compile(
    r"""
      [ ()] | \b(?:AND|OR|NOT|IS\ TRUE|EXISTS|SELECT\ 1\ FROM|WHERE|CASE\ WHEN|THEN|END|IN|GLOB|AS)\b
    | \b(?:membership\ held|delivery\ had|(?:held|had)\.(?:subscriber|list|state|since|campaign))\b
    | \bs\.(?:id|fields|first_name|last_name)\b | \b(?:json_extract|length|ltrim|CAST|REAL)\b
    | \b(?:jsonb|numeric|text)\b
    | '(?:subscribed|sent|unknown|in_flight|-|\.\*|\?\*-\*|\*\.\*\.\*|\*\[\^0-9\.-\]\*|\*\[0-9\])'
    | ''
    | COLLATE\ "C" | ->> | <= | >= | <> | [<>=~,] | \b15\b | :segment_[0-9]+\b
    """,
    re.VERBOSE,
)


@settings(max_examples=200)
@given(TREES)
def test_the_text_is_of_our_own_pieces_and_values_stand_beside_it(node: tree.Node) -> None:
    for shared in (False, True):
        made = condition(node, SETTING, shared=shared)
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
