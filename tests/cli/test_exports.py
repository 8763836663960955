"""What left as a file is in the register; `show` has every key of the contract, in words too."""

from pathlib import Path

from tests.cli.command import Mailer
from tests.cli.section import bring
from tests.docs.pages import bare, page, table


def keys(title: str) -> list[str]:
    return [bare(key) for key, *_ in table(page("docs/contract.md"), title)]


def test_each_file_and_whether_it_is_still_there(mailer: Mailer, tmp_path: Path) -> None:
    none = mailer("subscribers", "exports")
    assert (none.code, none.out, none.err) == (0, "", "Nothing was written out.\n")
    zoe, ana = bring(mailer, 2)
    outside = tmp_path / "list of the section.csv"
    assert mailer("subscribers", "export", "--list", "sample", "--out", str(outside)).code == 0
    assert zoe in mailer("subscribers", "export", "--list", "sample").out
    mailer.write("bad.csv", f"email\n{ana}\nnobody@\n")
    for _ in range(2):
        assert mailer("subscribers", "import", "bad.csv", "--list", "sample").code == 0
    outside.write_text(outside.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    run = mailer("subscribers", "exports", "--json")
    assert [list(one) for one in run.json] == [keys("`mailer subscribers exports --json`")] * 3
    said = [(one["kind"], one["people"], one["file"], one["there"], one["same"]) for one in run.json]
    assert said == [
        ("list", 2, str(outside), True, False),
        ("list", 2, "", False, False),
        ("refused", 1, "subscribers/refused/bad.csv", True, True),
    ]
    lines = mailer("subscribers", "exports").lines
    assert lines[0].split() == ["WHEN", "WHAT", "OF", "PEOPLE", "FILE", "STANDS"]
    assert lines[1].endswith("there, changed")
    told = mailer("subscribers", "show", zoe, "--json").json
    assert list(told) == keys("`mailer subscribers show --json`")
    assert [one["list"] for one in told["exports"]] == ["sample", "sample"]
    text = mailer("subscribers", "show", zoe).out
    assert f"sample was written out on {told['exports'][0]['at'][:10]}: standard output" in text
    assert "who followed one is not known" in text
    assert mailer("subscribers", "erase", zoe, "--yes").lines == ["people.csv", str(outside)]
    assert "(operator)" in mailer("subscribers", "show", zoe).out
