"""What is printed is shown, never obeyed: file names, proofs and words of servers come from others."""

import json

import pytest

from mailer.cli import show
from mailer.findings import Place, error
from mailer.words import Text

# Colours, a bell, the screen cleared by one C1 byte, a line turned around, another line.
HOSTILE = "a\x1b[31mb\x07c\x9b2Jd\u202ee\u2028f"


def test_no_letter_is_obeyed_by_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show.data(f"one\ttwo\n{HOSTILE}")
    show.talk(Text("{file} cannot be read", file=HOSTILE))
    show.table([[HOSTILE, "x"]])
    show.findings([error("x", Place(HOSTILE), Text("{cell}", cell=HOSTILE), Text("mend it"))])
    said = capsys.readouterr()
    assert said.out.startswith("one\ttwo\na")
    for text in (said.out, said.err):
        assert text.isprintable() or not set(text) & set(HOSTILE[1:2] + "\x07\x9b\u202e\u2028")
        assert "a\ufffd[31mb\ufffdc\ufffd2Jd\ufffde\ufffdf" in text


def test_json_keeps_every_letter_and_prints_none_of_those(capsys: pytest.CaptureFixture[str]) -> None:
    show.as_json({"name": HOSTILE, "é": "é"})
    show.as_json_list([HOSTILE])
    said = capsys.readouterr().out
    assert not set(said) & set("\x1b\x07\x9b\u202e\u2028")
    whole, _, listed = said.partition("}\n")
    assert json.loads(whole + "}") == {"name": HOSTILE, "é": "é"}
    assert json.loads(listed) == [HOSTILE]
