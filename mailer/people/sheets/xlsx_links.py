"""Where the words of an XLSX sheet lead: its links, which stand after the rows (ECMA-376, part 1, 18.3)."""

import re
from html import unescape
from urllib.parse import unquote

from mailer.people.sheets.archive import Archive
from mailer.people.sheets.grid import mailto
from mailer.people.sheets.xlsx_parts import relations

_LONGEST_TAIL = 16 * 1024 * 1024  # bytes after the rows: links and the like
_ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\b([^>]*)>")
_VALUE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def addresses_behind(archive: Archive, part: str) -> dict[str, str]:
    """Cell (`B2`) -> address, of the mailto: links of a sheet."""
    tail = _tail(archive, part)
    if b"hyperlink" not in tail:
        return {}
    named = {one.name: one.target for one in relations(archive, part) or ()}
    found = {}
    for link in _LINK.finditer(tail):
        values = {
            key.decode("ascii", "replace").rpartition(":")[2]: (one or other).decode("utf-8", "replace")
            for key, one, other in _VALUE.findall(link.group(1))
        }
        if address := mailto(unquote(unescape(named.get(values.get("id", ""), "")))):
            found[values.get("ref", "").partition(":")[0]] = address
    return found


def _tail(archive: Archive, part: str) -> bytes:
    """What follows the rows."""
    kept, begun = b"", False
    for block in archive.blocks(part):
        kept += block
        if not begun and (end := _ROWS_END.search(kept)):
            kept, begun = kept[end.end() :], True
        if not begun:
            kept = kept[-60:]  # the end may stand where two blocks meet
        elif len(kept) > _LONGEST_TAIL:
            raise archive.damaged()
    return kept if begun else b""
