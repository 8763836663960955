"""What is odd in a row of a workbook, whichever kind it is."""

from mailer.findings import Finding, Place, warning
from mailer.words import Text


def cell_fault(place: Place, fault: str) -> Finding:
    """A formula that could not be computed."""
    message = Text("this cell shows a fault of a formula, {fault}", fault=fault[:20])
    return warning("cell-fault", place, message, Text("mend the formula; the cell is left empty"))


def hidden_row(file: str, line: int) -> Finding:
    """The warning for rows that a filter hides."""
    message = Text("this row is hidden in the workbook; it is read, and so are others like it")
    return warning("sheet-hidden-row", Place(file, line), message, Text("delete the hidden rows, or go on"))


def behind_a_word(file: str, line: int, column: int) -> Finding:
    """The warning for addresses that stand in links."""
    message = Text("the address is read from the link behind the word, here first")
    cure = Text("look whether this is theirs, or write it in a column 'email'")
    return warning("cell-link", Place(file, line, column), message, cure)
