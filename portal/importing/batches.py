"""Taking records in batches, each in a transaction; where one record spoils its batch, it alone is refused."""

from collections.abc import Callable
from typing import Any

from portal.database.row_faults import is_of_a_row, said
from portal.database.writing import begin_write
from portal.extensions import db


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
        if not is_of_a_row(fault):
            raise
        why = said(fault)
    else:
        return
    if len(batch) == 1:
        refuse(batch[0], why)
        return
    middle = len(batch) // 2
    take_in_parts(batch[:middle], take, refuse, forget)
    take_in_parts(batch[middle:], take, refuse, forget)
