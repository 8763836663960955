"""People: a members' file in, checked people and refusals out; and the file written for others.

Pure: an open file comes as an argument, nothing is looked up, nothing is stored. Memory does not grow
with the file, but for 16 bytes a person that tell duplicates (`seen`).
"""

from mailer.people.cells import clean, guard, unguard
from mailer.people.exporting import write_people, write_refused, write_table
from mailer.people.formats import FORMATS, SUFFIXES, written
from mailer.people.reading import Reading, read_people
from mailer.people.report import Column, Refused, Report
from mailer.people.sheets.writing import write_ods

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Column",
    "Reading",
    "Refused",
    "Report",
    "clean",
    "guard",
    "read_people",
    "unguard",
    "write_ods",
    "write_people",
    "write_refused",
    "write_table",
    "written",
]
