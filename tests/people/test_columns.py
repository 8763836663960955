"""Which column is what: by its title, under any usual name; the address also by its content."""

import pytest

from mailer.errors import FaultsError
from tests.people.files import LUC, ZOE, read, unreadable


@pytest.mark.parametrize(
    "title",
    [
        *("email", "E-mail", "EMAIL", "Mail", "Courriel", "Mél", "mel", "Adresse e-mail"),
        *("Adresse électronique", "adresse_mail", "Email address", " courriel :", "\u200bCourriel\u00a0"),
        *("Adresse\nélectronique", "Adresse courriel"),
    ],
)
def test_usual_names_of_the_address(title: str) -> None:
    found = read(f'Ville;"{title}"\nLyon;{ZOE}\n')
    assert found.emails == [ZOE]
    assert found.notes == []


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Prénom", "first_name"),
        ("PRENOM", "first_name"),
        ("Prénom(s)", "first_name"),
        ("First name", "first_name"),
        ("given_name", "first_name"),
        ("Nom", "last_name"),
        ("Nom de famille", "last_name"),
        ("Nom d'usage", "last_name"),
        ("Surname", "last_name"),
        ("Syndicat", "syndicat"),
        ("Code postal", "code_postal"),
        ("'=nom", "last_name"),
    ],
)
def test_usual_names_of_fields(title: str, field: str) -> None:
    found = read(f"email;{title}\n{ZOE};Lou\n")
    assert found.people[0].fields == {field: "Lou"}
    assert found.report.mapping == {"email": "email", title.removeprefix("'"): field}


@pytest.mark.parametrize("title", ["N°", "1er contact", "if", "Téléphone", "x" * 64, "{{ x }}", "a-b", "__x"])
def test_a_title_that_is_no_field_is_left_aside_and_named(title: str) -> None:
    found = read(f"email;{title}\n{ZOE};Lou\n")
    assert found.people[0].fields == {}
    assert found.report.ignored == (title,)
    assert found.notes == ["csv-ignored"]


def test_what_the_list_says_of_titles_comes_first() -> None:
    """Which of two addresses is meant, and titles that nobody else knows, said once for all files."""
    told = {
        "Courriel du travail": "",
        "courriel PERSONNEL": "email",
        "Appelé": "first_name",
        "N°": "matricule",
    }
    text = f"Courriel du travail;Courriel personnel;Appelé;N°;Nom\n{LUC};{ZOE};Zoé;7;Lefèvre\n"
    found = read(text, told=told)
    assert found.emails == [ZOE]
    assert found.people[0].fields == {"first_name": "Zoé", "matricule": "7", "last_name": "Lefèvre"}
    assert found.notes == []  # what is left aside on purpose is no news
    assert read(text.replace("N°;", ";"), told=told).people[0].fields == {
        "first_name": "Zoé",
        "last_name": "Lefèvre",
    }


def test_a_title_that_the_list_calls_the_address_is_the_header_s() -> None:
    found = read(f"Liste de mars;\nJoindre;Nom\n{ZOE};Lefèvre\n", told={"Joindre": "email"})
    assert (found.emails, found.report.header_line) == ([ZOE], 2)
    assert found.notes == ["csv-header"]


def test_what_the_list_says_may_not_make_one_field_of_two_columns() -> None:
    with pytest.raises(FaultsError) as refusal:
        read(f"email;Joindre\n{ZOE};{LUC}\n", told={"Joindre": "email"})
    assert [one.code for one in refusal.value.findings] == ["csv-same-field"]


def test_columns_in_any_order_and_without_a_title() -> None:
    found = read(f"Nom;;Courriel;Prénom;\nLefèvre;x;{ZOE};Zoé;y\n")
    assert found.people[0].fields == {"first_name": "Zoé", "last_name": "Lefèvre"}
    assert [one.number for one in found.report.columns] == [1, 2, 3, 4, 5]


def test_headings_above_the_titles_are_skipped_and_told() -> None:
    text = f"Liste des adhérents;;\n\nImprimée le 3 mars;;\nCourriel;Prénom;Nom\n{ZOE};Zoé;Lefèvre\n"
    found = read(text)
    assert (found.report.header_line, found.people[0].line, found.report.rows) == (4, 5, 1)
    (note,) = found.report.notes
    assert (note.code, note.message.values["count"]) == ("csv-header", 2)


def test_titles_on_several_lines() -> None:
    found = read(f'"Courriel\n(obligatoire)";"Nom\r\nde famille";prénom\n{ZOE};Lefèvre;Zoé\n')
    assert found.people[0].fields == {"first_name": "Zoé", "last_name": "Lefèvre"}
    assert (found.people[0].line, found.report.rows, found.report.header_line) == (4, 1, 1)
    assert found.titles == ("Courriel (obligatoire)", "Nom de famille", "prénom")


