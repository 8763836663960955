"""What a number of a sheet means: a date, a postcode with zeros, or itself (ECMA-376, part 1, 18.8.30)."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

# Of Excel itself: dates and times, and those of its East Asian editions.
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_SAID = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')  # words, colours and conditions, spaces
_ZEROS = re.compile(r"0{2,15}")
DATE = "date"
_MOST_STYLES = 100_000


class Formats:
    """The number format of each style of cells: `DATE`, the width of numbers with their zeros, or nothing."""

    def __init__(self, styles: Sequence[tuple[str, dict[str, str]]], *, since_1904: bool) -> None:
        codes: dict[str, str] = {}
        within: str = ""
        self._found: list[str | int] = []
        for name, values in styles:
            if name == "numFmt":
                codes[values.get("numFmtId", "")] = values.get("formatCode", "")
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                within = name
            elif name == "xf" and within == "cellXfs" and len(self._found) < _MOST_STYLES:
                self._found.append(_meaning(values.get("numFmtId", "0"), codes))
        self._epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001

    def of(self, style: int) -> "str | int | datetime":
        """What numbers of this style are: their epoch if they are dates, their width, or an empty text."""
        meaning = self._found[style] if style < len(self._found) else ""
        return self._epoch if meaning == DATE else meaning


def _meaning(number: str, codes: dict[str, str]) -> str | int:
    code = codes.get(number)
    if code is None:
        return DATE if number.isascii() and number.isdecimal() and int(number[:6]) in _DATES else ""
    bare = _NOT_SAID.sub("", code.partition(";")[0]).strip()
    if _ZEROS.fullmatch(bare):
        return len(bare)
    return DATE if re.search(r"[dmyhs]", bare, re.IGNORECASE) and "general" not in bare.lower() else ""


def number_text(text: str, meaning: "str | int | datetime") -> str:
    """A number as a person reads it: 75001, not 75001.0; with its zeros; or a date."""
    try:
        value = float(text)
    except ValueError:
        return text
    if isinstance(meaning, datetime):
        return _date(value, meaning)
    if not value.is_integer() or abs(value) >= 1e15:
        return text
    whole = str(int(value))
    return whole.rjust(meaning, "0") if isinstance(meaning, int) and value >= 0 else whole


def _date(value: float, epoch: datetime) -> str:
    """A count of days; Excel believes that 1900 had a 29 February, hence an epoch two days early."""
    if not 0 <= value < 2_958_466:  # the year 10000
        return str(value)
    moment = epoch + timedelta(seconds=round(value * 86_400))
    if value < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if moment.time() == datetime.min.time() else f"{moment:%Y-%m-%d %H:%M}"
