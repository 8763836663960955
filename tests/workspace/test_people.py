"""People of a list kept as a file, as volunteers' spreadsheets write it."""

import pytest

from mailer.errors import SettingsError
from mailer.fields import STANDARD
from mailer.workspace.people import find_person, list_fields
from tests.workspace.author import Author, body

LIST = "subscribers/sample.csv"
ZOE = "zoe@example.org"


def found(author: Author, email: str = ZOE, *lists: str) -> dict[str, str] | None:
    person = find_person(author.root, lists or ("sample",), email)
    return None if person is None else dict(person.fields)


def own_fields(author: Author, *lists: str) -> set[str]:
    return list_fields(author.root, lists or ("sample",)) - set(STANDARD)


@pytest.mark.parametrize(
    "headers",
    [
        "email,first_name,last_name,language",
        "E-mail,Prénom,Nom,Langue",
        "Adresse électronique,PRENOM,NOM DE FAMILLE,lang",
        "courriel,firstname,surname,Language",
        " Mail , Prenom , Nom , LANGUE ",
    ],
)
def test_columns_are_known_under_their_usual_names(author: Author, headers: str) -> None:
    author.write(LIST, f"{headers}\nzoe@example.org, Zoé ,Lefèvre,fr\n")
    assert own_fields(author) == set()
    assert found(author) == {"email": ZOE, "first_name": "Zoé", "last_name": "Lefèvre", "language": "fr"}


def test_columns_of_the_lists_own(author: Author) -> None:
    author.write(
        LIST, "email,Ville de travail,matricule,1er choix,if,Âge\nzoe@example.org,Lyon 3,007,x,y,z\n"
    )
    assert own_fields(author) == {"ville_de_travail", "matricule"}
    assert found(author) == {"email": ZOE, "ville_de_travail": "Lyon 3", "matricule": "007"}
    author.campaign("À {{ ville_de_travail }} : {{ matricule }}.")
    assert author.findings() == ()
    assert "À Lyon 3\u00a0: 007." in body(author.letter(ZOE), "plain")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_however_the_spreadsheet_saved_it(
    author: Author, encoding: str, separator: str, line_end: str
) -> None:
    rows = [["Prénom", "Courriel", "Site"], ["Zoé", ZOE, "Évry, « centre »"]]
    quoted = [separator.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    author.write(LIST, (line_end.join(quoted) + line_end).encode(encoding))
    assert found(author) == {"first_name": "Zoé", "email": ZOE, "site": "Évry, « centre »"}


@pytest.mark.parametrize(
    "content", ["", "\n\n", "prénom,nom\nZoé,Lefèvre\n", "email\n", '"', "zoe@example.org,Zoé\n"]
)
def test_without_a_column_of_addresses_nobody_is_found(author: Author, content: str) -> None:
    author.write(LIST, content)
    assert found(author) is None
    assert set(STANDARD) <= list_fields(author.root, ("sample",))


def test_a_list_with_control_characters_is_refused_where_they_stand(author: Author) -> None:
    author.write(LIST, f"email\n{ZOE}\0\n")
    with pytest.raises(SettingsError) as caught:
        found(author)
    assert [str(one.place) for one in caught.value.findings] == ["subscribers/sample.csv:2:16"]


def test_broken_rows_stop_nobody(author: Author) -> None:
    rows = [
        "bad,x",
        ",",
        "",
        "Zoé <zoe@example.org>,y",
        "a@b@c,z",
        f"{ZOE},Zoé,too,many,cells",
        "bo@example.org",
    ]
    author.write(LIST, "\n\nemail,prénom\n" + "\n".join(rows) + "\n")
    assert found(author) == {"email": ZOE, "first_name": "Zoé"}
    assert found(author, "bo@example.org") == {"email": "bo@example.org"}
    assert found(author, "bad@example.org") is None


def test_a_line_break_inside_quotes(author: Author) -> None:
    author.write(LIST, f'email,adresse\n{ZOE},"1 rue\nParis"\nbo@example.org,x\n')
    assert found(author) == {"email": ZOE, "adresse": "1 rue\nParis"}
    assert found(author, "bo@example.org") == {"email": "bo@example.org", "adresse": "x"}
    author.campaign("Chez toi : {{ adresse }}")
    assert "Chez toi\u00a0: 1 rue Paris" in body(author.letter(ZOE), "plain")


def test_case_does_not_count_and_the_first_one_wins(author: Author) -> None:
    author.write(LIST, "email,prénom\nZoe@Example.org,A\nzoe@example.org,B\n")
    assert found(author, "ZOE@example.ORG") == {"email": "Zoe@example.org", "first_name": "A"}


def test_the_first_list_that_holds_the_person(author: Author) -> None:
    author.write("subscribers/a.csv", "email,prénom\nbo@example.org,A\n")
    author.write("subscribers/b.csv", f"email,prénom\n{ZOE},B\nbo@example.org,B\n")
    person = find_person(author.root, ("absent", "a", "b"), ZOE)
    assert person is not None
    assert (person.list, person.fields["first_name"], person.subscriber) == ("b", "B", 1)
    assert found(author, "bo@example.org", "a", "b") == {"email": "bo@example.org", "first_name": "A"}


def test_a_list_of_forty_thousand_people(author: Author) -> None:
    lines = [f"person-{number}@example.org,Prénom n° {number}" for number in range(40_000)]
    author.write(LIST, "\n".join(["email,prénom", *lines, f"{ZOE},Zoé"]))
    assert found(author) == {"email": ZOE, "first_name": "Zoé"}


def test_a_cell_as_long_as_a_book(author: Author) -> None:
    author.write(LIST, f'email,notes\nbo@example.org,"{"a" * 200_000}"\n{ZOE},x\n')
    assert found(author) == {"email": ZOE, "notes": "x"}


def test_a_list_without_a_file_or_with_a_folder(author: Author) -> None:
    (author.root / LIST).unlink()
    assert found(author) is None
    (author.root / LIST).mkdir()
    assert found(author) is None
    author.campaign()
    assert author.findings() == ()
