"""Taking records in batches, each in a transaction; where one record spoils its batch, it alone is refused."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from portal.extensions import begin_write, db

# What PostgreSQL says of data: wrong values, broken rules, more than fits (classes 22, 23 and 54 of SQLSTATE).
OF_DATA = ("22", "23", "54")


def take_in_parts(
    batch: list[Any],
    take: Callable[[list[Any]], None],
    refuse: Callable[[Any, str], None],
    forget: Callable[[], None],
) -> None:
    """Take the batch whole, or in halves down to the record that the database, or our own code, does not take.

    `take` acts and commits; `forget` is told of what was rolled back. What is no fault of a record (a full disk, a
    lock, a lost connection) is raised.
    """
    begin_write()
    try:
        take(batch)
    except Exception as fault:
        db.session.rollback()
        forget()
        if not _is_of_a_record(fault):
            raise
        why = _said(fault)
    else:
        return
    if len(batch) == 1:
        refuse(batch[0], why)
        return
    middle = len(batch) // 2
    take_in_parts(batch[:middle], take, refuse, forget)
    take_in_parts(batch[middle:], take, refuse, forget)


def _is_of_a_record(fault: Exception) -> bool:
    if isinstance(fault, DBAPIError):
        code = getattr(fault.orig, "sqlstate", None) or ""
        return isinstance(fault, IntegrityError | DataError) or code.startswith(OF_DATA)
    return isinstance(fault, StatementError | ValueError | OverflowError | RecursionError)


def _said(fault: Exception) -> str:
    reason = str(getattr(fault, "orig", None) or fault).strip() or type(fault).__name__
    return f"the database did not take it: {reason.splitlines()[0][:200]}"
