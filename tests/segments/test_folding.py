"""Letters that are taken for one another, and those that are not."""

import pytest

from mailer.segments.folding import variants


@pytest.mark.parametrize(
    ("letter", "same", "other"),
    [
        ("e", "eEéÉèÈêÊëËẽ", "oœæ"),
        ("É", "eEéÉ", "a"),
        ("ç", "cCçÇ", "s"),
        ("œ", "œŒ", "oe"),
        ("ß", "ßẞ", "sS"),
        ("ẞ", "ßẞ", "sS"),
        ("я", "яЯ", "й"),
        ("'", "'\u2019", '"`'),
        ("\u2019", "'\u2019", '"'),
        ("1", "1", "l"),
        ("*", "*", "?"),
    ],
)
def test_variants(letter: str, same: str, other: str) -> None:
    found = variants(letter)
    assert set(same) <= set(found)
    assert not set(other) & set(found)
    assert len(set(found)) == len(found)


def test_no_variant_means_something_in_a_class_of_letters() -> None:
    """They stand between brackets, in GLOB and in regular expressions."""
    for code in range(0x20, 0x2000):
        found = variants(chr(code))
        assert len(found) == 1 or not set(found) & set("[]^-\\:=.*?")
