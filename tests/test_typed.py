"""Values of typed fields: many ways of writing one, one way of keeping it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.fields import LONGEST_NUMBER, NUMBER, TYPES
from mailer.typed import typed


@pytest.mark.parametrize(
    ("kind", "kept", "written"),
    [
        ("number", "35", ["35", " 35 ", "35,0", "35.00", "+35", "035"]),
        ("number", "-17.5", ["-17,5", "-17.50"]),
        ("number", "1234567.25", ["1 234 567,25", "1\u202f234\u00a0567.25", "1234567,250"]),
        ("number", "0", ["0", "-0", "0,000", "+0.0"]),
        ("number", "1.234", ["1.234", "1,234"]),  # a point parts no thousands
        (
            "number",
            None,
            ["", "a", "1e3", "0x1", "1,2,3", "1 23", "12 345 67", "--1", "1.", ".5", "٣", "9" * 16],
        ),
        ("date", "2024-11-03", ["2024-11-03", "2024/11/3", "3/11/2024", "03.11.2024", "03-11-2024"]),
        ("date", "2024-11-03", ["2024-11-03 00:00:00", "2024-11-03T12:30:00Z", "03/11/2024 00:00"]),
        ("date", None, ["", "2024-02-30", "31/02/2024", "11/13/2024", "3/11/24", "2024", "20241103", "hier"]),
        ("yes-no", "yes", ["yes", "OUI", "o", " Vrai ", "1", "x", "TRUE"]),
        ("yes-no", "no", ["no", "Non", "n", "faux", "0"]),
        ("yes-no", None, ["", "peut-être", "2", "-"]),
        ("text", " Nantes ", [" Nantes "]),
    ],
)
def test_what_is_kept(kind: str, kept: str | None, written: list[str]) -> None:
    for value in written:
        assert typed(kind, value) == kept, value


@given(st.sampled_from(TYPES), st.text(max_size=24) | st.text("0123456789 ,.-/+: ", max_size=20))
def test_what_is_kept_is_kept_again_and_is_what_segments_compare(kind: str, value: str) -> None:
    kept = typed(kind, value)
    if kept is None:
        return
    assert typed(kind, kept) == kept
    if kind == "number":
        assert re.fullmatch(NUMBER, kept)
        assert len(kept) <= LONGEST_NUMBER
    if kind == "date":
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", kept)
