"""The texts that the cells of an XLSX workbook share, and how a text is written (ECMA-376, part 1, 18.4)."""

import re

from mailer.people.sheets.archive import Archive
from mailer.people.sheets.elements import listen
from mailer.words import Text

MOST_TEXTS = 128 * 1024 * 1024  # characters of all shared strings
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a control character (part 1, 22.9.2.19)


def shared_texts(archive: Archive, part: str, *, most: int) -> list[str]:
    """The shared strings, in their order; none where there is no such part."""
    if part not in archive.names:
        return []
    texts = _Texts(archive, most)
    for _ in listen(archive, archive.blocks(part), texts):
        pass
    return texts.found


def plain(text: str) -> str:
    """A text as it was typed: `_x000D_` stands for a control."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)


class _Texts:
    """Shared strings: `si`, with `t` alone or in runs `r`; what tells how to pronounce them is left aside."""

    def __init__(self, archive: Archive, most: int) -> None:
        self.found: list[str] = []
        self._archive, self._most = archive, most
        self._pieces: list[str] = []
        self._in_text, self._aside, self._size = False, False, 0

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "t":
            self._in_text = not self._aside
        elif name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self.found.append(plain("".join(self._pieces)))

    def text(self, text: str) -> None:
        if self._in_text:
            self._size += len(text)
            if self._size > self._most:
                raise self._archive.too_large(Text("this workbook holds too many words"))
            self._pieces.append(text)
