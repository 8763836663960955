"""Typed values: the same ones pass as with npm mjml 5.4.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.mjml.rules import COMPONENTS
from mailer.compose.mjml.values import wanted

PADDING = "unit(px,%){1,4}"
GOOD = [
    ("string", ""),
    ("string", "anything « at » all"),
    ("color", "#abc"),
    ("color", "#A1b2C3"),
    ("color", "rgb(1,2,3)"),
    ("color", "rgba(1, 2, 3, 0.5)"),
    ("color", "transparent"),
    ("boolean", "true"),
    ("integer", "12"),
    ("enum(left,right)", "left"),
    ("enum(full-width,false,)", ""),
    ("unit(px)", "12px"),
    ("unit(px)", "0"),
    ("unit(px)", "1.5px"),
    ("unit(px,%)", "50%"),
    ("unit(px,auto)", "auto"),
    ("unit(px,%,)", "1.5"),
    (PADDING, "1px 2px 3% 0"),
    ("unitWithNegative(px,em)", "-0.5px"),
]
BAD = [
    ("color", ""),
    ("color", "redd"),
    ("color", "#ab"),
    ("color", "#abcde"),
    ("color", "rgb(1,2)"),
    ("color", "zq0001qz"),
    ("boolean", "yes"),
    ("integer", ""),
    ("integer", "٣"),
    ("integer", "1.5"),
    ("enum(left,right)", "Left"),
    ("enum(left,right)", ""),
    ("unit(px)", ""),
    ("unit(px)", "12"),
    ("unit(px)", "12em"),
    ("unit(px)", "-1px"),
    ("unit(px)", "1px 2px"),
    ("unit(px)", "1e3px"),
    ("unit(px)", "12auto"),
    ("unit(px,auto)", "12auto"),
    (PADDING, "1px 2px 3px 4px 5px"),
    (PADDING, "1px  2px"),
    (PADDING, "1px2px"),
    (PADDING, "1px\u00a02px"),
    (PADDING, "auto"),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_good_value(kind: str, value: str) -> None:
    assert wanted(kind, value) is None


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_bad_value(kind: str, value: str) -> None:
    wish = wanted(kind, value)
    assert wish is not None
    assert wish.say("en").startswith("write ")


@given(st.text(max_size=20))
def test_every_type_judges_every_value(value: str) -> None:
    kinds = {kind for component in COMPONENTS.values() for kind in component.attributes.values()}
    for kind in kinds:
        wish = wanted(kind, value)
        assert wish is None or wish.say("en")
