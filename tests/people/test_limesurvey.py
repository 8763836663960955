"""LimeSurvey's export of participants: names, addresses and declared tokens; nothing of what they did."""

from tests.people.files import LUC, ZOE, read

TITLES = (
    "tid,firstname,lastname,email,emailstatus,token,language,validfrom,validuntil,invited,reminded,"
    "remindercount,completed,usesleft, attribute_1 <Site>"
)


def export(*rows: str) -> str:
    return "\ufeff" + "\n".join([TITLES, *rows]) + "\n"


def row(email: str, token: str, status: str = "OK") -> str:
    cells = ("1", "Zoé", "Lefèvre", email, status, token, "fr", "", "", "2026-11-02 09:00", "N", "0")
    return ",".join(f'"{cell}"' for cell in (*cells, "2026-11-03 10:12", "0", "Lyon"))


DECLARED = ("token",)


def test_a_token_is_kept_only_where_the_list_declares_it() -> None:
    content, known = (
        export(row(ZOE, "qZ8kP2")),
        {"first_name": "Zoé", "last_name": "Lefèvre", "language": "fr"},
    )
    assert read(content, identifiers=DECLARED).people[0].fields == {**known, "token": "qZ8kP2"}
    assert read(content).people[0].fields == known


def test_what_is_left_aside_is_told() -> None:
    report = read(export(row(ZOE, "qZ8kP2")), identifiers=DECLARED).report
    ignored, undeclared = report.notes
    assert (ignored.code, undeclared.code, undeclared.place.line) == ("csv-ignored", "csv-identifier", 1)
    assert "token" not in undeclared.message.say("en")
    assert {"tid", "emailstatus", "invited", "reminded", "completed"} <= set(report.ignored)
    assert "'token'" in read(f"email;token\n{ZOE};a1\n").report.notes[0].message.say("en")


def test_who_opted_out_is_refused() -> None:
    found = read(export(row(ZOE, "a", "OptOut"), row(LUC, "b")), identifiers=DECLARED)
    assert found.faults == [("row-opted-out", 2, 5)]
    assert found.emails == [LUC]


def test_a_token_of_any_other_file_must_be_declared_too() -> None:
    content = f"email;token;site\n{ZOE};a1;Lyon\n"
    assert read(content).people[0].fields == {"site": "Lyon"}
    assert read(content).notes == ["csv-identifier"]
    assert read(content, identifiers=DECLARED).people[0].fields == {"token": "a1", "site": "Lyon"}


def test_emailstatus_of_another_file_is_a_field() -> None:
    found = read(f"email;emailstatus\n{ZOE};OptOut\n")
    assert found.people[0].fields == {"emailstatus": "OptOut"}
