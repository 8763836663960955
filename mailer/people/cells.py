"""Cells: what spreadsheets add to a text and take from it; formulas made harmless, and back."""

import re
import unicodedata

LONGEST_CELL = 1_000  # characters

# A spreadsheet runs what begins so (security.md: phpList CVE-2021-3188; OWASP, "CSV Injection").
FORMULA_MARKS = "=+-@\t\r\n＝＋－＠"
_TO_GUARD = re.compile(f"'*[{re.escape(FORMULA_MARKS)}]")
_TO_UNGUARD = re.compile(f"'+[{re.escape(FORMULA_MARKS)}]")

# No text of a person: NUL and other controls, halves of characters, non-characters; � is a letter lost.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd\ufffe\uffff]")

# Invisible letters that copying brings: they go; lines and odd spaces become plain ones. The joiners
# U+200C and U+200D stay: names are written with them in Persian or Bengali.
_INVISIBLE = (
    *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
)
_SPACES = (0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_CLEANING: dict[int, str | None] = {
    **dict.fromkeys(_INVISIBLE, None),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys((0x0D, 0x2028, 0x2029), "\n"),
}


def guard(cell: str) -> str:
    """The cell as text for any spreadsheet: an apostrophe before what would be a formula.

    One that has apostrophes before such a mark gets one more, so that `unguard` gives back any text.
    """
    return "'" + cell if _TO_GUARD.match(cell) else cell


def unguard(cell: str) -> str:
    """What `guard` was given."""
    return cell[1:] if _TO_UNGUARD.match(cell) else cell


def is_plain(text: str) -> bool:
    """Whether `clean` would only strip spaces from any piece of `text`, and `FORBIDDEN` find nothing."""
    return (
        text.isprintable()
        and (text.isascii() or ("\ufffd" not in text and unicodedata.is_normalized("NFC", text)))
        and len(text) <= LONGEST_CELL
    )


def clean(text: str) -> str:
    """A value as we keep it: nothing invisible, spaces plain and none around, lines ending in LF, NFC.

    What this gives, it leaves alone; `FORBIDDEN` letters stay, to be refused.
    """
    if is_plain(text):
        return text.strip(" ")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_CLEANING).strip())


def value_of(cell: str) -> str:
    """What a cell of a file says: `clean(unguard(cell))`, whatever spaces stand around the guard."""
    return clean(unguard(cell.strip()))


_LANGUAGES = {
    **dict.fromkeys(("fr", "fra", "fre", "francais", "francaise", "french"), "fr"),
    **dict.fromkeys(("en", "eng", "anglais", "anglaise", "english"), "en"),
}


def language(cell: str) -> str:
    """`fr` or `en` for their usual names (`FR`, `fr-FR`, `Français`); empty for any other."""
    plain = unicodedata.normalize("NFKD", cell.casefold())
    word = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _LANGUAGES.get(re.split(r"[-_ (]", word.strip(), maxsplit=1)[0], "")
