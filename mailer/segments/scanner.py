"""Where a segment's text is being read: one thing taken after another, blanks passed over."""

import re

_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r"\w+(?:-\w+)*")
_WHATEVER = re.compile(r"\w[\w:-]*|\S")


class Scanner:
    """The text, and how far it was read; `last` is where what was taken last begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.last = 0

    def _skip(self) -> int:
        found = _BLANKS.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return self._at

    def at_end(self) -> bool:
        """Whether nothing follows."""
        return self._skip() == len(self._text)

    def here(self) -> tuple[int, str]:
        """Where the next thing begins, and what it seems to be."""
        at = self._skip()
        found = _WHATEVER.match(self._text, at)
        return at, found.group()[:40] if found else ""

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The next thing, if it is such a one."""
        found = pattern.match(self._text, self._skip())
        if found is not None:
            self.last, self._at = found.start(), found.end()
        return found

    def sees(self, pattern: re.Pattern[str]) -> bool:
        """Whether such a thing comes next; it is left there."""
        return pattern.match(self._text, self._skip()) is not None

    def mark(self, mark: str) -> bool:
        """Whether the next letter is this one; it is taken."""
        if not self._text.startswith(mark, self._skip()):
            return False
        self.last, self._at = self._at, self._at + len(mark)
        return True

    def word(self, word: str) -> bool:
        """Whether the next word is this one, in any case; it is taken."""
        return self.words(word)

    def words(self, *words: str) -> bool:
        """Whether these words come next, in this order; all are taken, or none."""
        start = self._at
        first = self._skip()
        for word in words:
            found = _WORD.match(self._text, self._skip())
            if found is None or found.group().casefold() != word:
                self._at = start
                return False
            self._at = found.end()
        self.last = first
        return True
