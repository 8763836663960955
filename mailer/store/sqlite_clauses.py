"""A condition of a segment as SQLite reads it: own fields as our JSON lies there, without taking it apart.

`bringing.columns` writes that JSON, sorted, one way. A call of a function costs 0.1 µs for each person and
json_extract three times as much, so what a condition asks first is rough: false of most people, never of
those who are meant. What is exact comes behind it, for the few who are left.
"""

import json

from mailer.fields import LONGEST_NUMBER
from mailer.segments import tree
from mailer.segments.folding import variants
from mailer.store.clauses import Apart, Writer, pattern

_DIGIT = "[0-9]"
_AROUND = {"is": ("", ""), "starts": ("", "*"), "contains": ("*", "*")}
_ABROAD = "\x80-\U0010ffff"  # whatever is not ASCII


class SqliteWriter(Writer):
    """GLOB has classes of letters, in Unicode, and no meaning for letters outside them but `*` and `?`."""

    anywhere = (
        "SELECT m.subscriber FROM membership m"
        " WHERE m.subscriber BETWEEN :first AND :last AND m.state = 'subscribed'"
    )

    def meant(self, node: tree.Node) -> str:
        """A query of the numbers of those of whom a tree is true, in their order."""
        return f"SELECT s.id FROM subscriber s WHERE s.id BETWEEN :first AND :last AND {self.write(node)}"  # noqa: S608  ours

    def numbers(self, node: Apart) -> str:
        """The same of a condition that a person's own row does not tell."""
        table, number, which = self.apart(node)
        if isinstance(node, tree.Joined):
            which = (
                f"+{which}"  # all memberships are read in their order, sooner than each looked up in an index
            )
        return f"SELECT {number} FROM {table} WHERE {number} BETWEEN :first AND :last AND {which}"  # noqa: S608  ours

    def own(self, name: str) -> str:
        return f"json_extract(s.fields, {self._value(f'$.{name}')})"

    def filled(self, name: str) -> str:
        return self._glob(f"{_written(name)}*")

    def says(self, name: str, manner: tree.Manner, text: str) -> str:
        inside = json.dumps(text, ensure_ascii=False)[1:-1]
        if manner == "contains":
            return self._contains(name, inside, text)
        end = '"*' if manner == "is" else "*"
        rough = self._glob(f"*{_tail(name)}{_rough(inside)}{end}")
        return f"{rough} AND {self._glob(f'{_written(name)}{pattern(inside, _globbed)}{end}')}"

    def _contains(self, name: str, inside: str, text: str) -> str:
        """What is rough may go on into the next field."""
        tail = _tail(name)
        rough = f"s.fields LIKE {self._value(f'%{tail}%{_spelled(inside)}%')}"
        wide = f"{_abroad('s.fields')} AND {self._glob(f'*{tail}*{_rough(inside)}*')}"
        return f"({rough} OR ({wide})) AND {self.like(self.own(name), 'contains', text)}"

    def like(self, value: str, manner: tree.Manner, text: str) -> str:
        """In ASCII first; where the value is not all of that, with whatever else is the same letter."""
        before, after = _AROUND[manner]
        spelled = _spelled(text)
        rough = f"{value} LIKE {self._value(_liked(before) + spelled + _liked(after))}"
        wide = f"{value} GLOB {self._value(f'{before}{_rough(text)}{after}')}"
        exact = f"{value} GLOB {self._value(f'{before}{pattern(text, _globbed)}{after}')}"
        if "_" in spelled:
            return f"({rough} OR {_abroad(value)}) AND {wide} AND {exact}"
        return f"({rough} OR ({_abroad(value)} AND {wide} AND {exact}))"

    def counts(self, name: str, order: tree.Order, number: str) -> str:
        """Compared first, as whatever stands there begins; then whether that is a number at all."""
        begins = f"CAST({self._piece(name, LONGEST_NUMBER + 1)} AS REAL)"
        digits = _DIGIT * len(number.lstrip("-").partition(".")[0])
        usual = (self._glob(f'{_written(name)}{digits}{end}"*') for end in ("", f".{_DIGIT}"))
        is_one = " OR ".join((*usual, self._is_number(name)))
        return f"{begins} {order} {self._value(float(number))} AND ({is_one})"

    def dates(self, name: str, order: tree.Order, day: str) -> str:
        shape = f'{_written(name)}{_DIGIT * 4}-{_DIGIT * 2}-{_DIGIT * 2}"*'
        return f"{self._piece(name, len(day))} {order} {self._value(day)} AND {self._glob(shape)}"

    def _is_number(self, name: str) -> str:
        value = self.own(name)  # taken out of the JSON each time it is named
        return (
            f"({self.filled(name)} AND length({value}) <= {LONGEST_NUMBER} AND {value} NOT GLOB '*[^0-9.-]*'"
            f" AND {value} GLOB '*[0-9]' AND {value} NOT GLOB '?*-*' AND {value} NOT GLOB '*.*.*'"
            f" AND ltrim({value}, '-') NOT GLOB '.*')"
        )

    def _piece(self, name: str, length: int) -> str:
        """So much of an own field, and of what follows it; of one that is empty, anything."""
        key = _key(name)
        begins = f"instr(s.fields, {self._value(key)}) + {self._value(len(key))}"
        return f"substr(s.fields, {begins}, {self._value(length)})"

    def _glob(self, whole: str) -> str:
        return f"s.fields GLOB {self._value(whole)}"


def _abroad(value: str) -> str:
    """Whether anything in it is not ASCII."""
    return f"length({value}) <> length(CAST({value} AS BLOB))"


def _liked(star: str) -> str:
    return star.replace("*", "%")


def _key(name: str) -> str:
    """What stands before the value of an own field that is filled.

    Inside a value each quote has a backslash before it, so this is found nowhere else.
    """
    return f'"{name}": "'


def _tail(name: str) -> str:
    """The same of any field whose name ends so: quotes are frequent, and each is a place to begin at."""
    return _key(name)[1:]


def _written(name: str) -> str:
    return f"*{_key(name)}"


def _rough(text: str) -> str:
    """A pattern of GLOB that says of a letter no more than how it is written in ASCII, or that it is not."""
    return "".join(_of_ascii(letter) for letter in text)


def _of_ascii(letter: str) -> str:
    same = variants(letter)
    if len(same) == 1:
        return _globbed(letter)
    return f"[{''.join(filter(str.isascii, same))}{_ABROAD}]"


def _spelled(text: str) -> str:
    """A pattern of LIKE for the same text in ASCII; LIKE does not mind the case of such letters."""
    return "".join(_plainly(letter) for letter in text)


def _plainly(letter: str) -> str:
    plain = {same.lower() for same in variants(letter) if same.isascii() and same not in "%_"}
    return plain.pop() if len(plain) == 1 else "_"


def _globbed(letter: str) -> str:
    return f"[{letter}]" if letter in "*?[" else letter
