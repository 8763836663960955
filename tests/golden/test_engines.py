"""Our HTML has the structure of npm mjml 5.4.1's, stored beside its source (`make golden` writes it anew)."""

from pathlib import Path

import pytest

from mailer.compose.mjml import check, plain, to_html
from tests.golden.engines import structure_differences
from tests.golden.html_tokens import tokens

NPM = Path(__file__).parent / "npm"
SAMPLES = sorted(NPM.glob("*.mjml"))


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.stem for sample in SAMPLES])
def test_structure_equals_the_official_engines(sample: Path) -> None:
    source = sample.read_text("utf-8")
    official = sample.with_suffix(".html").read_text("utf-8")
    assert structure_differences(to_html(source, language="fr"), official) == []


def test_the_sample_is_representative() -> None:
    source = (NPM / "parts.mjml").read_text("utf-8")
    for part in ("mj-image", "mj-text", "mj-button", "mj-divider", "mj-table", "mj-wrapper", "mj-raw"):
        assert f"<{part}" in source
    assert check(source, language="fr") == ()


def test_plain_is_the_same_mail() -> None:
    source = (NPM / "parts.mjml").read_text("utf-8")
    bare = source.replace("<mj-raw>zq0002qz</mj-raw>", "zq0002qz")
    assert "<mj-raw>zq0002qz</mj-raw>" in plain(bare)
    assert tokens(to_html(plain(bare), language="fr")) == tokens(to_html(source, language="fr"))


FRAME = '<body class="{body}" style="{style}"><div class="{div}" role="article" style="{style}"></div></body>'


@pytest.mark.parametrize(
    ("ours", "official"),
    [
        (
            FRAME.format(body="", div="pg", style="color:red"),
            FRAME.format(body="pg", div="", style="color:red;word-spacing:normal"),
        ),
        (
            FRAME.format(body="", div="", style=""),
            FRAME.format(body="", div="", style="word-spacing:normal"),
        ),
        (
            '<div class="mj-column-per-33-333332" style="width:33.333332%">',
            '<div class="mj-column-per-33-333333333333336" style="width:33.333333333333336%">',
        ),
    ],
)
def test_known_differences(ours: str, official: str) -> None:
    assert structure_differences(ours, official) == []


@pytest.mark.parametrize(
    ("ours", "official"),
    [
        (
            FRAME.format(body="", div="", style=""),
            FRAME.format(body="pg", div="", style=""),
        ),
        ('<div style="word-spacing:normal">', "<div>"),
        ('<div style="width:33.4%">', '<div style="width:33.3%">'),
    ],
)
def test_nothing_else_is_forgotten(ours: str, official: str) -> None:
    assert structure_differences(ours, official)
