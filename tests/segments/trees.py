"""Hypothesis: trees of segments, values with all that could break a pattern, people who hold them."""

from datetime import date

from hypothesis import strategies as st

from mailer.segments import tree

LISTS = ("adherents", "cadres")
CAMPAIGNS = {"greve": "aaaaaaaaaa", "salaires": "bbbbbbbbbb"}
ODD = (
    "*",
    "?",
    "[",
    "]",
    "\\",
    '"',
    "'",
    "\u2019",
    "%",
    "_",
    "^",
    "$",
    ".",
    ":",
    "-",
    "(",
    "{",
    "|",
    "+",
    "#",
)
LETTERS = ("n", "N", "ñ", "e", "É", "ê", "œ", "Œ", "ß", "ẞ", "ł", "Ł", "я", "Я", "漢", "1", " ", "ſ")
TEXTS = st.text(st.sampled_from(LETTERS + ODD), min_size=1, max_size=4).map(str.strip).filter(bool)
NUMBERS = st.sampled_from(["0", "-0", "1", "1.0", "17.5", "35", "-3", "-3.25", "100000000000000", "0.1"])
DAYS = st.dates(date(2019, 12, 28), date(2026, 12, 31)).map(tree.Day) | st.builds(
    tree.Day, st.none(), st.integers(-30, 30), st.integers(-400, 400)
)
ORDERS = st.sampled_from(["=", "<", "<=", ">", ">="])
# A field's name in another's, and each kind of value in each field: types may have been declared late.
OWN = ("site", "web_site", "heures", "arrivee", "cadre")
FIELDS = st.sampled_from((*OWN, "first_name", "last_name"))
OWN_FIELDS = st.sampled_from(OWN)
VALUES = st.one_of(
    TEXTS,
    NUMBERS,
    st.sampled_from(["yes", "no", "Yes", "1.", ".5", "--1", "1-1", "1.2.3", "1e3", "0x1", "٣", "+1", "1,5"]),
    st.sampled_from(["2020-01-01", "2026-11-25", "2026-1-1", "2026-11-25 ", "2026-11-256", "20261-1-25"]),
    st.sampled_from(['"site": "n', 'n", "web_site": "N', "n\\", 'n\\"', "line\nline", "\u2028"]),
)

CONDITIONS = st.one_of(
    st.builds(tree.Says, FIELDS, st.sampled_from(["is", "starts", "contains"]), TEXTS),
    st.builds(tree.Filled, FIELDS),
    st.builds(tree.Counts, OWN_FIELDS, ORDERS, NUMBERS),
    st.builds(tree.Dates, OWN_FIELDS, ORDERS, DAYS),
    st.builds(tree.Agrees, OWN_FIELDS, st.booleans()),
    st.builds(tree.InList, st.sampled_from(LISTS)),
    st.builds(tree.Joined, st.sampled_from(LISTS), ORDERS, DAYS),
    st.builds(tree.Received, st.sampled_from(list(CAMPAIGNS))),
)


def _larger(inner: st.SearchStrategy[tree.Node]) -> st.SearchStrategy[tree.Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(tree.Not, inner) | st.builds(tree.All, several) | st.builds(tree.AnyOf, several)


TREES: st.SearchStrategy[tree.Node] = st.recursive(CONDITIONS, _larger, max_leaves=6)
