"""`mailer questionnaire results` and `export`: figures, answers, free words; nothing below k."""

import re
import sqlite3
from pathlib import Path

import pytest

from mailer.store.answers import Answers
from mailer.store.boxes import FileBoxes
from tests.cli.command import Mailer
from tests.cli.section import bring, mode

SLUG, DAY = "vote", "2026-11-26"
QUESTIONS = """
title = "Les horaires"
mode = "{mode}"
[[question]]
id = "avis"
kind = "single"
text = "Votre avis ?"
options = ["=1+1", "contre"]
[[question]]
id = "mot"
kind = "text"
text = "Un mot ?"
"""


def sent(folder: Path, how: str = "open") -> tuple[Mailer, Answers, str]:
    mailer = Mailer(folder=folder)
    assert mailer("init").code == 0
    people = bring(mailer, 3)
    assert len(people) == 3
    front = 'sample = true\nquestionnaire = "questionnaire.toml"\n'
    mailer.campaign(SLUG, "[Je réponds](questionnaire:)", front)
    mailer.write(f"campaigns/{SLUG}/questionnaire.toml", QUESTIONS.format(mode=how))
    assert mailer("send", SLUG, "--yes").code == 0
    public_id = mailer("status", SLUG, "--json").json["id"]
    return mailer, Answers(FileBoxes(folder / "subscribers/answers")), public_id


def answer(answers: Answers, public_id: str, count: int, value: str = "=1+1", word: str = "") -> None:
    for _ in range(count):
        answers.add(public_id, [("avis", value), *([("mot", word)] if word else [])], DAY)


def test_nothing_below_k(tmp_path: Path) -> None:
    mailer, answers, public_id = sent(tmp_path)
    answer(answers, public_id, 4, word="=SUM(A1)")
    said = mailer("questionnaire", "results", SLUG, "--json").json
    assert (said["campaign"], said["people"], said["questions"]) == (SLUG, 0, [])
    run = mailer("questionnaire", "results", SLUG)
    assert "Results appear here once at least 5 people have answered." in run.out
    assert mailer("questionnaire", "export", SLUG).out == "\ufeffquestion;value\r\n"
    assert mailer("questionnaire", "export", SLUG, "--texts", "t.csv").code == 0
    assert "SUM" not in (tmp_path / "t.csv").read_text("utf-8")
    assert mailer("questionnaire", "export", SLUG, "--json").json == []
    same = mailer("questionnaire", "export", SLUG, "--csv", "same", "--ods", "same")
    assert (same.code, "the same file" in same.err) == (2, True)


def test_figures_on_a_terminal_and_in_files(tmp_path: Path) -> None:
    mailer, answers, public_id = sent(tmp_path)
    answer(answers, public_id, 12)
    answer(answers, public_id, 6, "contre")
    run = mailer("questionnaire", "results", SLUG, LANGUAGE="fr")
    assert run.code == 0
    assert "18 personnes ont répondu." in run.out
    assert "67\u00a0%  (12)" in run.out
    answers_said = mailer("questionnaire", "results", SLUG, "--json").json["questions"][0]["tables"][0][
        "answers"
    ]
    assert [(one["value"], one["people"]) for one in answers_said] == [
        ("=1+1", 12),
        ("contre", 6),
        ("none", 0),
    ]
    names = ("r.html", "r.csv", "r.ods")
    flags = [word for name in names for word in (f"--{name[2:]}", name)]
    assert mailer("questionnaire", "results", SLUG, *flags).code == 0
    assert {mode(tmp_path / name) for name in names} == {0o600}
    assert "'=1+1" in (tmp_path / "r.csv").read_text("utf-8-sig")
    assert (tmp_path / "r.ods").read_bytes().startswith(b"PK")
    html = (tmp_path / "r.html").read_text("utf-8")
    assert html.count("<svg") == 2
    assert "<script" not in html
    again = mailer("questionnaire", "results", SLUG, "--csv", "new.csv", "--html", "r.html")
    assert (again.code, "exists already" in again.err) == (2, True)
    assert not (tmp_path / "new.csv").exists()


def test_answers_one_a_line_and_none_that_is_covered(tmp_path: Path) -> None:
    mailer, answers, public_id = sent(tmp_path)
    answer(answers, public_id, 20)
    answer(answers, public_id, 2, "contre")
    rows = mailer("questionnaire", "export", SLUG, "--json").json
    assert [row["value"] for row in rows if row["question"] == "avis"] == []  # 20 beside 22 would tell the 2
    answer(answers, public_id, 9, "contre")
    rows = mailer("questionnaire", "export", SLUG, "--json").json
    counts = {value: sum(row["value"] == value for row in rows) for value in ("=1+1", "contre")}
    assert counts["contre"] in (0, 11)
    assert counts["=1+1"] in (0, 20)
    text = mailer("questionnaire", "export", SLUG).out
    assert "\n=1+1" not in text
    assert ";=1+1" not in text


