"""vCards 2.1, 3.0 and 4.0: one card, one person."""

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.files import LUC, ZOE, read


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
    """A card with these lines."""
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_cards_are_people() -> None:
    text = card("N:Lefèvre;Zoé;;;", "FN:Zoé Lefèvre", f"EMAIL;TYPE=INTERNET,WORK:{ZOE}") + card(
        "N:N\\,Diaye\\; fils;Luc\\nAndré;;;", f"item1.EMAIL:{LUC}", "LANG;PREF=1:fr-FR", version="4.0"
    )
    found = read(text)
    assert [(one.email, one.line, one.fields) for one in found.people] == [
        (ZOE, 1, {"first_name": "Zoé", "last_name": "Lefèvre"}),
        (LUC, 7, {"first_name": "Luc André", "last_name": "N,Diaye; fils", "language": "fr"}),
    ]
    report = found.report
    assert (report.kind, report.encoding, report.rows) == ("vcard", "utf-8", 2)
    assert report.accented == ("Zoé Lefèvre", "Luc André N,Diaye; fils")
    assert found.titles == ("email", "first_name", "last_name", "language")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_line_ends_and_encodings(end: str, codec: str) -> None:
    found = read(card("N:Lefèvre;Zoé", f"EMAIL:{ZOE}", end=end).encode(codec))
    assert [one.fields for one in found.people] == [{"first_name": "Zoé", "last_name": "Lefèvre"}]


@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1", "windows-1252", "klingon"])
def test_quoted_printable_of_old_telephones(charset: str) -> None:
    codec = "utf-8" if charset == "klingon" else charset
    name = quopri.encodestring("Lefèvre;Zoé;;;".encode(codec)).decode()
    text = card(
        f"N;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:{name}",
        "NOTE;ENCODING=QUOTED-PRINTABLE:a=",
        "EMAIL:no@example.org=",
        "b",
        f"EMAIL;INTERNET:{ZOE}",
        version="2.1",
    )
    (person,) = read(text).people
    assert (person.email, person.fields) == (ZOE, {"first_name": "Zoé", "last_name": "Lefèvre"})


def test_soft_line_breaks_within_a_name() -> None:
    text = card("N;QUOTED-PRINTABLE:Lef=C3=A8=", "vre;Zo=", "=C3=A9", f"EMAIL:{ZOE}", version="2.1")
    assert read(text).people[0].fields == {"first_name": "Zoé", "last_name": "Lefèvre"}


def test_folded_lines_are_joined() -> None:
    text = card("N:Lefè", " vre;Z", "\toé", "EMAIL:zoe@", "  example.org"[1:])
    assert read(text).people[0].email == ZOE
    assert read(text).people[0].fields["last_name"] == "Lefèvre"


@pytest.mark.parametrize(
    "emails",
    [
        [f"EMAIL:{ZOE}", "EMAIL:b@example.org"],
        ["EMAIL;TYPE=HOME:b@example.org", f"EMAIL;TYPE=WORK,pref:{ZOE}"],
        ["EMAIL;INTERNET:b@example.org", f"EMAIL;INTERNET;PREF:{ZOE}"],
        ["EMAIL;PREF=2:b@example.org", f"EMAIL;PREF=1:{ZOE}"],
        ["EMAIL;PREF=1:none", f"EMAIL:{ZOE}"],
        [f'EMAIL;X="a:b;c":{ZOE}', "EMAIL:b@example.org"],
    ],
)
def test_the_preferred_address_is_kept_and_the_others_told(emails: list[str]) -> None:
    found = read(card("N:L;Z", *emails))
    assert found.emails == [ZOE]
    assert [(one.code, one.place.line) for one in found.report.problems] == [("card-addresses", 1)]


def test_a_full_name_alone_is_not_cut() -> None:
    assert read(card("FN:Zoé de la Tour", f"EMAIL:{ZOE}")).people[0].fields == {"last_name": "Zoé de la Tour"}


def test_a_backslash_before_a_semicolon_may_be_a_letter() -> None:
    found = read(card("N:a\\\\;b\\;c\\;;d", f"EMAIL:{ZOE}") + card("N:a;b\\", f"EMAIL:{LUC}"))
    assert [one.fields for one in found.people] == [
        {"last_name": "a\\", "first_name": "b;c;"},
        {"last_name": "a", "first_name": "b\\"},
    ]


def test_an_address_is_no_name() -> None:
    assert read(card("N:;;;;", f"FN:{ZOE}", f"EMAIL:{ZOE}")).people[0].fields == {}


def test_a_card_without_address_is_refused() -> None:
    found = read(card(f"EMAIL:{ZOE}") + card("N:Petit;Luc", "TEL:01"))
    assert (found.emails, found.faults) == ([ZOE], [("row-address", 5, 1)])
    assert found.refused[0].cells == ("", "Luc", "Petit", "")


def test_a_card_within_a_card_is_not_a_person() -> None:
    agent = card("EMAIL:agent@example.org", version="2.1").rstrip()
    assert read(card("AGENT:", agent, f"EMAIL:{ZOE}", version="2.1")).emails == [ZOE]


@pytest.mark.parametrize("cut", [f"BEGIN:VCARD\nEMAIL:{LUC}\n", f"BEGIN:VCARD\nEMAIL:{LUC}\nEND:VCA"])
def test_a_card_never_closed_is_refused(cut: str) -> None:
    found = read(card(f"EMAIL:{ZOE}") + cut)
    assert (found.emails, found.faults) == ([ZOE], [("card-open", 5, 1)])
    assert read(f"{cut}\n{card(f'EMAIL:{ZOE}')}").faults == [("card-open", 1, 1)]


def test_pictures_are_passed_over() -> None:
    folded = "PHOTO;ENCODING=b:" + "\r\n ".join(["QUJD" * 18] * 3_000)
    long = "PHOTO;ENCODING=b:" + "QUJD" * 100_000
    bare = "PHOTO;BASE64:\r\n" + "\r\n".join(["QUJD" * 18] * 3_000) + "\r\n"
    text = card(folded, long, bare, f"EMAIL:{ZOE}") + card(f"EMAIL:{LUC}")
    assert read(text).emails == [ZOE, LUC]


def test_hostile_sizes() -> None:
    many = [f"EMAIL:a{number}@example.org" for number in range(5_000)]
    found = read(card("N:" + ";" * 100_000, "FN:" + "x" * 100_000, f"EMAIL:{ZOE}", *many))
    assert found.faults == [("row-too-long", 1, 3)]
    assert found.report.problems[1].message.values["count"] == 5_000


def test_csv_injection_and_controls_are_found_as_in_csv() -> None:
    found = read(card("N:=cmd;Zoé", f"EMAIL:{ZOE}") + card("N:a\x01;b", f"EMAIL:{LUC}"))
    assert found.report.counts == {"row-formula": 1, "row-letter": 1}


@given(st.text(alphabet=st.sampled_from(list('BEGIN:VCARD\r\n \t;=\\,NEMAIL@.x"é'))))
def test_any_text_after_a_beginning_is_read(rest: str) -> None:
    read("BEGIN:VCARD\n" + rest)
