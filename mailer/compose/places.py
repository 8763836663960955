"""Places: where what a campaign says stands in its file, for who must mend it."""

from collections.abc import Sequence
from urllib.parse import unquote

from mailer.findings import Place


class Places:
    """The lines of one body as its author typed them; the first is `first_line` of `file`."""

    def __init__(self, file: str, lines: Sequence[str], first_line: int) -> None:
        self._file, self._lines, self._first = file, lines, first_line
        self._searched: Place | None = None  # the paragraph in which the last address was found, and its line
        self._found = 0

    def of_line(self, at: int) -> Place:
        """Where the line `at`, counted from 0, begins to say something."""
        text = self._lines[at] if at < len(self._lines) else ""
        return Place(self._file, self._first + at, len(text) - len(text.lstrip()) + 1)

    def of_address(self, address: str, block: Place) -> Place:
        """Where an address stands: the first line of its paragraph that holds it, as typed or decoded."""
        start = block.line - self._first
        # Links come in order: the search goes on from the last one found, not from the paragraph's begin.
        begin = self._found if self._searched == block else start
        for at in range(begin, len(self._lines)):
            if at > start and not self._lines[at].strip():
                break
            for wording in (address or "()", unquote(address)):
                column = self._lines[at].find(wording) if wording else -1
                if column >= 0:
                    self._searched, self._found = block, at
                    return Place(self._file, self._first + at, column + 1)
        return block
