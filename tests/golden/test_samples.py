"""The golden samples: HTML compared as HTML, text and message to the letter."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.golden.html_tokens import differences
from tests.golden.samples import CAMPAIGNS, GOLDEN, NPM, REWRITE, Sample, sample

NAMES = list(CAMPAIGNS)


def stored(path: Path, ours: bytes) -> bytes:
    """What is kept at `path`; written anew first when `make golden` runs."""
    if REWRITE:
        path.write_bytes(ours)
    return path.read_bytes()


def parsed(one: Sample) -> EmailMessage:
    """The message as the standard library's parser reads it."""
    return email.message_from_bytes(one.message.as_bytes(), policy=email.policy.default)


@pytest.mark.parametrize("name", NAMES)
def test_html_is_the_golden_one(name: str) -> None:
    ours = sample(name).html
    assert differences(ours, stored(GOLDEN / f"{name}.html", ours.encode()).decode()) == []


@pytest.mark.parametrize("name", NAMES)
def test_text_is_the_golden_one(name: str) -> None:
    ours = sample(name).text
    assert ours == stored(GOLDEN / f"{name}.txt", ours.encode()).decode()


@pytest.mark.parametrize("name", NAMES)
def test_message_is_the_golden_one(name: str) -> None:
    ours = sample(name).message.as_bytes()
    assert ours == stored(GOLDEN / f"{name}.eml", ours)


@pytest.mark.parametrize("name", NAMES)
def test_mjml_is_what_the_official_engine_was_given(name: str) -> None:
    ours = sample(name).mjml
    assert ours == stored(NPM / f"{name}.mjml", ours.encode()).decode(), "run `make golden`"


@pytest.mark.parametrize("name", NAMES)
def test_an_independent_parser_reads_back_both_parts(name: str) -> None:
    one = sample(name)
    message = parsed(one)
    assert message.defects == []
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()][:2] == [
        "text/plain",
        "text/html",
    ]
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == one.text
    assert page.get_content().replace("\r\n", "\n") == one.html
