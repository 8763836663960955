"""The spreadsheet is one that other programs open: read here by the standard's own names."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree

from mailer.people import write_ods

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ROWS = [["avis", "=1+1", "12"], ["<b>&\"'", "deux\nlignes", ""], ["\x00\x1b", "007", "1" * 20]]


def cells(content: bytes) -> list[list[tuple[str, str]]]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        tree = ElementTree.fromstring(archive.read("content.xml"))
    [table] = tree.iter(f"{TABLE}table")
    return [
        [
            (str(cell.get(f"{OFFICE}value-type")), "\n".join(one.text or "" for one in cell.iter(f"{TEXT}p")))
            for cell in row.iter(f"{TABLE}table-cell")
        ]
        for row in table.iter(f"{TABLE}table-row")
    ]


def test_texts_are_texts_and_numbers_are_numbers() -> None:
    found = cells(write_ods("Résultats", ["a", "b", "c"], ROWS, numbers=True))
    assert found[0] == [("string", "a"), ("string", "b"), ("string", "c")]
    assert found[1] == [("string", "avis"), ("string", "=1+1"), ("float", "12")]
    assert found[2] == [("string", "<b>&\"'"), ("string", "deux\nlignes"), ("string", "")]
    assert found[3] == [("string", ""), ("float", "007"), ("string", "1" * 20)]


def test_it_begins_with_its_type() -> None:
    content = write_ods("x", ["a"], [])
    with zipfile.ZipFile(BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read(first) == b"application/vnd.oasis.opendocument.spreadsheet"
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        listed = archive.read("META-INF/manifest.xml").decode()
    assert 'manifest:full-path="content.xml"' in listed
    assert content == write_ods("x", ["a"], [])
