"""XML as it comes, for parts of a workbook: elements and texts by local name; no entity, no DTD, no outside.

expat never follows an external entity by itself; a document type, which no workbook has, ends the reading,
so that no entity of its own can grow either (XXE, "billion laughs").
"""

from collections.abc import Iterable, Iterator
from typing import Protocol
from xml.parsers import expat

from mailer.people.sheets.archive import Archive

_LONGEST_TOKEN = 4 * 1024 * 1024  # bytes; expat looks at an unfinished one again with each block


class Listener(Protocol):
    """What is told of each element: its name without prefix, its attributes likewise."""

    def start(self, name: str, values: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """A piece of text."""


class _DoctypeError(Exception):
    pass


def listen(archive: Archive, blocks: Iterable[bytes], listener: Listener) -> Iterator[None]:
    """Tell `listener` what the blocks hold; a step each. FaultsError: no XML, or with a document type."""
    names: dict[str, str] = {}

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = name.rpartition(":")[2]
            if len(names) < 1000:
                names[name] = found
        return found

    def start(name: str, values: dict[str, str]) -> None:
        for key in values:
            if ":" in key:
                values = {local(one): value for one, value in values.items()}
                break
        listener.start(local(name), values)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: listener.end(local(name))
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    try:
        for block in blocks:
            parser.Parse(block)
            fed += len(block)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise archive.damaged()
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, _DoctypeError, ValueError, LookupError) as fault:
        raise archive.damaged() from fault


def _refuse_doctype(*_: object) -> None:
    raise _DoctypeError
