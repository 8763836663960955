"""A condition of a segment as PostgreSQL reads it."""

from mailer.fields import LONGEST_NUMBER, NUMBER
from mailer.segments import tree
from mailer.store.clauses import Writer, pattern


class PostgresWriter(Writer):
    """Regular expressions, in brackets of letters; texts that are compared are so byte by byte."""

    def own(self, name: str) -> str:
        return f"(CAST(s.fields AS jsonb) ->> {self._value(name)})"

    def like(self, value: str, manner: tree.Manner, text: str) -> str:
        inside = pattern(text, _escaped)
        before = "" if manner == "contains" else "^"
        after = "$" if manner == "is" else ""
        return f'{value} COLLATE "C" ~ {self._value(f"{before}{inside}{after}")}'

    def counts(self, name: str, order: tree.Order, number: str) -> str:
        value, shape = self.own(name), self._value(f"^{NUMBER}$")
        given = f"CAST({self._value(number)} AS text)"  # it may stand elsewhere too, as a text
        return (
            f"CASE WHEN length({value}) <= {LONGEST_NUMBER} AND {value} ~ {shape}"
            f" THEN CAST({value} AS numeric) {order} CAST({given} AS numeric) END"
        )

    def dates(self, name: str, order: tree.Order, day: str) -> str:
        value, shape = self.own(name), self._value("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return f'{value} ~ {shape} AND {value} COLLATE "C" {order} {self._value(day)}'


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in "\\^$.|?*+()[]{}-" else letter