def test_the_address_is_known_by_its_content() -> None:
    found = read(f"Contact;Prénom\n{ZOE};Zoé\n;Max\n{LUC};Luc\n")
    assert found.emails == [ZOE, LUC]
    assert found.people[0].fields == {"first_name": "Zoé"}
    assert found.notes == ["csv-by-content"]


def test_the_column_with_most_addresses_is_taken() -> None:
    text = f"Parrain;Contact\n{LUC};{ZOE}\n;ana@example.org\n;Sam <sam@example.org>\n"
    assert read(text).emails == [ZOE, "ana@example.org", "sam@example.org"]


def test_without_titles_only_addresses_are_read() -> None:
    found = read(f"Zoé;{ZOE}\nMel;{LUC}\n")
    assert found.emails == [ZOE, LUC]
    assert [one.fields for one in found.people] == [{}, {}]
    assert found.notes == ["csv-no-titles"]
    assert found.titles == ("", "email")


def test_a_title_below_an_address_is_nobody() -> None:
    """`mel` means the address; here it is somebody's first name."""
    assert read(f"{ZOE};Zoé\n{LUC};Mel\n").emails == [ZOE, LUC]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("nom;ville\nLefèvre;Lyon\n", 1),
        ("Liste\nnom;ville\nLefèvre;Lyon\n", 2),
        ("zoe;zoe (at) example.org\n", 1),
        (";" * 600 + ZOE + "\n", 1),
        ("x" * 1_000_000, 1),
        ("@" * 100_000 + "\n", 1),
    ],
)
def test_no_column_holds_addresses(content: str, line: int) -> None:
    (fault,) = unreadable(content)
    assert (fault.code, fault.place.line) == ("csv-no-address", line)
    assert "'email'" in fault.cure.say("en")
    assert len(fault.say("en")) < 400


@pytest.mark.parametrize("content", ["", "\n\r\n", "\ufeff", "sep=;\n", ";;;\n ; \n", " \t\n"])
def test_nobody_in_the_file(content: str) -> None:
    assert [one.code for one in unreadable(content)] == ["csv-empty"]


def test_titles_and_nobody_below() -> None:
    assert read("email;nom\n").report.rows == 0


def test_two_columns_for_one_field_are_both_named() -> None:
    faults = unreadable(f"Courriel;Nom;Mail;Surname\n{ZOE};x;{LUC};y\n")
    assert [(one.code, one.place.column) for one in faults] == [("csv-same-field", 3), ("csv-same-field", 4)]
    assert "1 'Courriel' and 3 'Mail'" in faults[0].say("en")


def test_more_columns_than_a_list_can_hold() -> None:
    titles = ";".join(["email", *(f"c{number}" for number in range(500))])
    assert [one.code for one in unreadable(f"{titles}\n{ZOE}\n")] == ["csv-columns"]


@pytest.mark.parametrize("content", ["nom\x1b[31m;vi\0lle\nx;y\n", "nom\x9b31m;v\u202eille\n"])
def test_titles_cannot_speak_to_the_terminal(content: str) -> None:
    (fault,) = unreadable(content)
    assert fault.say("en").isprintable()
    found = read("email;" + content + f"{ZOE};x;y\n")
    assert all(title.isprintable() for title in (*found.titles, *found.report.mapping))


def test_the_columns_of_lines_to_mend_are_ours() -> None:
    found = read(f"line;reason;Courriel;Nom\n7;'=why;{ZOE};Lefèvre\n8;;pas une adresse;Petit\n")
    assert found.people[0].fields == {"last_name": "Lefèvre"}
    assert found.titles == ("Courriel", "Nom")
    assert found.refused[0].cells == ("pas une adresse", "Petit")
    assert found.faults == [("row-address", 3, 3)]


def test_columns_that_only_look_like_ours() -> None:
    assert read(f"line;reason;x\n1;{ZOE};y\n").people[0].fields == {"line": "1", "x": "y"}


def test_how_and_when_somebody_agreed_is_no_field() -> None:
    rows = f"{ZOE};2024-03-01;Lyon;bulletin\n{LUC};;;'=x\nana@example.org;;;\n"
    text = f"email;Date d’adhésion;Ville;Source\n{rows}"
    found = read(text)
    assert [(one.fields, one.proof) for one in found.people] == [
        ({"ville": "Lyon"}, "Date d’adhésion: 2024-03-01; Source: bulletin"),
        ({}, "Source: =x"),
        ({}, ""),
    ]
    assert found.report.mapping["Date d’adhésion"] == found.report.mapping["Source"] == "proof"
    assert found.report.problems == ()
