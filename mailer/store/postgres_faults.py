"""What PostgreSQL and libpq say, in words for people; never with a password."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from mailer.errors import LaterError, MailerError, UsageError
from mailer.store.driver import BrokenOffError
from mailer.words import Text

# A refusal to connect carries no SQLSTATE (libpq gives a text, in the server's language): what somebody
# must mend is told by its words; anything else is taken for something that passes.
_TO_MEND = re.compile(
    r"password|authenti|no pg_hba|does not exist|n'existe pas|n’existe pas|mot de passe|certificate|"
    r"not permitted|permission|SSL (?:connection is required|was required)|does not support SSL|"
    r"invalid (?:integer|sslmode|port)|passwor",
    re.IGNORECASE,
)
_GONE = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25006", "53300", "57P04")
_OVERTAKEN = ("40",)  # a deadlock, a serialization failure: nothing of the transaction was done
_FULL = ("53100", "53200", "53400", "54000")


@contextmanager
def speaking(name: str, *, rules: Callable[[str], Exception] | None = None) -> Iterator[None]:
    """What PostgreSQL says of the database `name`, in words for people; a broken rule as `rules` makes it."""
    try:
        yield
    except psycopg.IntegrityError as fault:
        raise (rules(_first_line(fault)) if rules else said(name, fault)) from fault
    except psycopg.Error as fault:
        raise said(name, fault) from fault


def said(name: str, fault: psycopg.Error, *, committing: bool = False) -> MailerError:
    """The error for a failed statement or, when `committing`, for a COMMIT whose answer did not come."""
    state = fault.sqlstate
    if state is None and isinstance(fault, psycopg.OperationalError):
        return _away(name, undone=not committing)
    if state is None:
        return _failed(name, fault)
    if state.startswith(_GONE):
        return _away(name, undone=not committing or state == "25006")
    if state.startswith(_OVERTAKEN):
        return BrokenOffError(
            Text("others were at work on the same rows of {database}: try again", database=name), undone=True
        )
    if state.startswith(_FULL):
        return LaterError(
            Text("the disk or the memory of {database} is full: make room, then try again", database=name)
        )
    match state:
        case "55P03":
            return LaterError(
                Text("another program keeps {database} locked: try again in a while", database=name)
            )
        case "57014":
            return LaterError(
                Text("{database} broke off what lasted too long: try again in a while", database=name)
            )
        case "42501":
            return UsageError(
                Text(
                    "this user may not work in {database} ({reason}): make the user the database's owner",
                    database=name,
                    reason=_first_line(fault),
                )
            )
        case "42P01" | "42703":
            return UsageError(
                Text(
                    "{database} is another program's database, or its tables were changed ({reason})",
                    database=name,
                    reason=_first_line(fault),
                )
            )
    return _failed(name, fault)


def refused(name: str, fault: psycopg.Error) -> MailerError:
    """The error for a connection that was not made."""
    reason = _reason(fault)
    if isinstance(fault, errors.ProgrammingError) or _TO_MEND.search(reason):
        return UsageError(
            Text(
                "{database} cannot be opened ({reason}): look at url under [database]; a password may also "
                "stand in PGPASSWORD",
                database=name,
                reason=reason,
            )
        )
    return BrokenOffError(
        Text("{database} cannot be reached ({reason}): try again", database=name, reason=reason), undone=True
    )


def _away(name: str, *, undone: bool) -> BrokenOffError:
    if undone:
        return BrokenOffError(Text("the connection with {database} was lost", database=name), undone=True)
    return BrokenOffError(
        Text(
            "the connection with {database} was lost before it said whether the last change is kept",
            database=name,
        ),
        undone=False,
    )


def _failed(name: str, fault: psycopg.Error) -> MailerError:
    return MailerError(Text("the database {file} failed: {reason}", file=name, reason=_first_line(fault)))


def _reason(fault: psycopg.Error) -> str:
    """libpq's own words, after the address it names itself."""
    line = _first_line(fault)
    return line.rpartition("FATAL:")[2].strip() or line


def _first_line(fault: psycopg.Error) -> str:
    """Its first line: the next ones may quote the row that failed, which is about a person."""
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
