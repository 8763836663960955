"""Workbooks (XLSX, ODS) as rows of texts: read as a stream, one sheet, nothing of it trusted.

Our own, on the standard library's zip and expat: docs/decisions/0031-workbooks-read-by-hand.md says why.
"""

from mailer.people.sheets.choosing import Sheets, choose

__all__ = ["Sheets", "choose"]
