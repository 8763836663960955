"""`mailer subscribers`: people brought in, shown, written out; departures always win."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Mailer, Run
from tests.cli.section import bring, mode, state, table

PEOPLE = "Courriel;Prénom;NOM;Ville\nzoe@example.org;Zoé;Lefèvre;Lyon\nsean@example.net;Seán;O'Connor;Évry\n"
ZOE, SEAN = "zoe@example.org", "sean@example.net"


def brought(mailer: Mailer, *words: str, content: str | bytes = PEOPLE, name: str = "people.csv") -> Run:
    """Import a file into the list `sample`."""
    mailer.write(name, content)
    return mailer("subscribers", "import", name, "--list", "sample", *words)


def person(mailer: Mailer, email: str) -> dict[str, Any]:
    """What `show --json` says."""
    said: dict[str, Any] = mailer("subscribers", "show", email, "--json").json
    return said


def standing(mailer: Mailer, email: str) -> dict[str, str]:
    """List -> state."""
    return {one["list"]: one["state"] for one in person(mailer, email)["memberships"]}


def exported(mailer: Mailer) -> list[dict[str, str]]:
    """The rows of an export, as a spreadsheet reads them."""
    text = mailer("subscribers", "export", "--list", "sample").out.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("words", [(), ("--dry-run", "--yes")])
def test_without_yes_nothing_is_changed(mailer: Mailer, words: tuple[str, ...]) -> None:
    bring(mailer, 1)
    mailer.write("people.csv", PEOPLE)  # before the look at what is there
    before = state(mailer.folder)
    run = brought(mailer, *words)
    assert run.code == 0
    assert "joining: 2 (2 new)" in run.out
    assert "Nothing was changed. If this is right, add --yes." in run.err
    assert state(mailer.folder) == before
    assert person(mailer, ZOE)["known"] is False


def test_with_yes_they_are_on_the_list_with_all_their_fields(mailer: Mailer) -> None:
    run = brought(mailer, "--yes")
    assert (run.code, run.err) == (0, "To take this back: mailer subscribers undo 1\n")
    assert run.lines[0] == (
        "people.csv: utf-8, separated by ';'; "
        "Courriel = email, Prénom = first_name, NOM = last_name, Ville = ville"
    )
    assert "2 lines: 2 people; refused: 0, twice: 0" in run.out
    said = person(mailer, "ZOE@Example.org")
    assert said["fields"] == {"first_name": "Zoé", "last_name": "Lefèvre", "ville": "Lyon"}
    assert (said["email"], said["known"], said["suppressed"], said["deliveries"]) == (ZOE, True, None, [])
    (membership,) = said["memberships"]
    assert (membership["list"], membership["state"]) == ("sample", "subscribed")
    assert membership["source"] == "import: people.csv"


def test_the_same_file_again_changes_nothing(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    run = brought(mailer, "--yes")
    assert "joining: 0 (0 new); there already: 2; brought up to date: 0" in run.out
    assert len(exported(mailer)) == 2


def test_an_import_is_taken_back(mailer: Mailer) -> None:
    assert mailer("subscribers", "undo").code == 2
    assert "undo 1" in brought(mailer, "--yes").err
    brought(mailer, "--yes", content="email;prénom\nzoe@example.org;Zoë\nana@example.org;Ana\n")
    looked = mailer("subscribers", "undo")
    assert "taken out: 1 (1 of them forgotten); put back: 0; names and fields as before: 1" in looked.out
    assert person(mailer, ZOE)["fields"]["first_name"] == "Zoë"
    assert mailer("subscribers", "undo", "2", "--yes").out == looked.out
    assert person(mailer, ZOE)["fields"]["first_name"] == "Zoé"
    assert not person(mailer, "ana@example.org")["known"]
    assert mailer("subscribers", "undo", "2").code == mailer("subscribers", "undo", "3").code == 4
    assert mailer("subscribers", "undo", "9").code == 2
    mailer("subscribers", "unsubscribe", ZOE, "--list", "sample")
    assert "1 who joined" in mailer("subscribers", "undo", "--yes").out
    listed = mailer("subscribers", "imports", "--json").json
    assert [(one["number"], one["undoes"], one["undone_at"] != "") for one in listed] == [
        (4, 1, False),
        (3, 2, False),
        (2, 0, True),
        (1, 0, True),
    ]
    assert "← 2" in mailer("subscribers", "imports").out


def test_a_list_is_made_what_the_file_says(mailer: Mailer) -> None:
    many = "email\n" + "".join(f"m{at}@example.org\n" for at in range(10))
    brought(mailer, "--yes", content=many)
    mailer("subscribers", "add", ZOE, "--list", "sample")
    fewer = many.replace("m3@example.org\n", "")
    looked = brought(mailer, "--sync", content=fewer)
    assert "not in the file: 1 taken out; 1 who came by no file stay\n  m3@example.org" in looked.out
    assert brought(mailer, "--sync", "--yes", content=fewer.replace("m4@", "m4 at ")).code == 4
    assert brought(mailer, "--sync", "--removing", "2", "--yes", content=fewer).code == 4
    few = "email\nm1@example.org\n"
    assert "add --removing 9" in brought(mailer, "--sync", content=few).err
    assert brought(mailer, "--sync", "--yes", content=few).code == 4
    assert brought(mailer, "--removing", "9", content=few).code == 2
    assert len(exported(mailer)) == 11
    assert brought(mailer, "--sync", "--yes", content=fewer).code == 0
    assert brought(mailer, "--sync", "--removing", "8", "--yes", content=few).code == 0
    assert [row["email"] for row in exported(mailer)] == ["m1@example.org", ZOE]
    assert "put back: 8" in mailer("subscribers", "undo", "--yes").out
    assert len(exported(mailer)) == 10


def test_a_newer_file_brings_fields_up_to_date_and_empties_none(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    run = brought(mailer, "--yes", content=f"email;prénom;nom\n{ZOE};;Martin\n")
    assert "there already: 1; brought up to date: 1" in run.out
    assert person(mailer, ZOE)["fields"] == {"first_name": "Zoé", "last_name": "Martin", "ville": "Lyon"}


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("utf-8-sig", ";", "utf-8"),
        ("cp1252", ";", "cp1252"),
        ("utf-16", ",", "utf-16"),
        ("utf-16-be", "\t", "utf-16"),
        ("utf-8", "|", "utf-8"),
    ],
)
def test_files_as_spreadsheets_write_them(mailer: Mailer, encoding: str, mark: str, said: str) -> None:
    text = PEOPLE.replace(";", mark).replace("\n", "\r\n")
    content = ("\ufeff" if encoding == "utf-16-be" else "") + text
    run = brought(mailer, "--yes", content=content.encode(encoding))
    assert run.code == 0
    assert said in run.lines[0]
    assert f"separated by '{mark}'".replace("\t", "tab") in run.lines[0]
    assert "are these names right? Zoé Lefèvre, Seán O'Connor" in run.out
    assert "joining: 2 (2 new)" in run.out


def test_a_named_encoding_is_used(mailer: Mailer) -> None:
    run = brought(mailer, "--yes", "--encoding", "mac-roman", content=PEOPLE.encode("mac-roman"))
    assert run.code == 0
    assert person(mailer, ZOE)["fields"] == {"first_name": "Zoé", "last_name": "Lefèvre", "ville": "Lyon"}


@pytest.mark.parametrize("encoding", ["ascii", "klingon"])
def test_a_wrong_encoding_is_told(mailer: Mailer, encoding: str) -> None:
    run = brought(mailer, "--yes", "--encoding", encoding)
    assert run.code in (2, 3)
    assert "encoding" in run.err
    assert exported(mailer) == []


def test_titles_that_mean_the_same(mailer: Mailer) -> None:
    text = "Nom de famille,PRÉNOM,Adresse e-mail,Langue\nLefèvre,Zoé,zoe@example.org,Français\n"
    run = brought(mailer, "--yes", content=text)
    assert run.code == 0
    assert person(mailer, ZOE)["fields"] == {
        "first_name": "Zoé",
        "last_name": "Lefèvre",
        "language": "fr",
    }


def test_an_unknown_list_is_named_with_the_lines_that_make_it(mailer: Mailer) -> None:
    mailer.write("people.csv", PEOPLE)
    run = mailer("subscribers", "import", "people.csv", "--list", "adherents", "--yes")
    assert (run.code, run.out) == (2, "")
    lines = re.search(r"(?s)\[lists\.adherents\]\n.*", run.err)
    assert lines is not None
    table(mailer, "lists.adherents", lines[0].partition("\n")[2].replace('"…"   #', '"members"   #'))
    run = mailer("subscribers", "import", "people.csv", "--list", "adherents", "--yes")
    assert run.code == 0
    assert standing(mailer, ZOE) == {"adherents": "subscribed"}


@pytest.mark.parametrize("words", [["add", ZOE], ["export"]])
def test_every_command_refuses_an_unknown_list(mailer: Mailer, words: list[str]) -> None:
    run = mailer("subscribers", *words, "--list", "nope")
    assert run.code == 2
    assert "no list 'nope'" in run.err


def test_who_left_and_who_objected_stay_out_whoever_imports_them(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    assert mailer("subscribers", "unsubscribe", ZOE, "--list", "sample").code == 0
    assert mailer("subscribers", "unsubscribe", SEAN, "--all").code == 0
    run = brought(mailer, "--yes", content=PEOPLE.replace("zoe@", "ZOE@").replace("Lyon", "Nice"))
    assert "joining: 0 (0 new); there already: 0; brought up to date: 0" in run.out
    assert "staying out: 1 who left the list, 1 who asked for nothing more" in run.out
    assert (standing(mailer, ZOE), standing(mailer, SEAN)) == (
        {"sample": "unsubscribed"},
        {"sample": "unsubscribed"},
    )
    assert exported(mailer) == []
    for email in (ZOE, SEAN):
        again = mailer("subscribers", "add", email, "--list", "sample")
        assert again.code == 4
        assert f"mailer subscribers resubscribe {email} --list sample --proof" in again.err


def test_the_log_of_departures_names_nobody(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    mailer("subscribers", "unsubscribe", ZOE, "--list", "sample")
    mailer("subscribers", "unsubscribe", SEAN, "--all")
    mailer("subscribers", "resubscribe", ZOE, "--proof", "par téléphone, le 3 mars")
    log = mailer.folder / "subscribers/objections.log"
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    assert [line["what"] for line in lines] == ["begun", "left", "objected", "back"]
    for word in ("zoe", "sean", "example", "Lef", "@"):
        assert word not in log.read_text(encoding="ascii")


def test_refused_lines_are_kept_to_be_mended_and_imported(mailer: Mailer) -> None:
    bad = PEOPLE + "pas une adresse;Ana;Ö;Nice\nluc@example,org;Luc;Petit;Metz\n"
    run = brought(mailer, "--yes", content=bad)
    assert run.code == 0
    assert "4 lines: 2 people; refused: 2, twice: 0" in run.out
    assert "people.csv:4:1" in run.out
    kept = mailer.folder / "subscribers/refused/people.csv"
    assert str(kept) in run.err
    assert (mode(kept), mode(kept.parent)) == (0o600, 0o700)
    text = kept.read_text(encoding="utf-8-sig")
    assert "Ana;Ö;Nice" in text
    kept.write_text(text.replace("luc@example,org;", "luc@example.org;"), encoding="utf-8-sig")
    looked = mailer("subscribers", "import", str(kept), "--list", "sample")
    assert "2 lines: 1 person; refused: 1" in looked.out
    assert "luc@example.org" in kept.read_text(encoding="utf-8-sig")  # what was mended is not lost by a look
    mended = mailer("subscribers", "import", str(kept), "--list", "sample", "--yes")
    assert mended.code == 0
    assert person(mailer, "luc@example.org")["fields"] == {
        "first_name": "Luc",
        "last_name": "Petit",
        "ville": "Metz",
    }
    rest = mailer.folder / "subscribers/refused/people-2.csv"
    assert "pas une adresse" in rest.read_text(encoding="utf-8-sig")
    assert len(list(kept.parent.iterdir())) == 2  # the two looks found the same: one file


def test_no_column_of_addresses(mailer: Mailer) -> None:
    run = brought(mailer, "--yes", content="nom;ville\nLefèvre;Lyon\n")
    assert (run.code, run.out) == (3, "")
    assert "people.csv:1:1 no column holds addresses" in run.err
    assert "name the column of addresses 'email'" in run.err
    assert exported(mailer) == []


def test_nothing_to_read(mailer: Mailer) -> None:
    for content in (b"\n\n", b"\xff\xfe", b"PK\x03\x04" + b"\0" * 200):
        run = brought(mailer, "--yes", content=content)
        assert run.code == 3, content
    assert mailer("subscribers", "import", "nowhere.csv", "--list", "sample").code == 2
    assert mailer("subscribers", "import", "campaigns", "--list", "sample").code == 2


def test_hostile_cells_stay_data(mailer: Mailer) -> None:
    """NUL, a line of a million characters, formulas: refused or kept as words, never obeyed."""
    rows = [
        "email;prénom;ville",
        'ana@example.org;"=HYPERLINK(""http://evil.example"";1)";+33 1',
        "luc@example.org;Lu\0c;Metz",
        f"max@example.org;{'x' * 1_000_000};Metz",
        "eve@example.org;Eve;{{ first_name }}<script>",
    ]
    run = brought(mailer, "--yes", content="\n".join(rows) + "\n")
    assert run.code == 0
    assert "4 lines: 2 people; refused: 2" in run.out
    assert "this name begins like a formula" in run.out
    ana, eve = sorted(exported(mailer), key=lambda row: row["email"])
    assert ana["first_name"].startswith("'=HYPERLINK")
    assert ana["ville"] == "'+33 1"
    assert eve["ville"] == "{{ first_name }}<script>"
    again = mailer("subscribers", "export", "--list", "sample", "--out", "out.csv")
    assert again.code == 0
    back = mailer("subscribers", "import", "out.csv", "--list", "sample", "--yes")
    assert "there already: 2; brought up to date: 0" in back.out
    fields = person(mailer, "ana@example.org")["fields"]
    assert fields == {"first_name": '=HYPERLINK("http://evil.example";1)', "ville": "+33 1"}


def test_what_is_exported_is_imported_without_a_change(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    run = mailer("subscribers", "export", "--list", "sample", "--out", "subscribers/liste.csv")
    assert (run.code, run.out) == (0, "")
    out = mailer.folder / "subscribers/liste.csv"
    assert mode(out) == 0o600
    assert out.read_bytes().decode() == mailer("subscribers", "export", "--list", "sample").out
    back = mailer("subscribers", "import", str(out), "--list", "sample", "--yes")
    assert "joining: 0 (0 new); there already: 2; brought up to date: 0" in back.out
    assert "refused: 0, twice: 0" in back.out


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["--out", "a.xlsx"], b"PK"),
        (["--out", "a.ODS"], b"PK"),
        (["--out", "a.vcf"], b"BEGIN:VCARD"),
        (["--out", "a.csv"], b"\xef\xbb\xbfemail"),
        (["--out", "a.txt", "--format", "json"], b'[\n{"email"'),
    ],
)
def test_a_list_is_written_as_the_file_s_name_says(mailer: Mailer, words: list[str], begins: bytes) -> None:
    brought(mailer, "--yes")
    assert mailer("subscribers", "export", "--list", "sample", *words).code == 0
    content = (mailer.folder / words[1]).read_bytes()
    assert content.startswith(begins)
    if "json" not in words:
        again = mailer("subscribers", "import", words[1], "--list", "sample", "--yes")
        assert "joining: 0 (0 new); there already: 2; brought up to date: 0" in again.out
        assert "undo" not in again.err


def test_an_export_replaces_no_file(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    for out, reason in (("people.csv", "exists already"), ("nowhere/x.csv", "cannot be written")):
        run = mailer("subscribers", "export", "--list", "sample", "--out", out)
        assert run.code == 2
        assert reason in run.err
    assert (mailer.folder / "people.csv").read_text(encoding="utf-8") == PEOPLE


def test_add_show_and_leave_by_hand(mailer: Mailer) -> None:
    run = mailer(
        *("subscribers", "add", "Ana@Example.ORG", "--list", "sample", "--first-name", "Ana"),
        *("--last-name", "Ö", "--language", "fr", "--proof", "bulletin du 3 mars"),
    )
    assert (run.code, run.out) == (0, "")
    shown = mailer("subscribers", "show", "ana@example.org")
    assert "Ana@example.org" in shown.lines[0]
    assert "  first name: Ana" in shown.lines
    assert "    bulletin du 3 mars" in shown.lines
    assert mailer("subscribers", "unsubscribe", "ana@example.org", "--list", "sample").code == 0
    twice = mailer("subscribers", "unsubscribe", "ana@example.org", "--list", "sample")
    assert (twice.code, "was not on sample" in twice.err) == (0, True)
    gone = mailer("subscribers", "show", "ana@example.org", LANGUAGE="fr")
    assert "sample : a quitté la liste depuis" in gone.out or "désinscrit" in gone.out


def test_coming_back_asks_for_a_proof(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    mailer("subscribers", "unsubscribe", ZOE, "--all")
    assert person(mailer, ZOE)["suppressed"] is not None
    for words in ((), ("--proof", "  ")):
        run = mailer("subscribers", "resubscribe", ZOE, *words)
        assert run.code == 2
        assert "--proof" in run.err
    assert mailer("subscribers", "resubscribe", ZOE, "--proof", "courriel du 3 mars").code == 0
    said = person(mailer, ZOE)
    assert said["suppressed"] is None
    (membership,) = said["memberships"]
    assert (membership["state"], membership["proof"]) == ("subscribed", "courriel du 3 mars")
    assert mailer("subscribers", "resubscribe", ZOE, "--proof", "x").code == 2  # they left nothing


def test_who_objected_before_they_were_on_any_list_can_come_back(mailer: Mailer) -> None:
    brought(mailer, "--yes")
    mailer("subscribers", "unsubscribe", "new@example.org", "--all")
    assert mailer("subscribers", "add", "new@example.org", "--list", "sample").code == 4
    assert "--list" in mailer("subscribers", "resubscribe", "new@example.org", "--proof", "x").err
    words = ("--proof", "courriel du 3 mars", "--list", "sample")
    assert mailer("subscribers", "resubscribe", "new@example.org", *words).code == 0
    said = person(mailer, "new@example.org")
    assert (said["suppressed"], said["memberships"][0]["state"]) == (None, "subscribed")


@pytest.mark.parametrize(
    "words",
    [
        ["unsubscribe", ZOE],
        ["unsubscribe", ZOE, "--list", "sample", "--all"],
        ["unsubscribe", "nobody@example.org", "--list", "sample"],
        ["show", "-x@example.org"],
        ["add", ZOE, "--list", "sample", "--first-name", "Zoé\nBcc: x@example.org"],
        ["add", ZOE, "--list", "sample", "--language", "de"],
        ["import", "people.csv"],
    ],
)
def test_what_cannot_be_done_is_told(mailer: Mailer, words: list[str]) -> None:
    run = mailer("subscribers", *words)
    assert (run.code, run.out) == (2, "")
    assert run.err


def test_an_objection_by_word_of_mouth_is_kept_for_whoever_imports_the_address(mailer: Mailer) -> None:
    run = mailer("subscribers", "unsubscribe", ZOE, "--all")
    assert run.code == 0
    assert f"Nobody has the address {ZOE} yet: whoever imports it, it stays out." in run.err
    brought(mailer, "--yes")
    assert ZOE not in [row["email"] for row in exported(mailer)]


def test_nobody_is_shown_as_nobody(mailer: Mailer) -> None:
    told = person(mailer, ZOE)
    assert (told.pop("email"), told.pop("known"), told.pop("suppressed")) == (ZOE, False, None)
    assert told.pop("not_kept") == ["clicks", "openings", "ballots", "network"]
    assert not any(told.values())
    assert "nobody has this address" in mailer("subscribers", "show", ZOE).out


def test_personal_files_are_for_their_owner_alone(mailer: Mailer) -> None:
    brought(mailer, "--yes", content=PEOPLE + "x;x;x;x\n")
    mailer("subscribers", "unsubscribe", ZOE, "--all")
    folder = mailer.folder / "subscribers"
    shared = {"README.md", "sample.csv", ".gitignore"}
    for path in (folder, *folder.rglob("*")):
        if path.name not in shared:
            assert mode(path) == (0o700 if path.is_dir() else 0o600), path


def test_it_speaks_french(mailer: Mailer) -> None:
    mailer.write("people.csv", PEOPLE + "x;x;x;x\n")
    run = mailer("subscribers", "import", "people.csv", "--list", "sample", LANGUAGE="fr")
    assert run.code == 0
    assert "people.csv\u00a0: utf-8, séparé par «\u00a0;\u00a0»" in run.out
    assert "ces noms sont-ils justes\u00a0? Zoé Lefèvre" in run.out
    assert "Rien n’a été changé. Si c’est juste, ajoutez --yes." in run.err
    text = (mailer.folder / "subscribers/refused/people.csv").read_text(encoding="utf-8-sig")
    assert "une adresse s’écrit nom@example.org" in text
    nobody = mailer("subscribers", "show", ZOE, LANGUAGE="fr")
    assert "personne n’a cette adresse" in nobody.out


def test_ten_thousand_people_in_one_go(mailer: Mailer, tmp_path: Path) -> None:
    rows = "".join(f"p{number}@example.org;P{number}\n" for number in range(10_000))
    run = brought(mailer, "--yes", content="email;prénom\n" + rows)
    assert "joining: 10000 (10000 new)" in run.out
    path = tmp_path / "out.csv"
    assert mailer("subscribers", "export", "--list", "sample", "--out", str(path)).code == 0
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 10_001
