"""What stands in the way of a command, in words that say what to do."""

import errno
import sqlite3

import click

from portal.database import schema

POSTGRES_DISK_FULL = "53100"


class NotFinished(click.ClickException):
    """A command that did not come to its end, and what to do."""

    exit_code = 2


def trouble(problem: Exception) -> str:
    """Why the disk or the database did not take it."""
    reason = getattr(problem, "orig", problem)
    if isinstance(reason, OSError) and reason.errno == errno.EFBIG:
        return "its disk takes no file that large. Name a place on another disk."
    if _is_of_a_full_disk(reason):
        return "the disk is full. Make room on it, then run the same command again; or name a place on another disk."
    code = getattr(reason, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another process is writing to the database all the time. Wait until it is done, then try again."
    if code == sqlite3.SQLITE_READONLY:
        return f"the database may not be written to ({reason}). Run this as the user whose file it is."
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"the disk of the database is full, or fails ({reason}). Make room on it, then run the same command again."
        )
    if isinstance(reason, OSError):
        return f"{reason}. Check that the folder is there and that you may write to it."
    return f"the database did not take it: {str(reason).strip().rstrip('.')}."


def _is_of_a_full_disk(problem: BaseException) -> bool:
    if isinstance(problem, sqlite3.Error):
        return getattr(problem, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(problem, "sqlstate", None) == POSTGRES_DISK_FULL


def up_to_date() -> None:
    """Refuse to act on tables of another version."""
    missing = schema.behind()
    if missing:
        raise click.ClickException(f"Run `flask db upgrade` first: {missing}.")