def test_free_words_are_shown_once_somebody_marked_them(tmp_path: Path) -> None:
    mailer, answers, public_id = sent(tmp_path)
    answer(answers, public_id, 5, word="Des embauches")
    mailer("questionnaire", "results", SLUG)
    assert mailer("questionnaire", "export", SLUG, "--texts", "t.csv").code == 0
    content = (tmp_path / "t.csv").read_text("utf-8-sig")
    lines = content.splitlines()
    assert len(lines) == 6
    lines[1] += "x"
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    run = mailer("questionnaire", "results", SLUG, "--texts", "t.csv")
    assert (run.code, "1 text is shown." in run.err) == (0, True)
    assert mailer("questionnaire", "results", SLUG, "--json").json["questions"][1]["words"] == [
        "Des embauches"
    ]
    lines[2] = lines[2].replace("Des", "Peu d’")
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    run = mailer("questionnaire", "results", SLUG, "--texts", "t.csv")
    assert run.code == 4
    assert "t.csv:3" in run.err
    assert mailer("questionnaire", "results", SLUG, "--texts", "nope.csv").code == 2


def test_named_answers_have_their_member(tmp_path: Path) -> None:
    mailer, answers, public_id = sent(tmp_path, "named")
    with sqlite3.connect(tmp_path / "subscribers/mailer.db") as opened:
        [number] = opened.execute("SELECT id FROM subscriber WHERE email = 'membre1@example.org'").fetchone()
    answers.add(public_id, [("avis", "contre")], DAY, spending=bytes(32), member=number)
    assert mailer("questionnaire", "export", SLUG, "--json").json == [
        {"email": "membre1@example.org", "question": "avis", "value": "contre"}
    ]
    assert mailer("questionnaire", "results", SLUG, "--json").json["people"] == 0


@pytest.mark.parametrize("command", ["results", "export", "close"])
def test_what_has_no_questionnaire(tmp_path: Path, command: str) -> None:
    mailer = Mailer(folder=tmp_path)
    assert mailer("init").code == 0
    bring(mailer, 1)
    mailer.campaign("plain", front="sample = true\n")
    unsent = mailer("questionnaire", command, "plain")
    assert (unsent.code, "was not sent yet" in unsent.err) == (2, True)
    assert mailer("send", "plain", "--yes").code == 0
    run = mailer("questionnaire", command, "plain")
    assert (run.code, "has no questionnaire of ours" in run.err) == (2, True)
    assert mailer("questionnaire", command, "nope").code == 2


def test_figures_for_a_later_campaign(tmp_path: Path) -> None:
    mailer, answers, public_id = sent(tmp_path)
    beside = "campaigns/suite/chiffres.toml"
    mailer.campaign("suite", "[Tous les résultats](results:chiffres.toml)", "sample = true\n")
    missing = mailer("check", "suite")
    assert (missing.code, "campaigns/suite.md:9:22" in missing.out) == (3, True), missing.out
    (tmp_path / beside).parent.mkdir()
    early = mailer("questionnaire", "results", SLUG, "--block", beside)
    assert (early.code, (tmp_path / beside).exists()) == (4, False)
    answer(answers, public_id, 12, word="jamais dans un mail")
    answer(answers, public_id, 6, "contre")
    run = mailer("questionnaire", "results", SLUG, "--block", beside, LANGUAGE="fr")
    assert (run.code, run.out) == (0, "")
    content = (tmp_path / beside).read_text("utf-8")
    assert f"/r/{public_id}" in content
    assert "jamais" not in content
    assert mailer("check", "suite").code == 0
    assert mailer("render", "suite", "--out", "out").code == 0
    text = (tmp_path / "out/suite.txt").read_text("utf-8")
    said = mailer("questionnaire", "results", SLUG, "--json", LANGUAGE="fr").json["questions"][0]
    for one in said["tables"][0]["answers"]:
        assert re.search(rf"{re.escape(one['label'])} +\| +\d+\u00a0% \| +{one['people']}\n", text)
    again = mailer("questionnaire", "results", SLUG, "--block", beside)
    assert (again.code, "exists already" in again.err) == (2, True)
