"""How values travel to PostgreSQL and back, so that both drivers give the same ones."""

from typing import Any

import psycopg
from psycopg.types.numeric import Int8Dumper, IntLoader
from psycopg.types.string import StrDumper, StrDumperUnknown


class _Text(StrDumperUnknown):
    """PostgreSQL keeps no NUL in a text: the sign for what cannot be shown stands in its place.

    Only strangers' texts hold one, a server's reply or an address asked of the site: a lookup then finds
    nothing.
    """

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class _TextOfArrays(StrDumper):
    """The same, where the type must be said."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


def adapt(connection: "psycopg.Connection[Any]") -> None:
    """Every number is a BIGINT, both ways: a sum is one too, not a Decimal."""
    connection.adapters.register_dumper(str, _TextOfArrays)
    connection.adapters.register_dumper(str, _Text)
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_loader("numeric", IntLoader)
