"""Recipients by domain: small ones together, none lost."""

from hypothesis import given
from hypothesis import strategies as st

from mailer.reports.domains import FEWEST_OF_A_DOMAIN, OTHERS, folded
from tests.reports.given import domain

NAMES = st.sampled_from(
    ["", "a.example", "b.example", "xn--bcher-kva.example", "ü.example", "=cmd()", "others"]
)
STATES = st.sampled_from(["sent", "deferred", "refused", "unknown"])
COUNTS = st.builds(domain, NAMES, st.integers(1, 6), STATES, st.sampled_from(["", "mailbox"]))


def test_small_ones_are_one_line_at_the_end() -> None:
    found = folded(
        [
            domain("a.example", 3),
            domain("a.example", 2, "refused", "full"),
            domain("a.example", 4, "refused", "mailbox"),
            domain("b.example", 4, "refused", "mailbox"),
            domain("c.example", 30, "unknown"),
            domain("", 1),
        ]
    )
    assert [(one.name, one.people, one.refused) for one in found] == [
        ("c.example", 30, 0),
        ("a.example", 9, 6),
        (OTHERS, 5, 4),
    ]
    assert found[1].reasons == (("mailbox", 4), ("full", 2))
    assert folded([]) == []


@given(st.lists(COUNTS))
def test_everybody_is_in_one_line(counts: list[object]) -> None:
    given_ = [one for one in counts if isinstance(one, type(domain("", 1)))]
    found = folded(given_)
    assert sum(one.people for one in found) == sum(one.people for one in given_)
    assert all(one.people >= FEWEST_OF_A_DOMAIN for one in found if one.name != OTHERS)
    assert [one.name for one in found].count(OTHERS) <= 1
    for one in found:
        assert sum(people for _, people in one.reasons) == one.refused
