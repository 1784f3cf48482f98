"""Telling a row that no database would take from a database that takes none: a full disk, a lock, a lost connection."""

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

# What PostgreSQL says of data: wrong values, broken rules, more than fits, values of another type (SQLSTATE).
OF_DATA = ("22", "23", "54", "42804")
# What SQLite's driver says of values that no column holds.
OF_VALUES = (sqlite3.InterfaceError, sqlite3.ProgrammingError)


def is_of_a_row(fault: Exception) -> bool:
    """Whether it lies in what was to be written."""
    if isinstance(fault, DBAPIError):
        code = getattr(fault.orig, "sqlstate", None) or ""
        return (
            isinstance(fault, IntegrityError | DataError)
            or isinstance(fault.orig, OF_VALUES)
            or code.startswith(OF_DATA)
        )
    return isinstance(fault, StatementError | ValueError | OverflowError | RecursionError)


def said(fault: Exception) -> str:
    """The reason on one line."""
    reason = str(getattr(fault, "orig", None) or fault).strip() or type(fault).__name__
    return f"the database did not take it: {reason.splitlines()[0][:200]}"
