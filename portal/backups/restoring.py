"""Bringing a portal back from a backup: all of it or nothing; nobody gets old mail, and everybody signs in again."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import sqlalchemy
from flask import current_app
from sqlalchemy import JSON, Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups import archive, interrupts, progress, quieting
from portal.backups.archive import Manifest, Table
from portal.database import row_faults, schema
from portal.database.types import UTCDateTime
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.pictures import uploads

CHUNK = 2000
PATIENCE, PATIENCE_AFTER_COMMIT = 2.0, 10.0
KINDS: dict[str, Any] = {
    "moment": UTCDateTime(),
    "day": sqlalchemy.types.Date(),
    "json": JSON(none_as_null=True).with_variant(sqlalchemy.dialects.postgresql.JSONB(none_as_null=True), "postgresql"),
    "plain": sqlalchemy.types.NullType(),
}


class Refused(Exception):
    """Why nothing was restored; the message says what to do next."""


class Unknown(Exception):
    """The database went away as it was told to keep all of it; the message says what to do next."""


def restore(file: Path, replace: bool = False) -> tuple[Manifest, quieting.Outcome]:
    """Bring back what `file` holds, after verifying all of it. Where anything fails, all is as it was before.

    Raises Damaged or Refused before anything is touched: over a portal that runs, or that has people or ideas in it
    unless `replace`. Raises Unknown where the database went away before it said whether it kept what it was given.
    """
    with archive.opened(file) as (zipped, manifest):
        _refuse_newer(manifest)
        _refuse_while_it_runs()
        if not replace:
            _refuse_over_others(manifest)
        added = _bring_files(zipped, manifest)
        try:
            begin_write(rebuilds=True)
            _bring_tables(zipped, manifest, db.session.connection())
            outcome = quieting.quieten(manifest.made_at)
            interrupts.no_more()
            _commit(outcome)
        except Unknown:
            raise
        except BaseException:
            db.session.rollback()
            _take_away(added)
            raise
    _clear_away(manifest)
    return manifest, outcome


def _refuse_newer(manifest: Manifest) -> None:
    if not schema.knows(manifest.schema):
        raise Refused(
            f"The backup's tables are at {manifest.schema or 'no revision'}, which this portal does not know: it was "
            "made by a newer one. Bring this portal up to that version, then restore."
        )


def _refuse_while_it_runs() -> None:
    """Nobody else may be at the tables: what a running server holds in memory would be of another portal."""
    db.session.rollback()
    db.engine.dispose()
    deadline = time.monotonic() + PATIENCE
    while _others():
        if time.monotonic() > deadline:
            raise Refused(
                "The portal is running: other processes have its database open. "
                "Stop its web servers and workers, then restore."
            )
        time.sleep(0.1)


def _others() -> bool:
    if db.engine.dialect.name == "sqlite":
        return _sqlite_is_open(Path(str(db.engine.url.database)))
    ours = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with db.engine.connect() as connection:
        return bool(connection.scalar(text(ours)))


def _sqlite_is_open(file: Path) -> bool:
    """Whether anybody has this database open: only who is alone may leave WAL, to which the next connection returns."""
    if not file.exists():
        return False
    with closing(sqlite3.connect(file, timeout=0)) as alone:
        try:
            return alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete"
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return True
            raise


def _refuse_over_others(manifest: Manifest) -> None:
    with db.engine.connect() as connection:
        there = [model for model in (User, Idea) if inspect(connection).has_table(model.__tablename__)]
        people_or_ideas = any(connection.scalar(select(func.count()).select_from(model)) for model in there)
        last = (
            people_or_ideas
            and connection.execute(
                select(Event.action, Event.facts, Event.created_at).order_by(Event.id.desc()).limit(1)
            ).first()
        )
    if last and last.action == Action.PORTAL_RESTORED and last.facts["made_at"] == manifest.made_at:
        raise Refused(
            f"This backup was restored here already, all of it, on {last.created_at:%Y-%m-%d at %H:%M:%S} UTC. "
            "Start the portal; or say --replace to restore it once more."
        )
    if people_or_ideas:
        raise Refused(
            "This portal has people or ideas in it: restoring would end all that. Back it up first (`flask backup`), "
            "then say --replace; or restore into an empty one (another DATABASE_URL and DATA_DIR)."
        )


def _bring_files(zipped: ZipFile, manifest: Manifest) -> set[str]:
    """Lay the files beside those that are there; gives the keys that were not. Keys are random: none means another."""
    before, added = set(uploads.stored()), set[str]()
    try:
        with progress.bar("Restoring", len(manifest.keys), " pictures") as bar:
            for key in manifest.keys:
                if key not in before:
                    added.add(key)
                _bring_file(zipped, key)
                bar.update()
    except BaseException:
        _take_away(added)
        raise
    return added


def _bring_file(zipped: ZipFile, key: str) -> None:
    target = uploads.path(key)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    try:
        with zipped.open(f"uploads/{key}") as content, half.open("wb") as out:
            shutil.copyfileobj(content, out, archive.BLOCK)
            out.flush()
            os.fsync(out.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _take_away(keys: set[str]) -> None:
    """Remove what was laid there; what cannot be removed keeps no other there, and hides no reason."""
    for key in keys:
        with suppress(OSError):
            uploads.delete(key)


def _commit(outcome: quieting.Outcome) -> None:
    """Commit. Where the answer to that is lost, look whether all was kept, before any file of it is taken away."""
    try:
        db.session.commit()
    except OperationalError as problem:
        if not problem.connection_invalidated:
            raise
        db.session.rollback()
        if not _was_kept(outcome):
            raise


def _was_kept(outcome: quieting.Outcome) -> bool:
    """Whether the tables are those of this restore; raises Unknown where the database does not come back."""
    said = select(Event.id).where(Event.action == Action.PORTAL_RESTORED, Event.created_at == outcome.at)
    deadline = time.monotonic() + PATIENCE_AFTER_COMMIT
    while True:
        try:
            with db.engine.connect() as connection:
                there = inspect(connection).has_table(Event.__tablename__)
                return there and connection.scalar(said) is not None
        except DBAPIError as problem:
            if time.monotonic() > deadline:
                raise Unknown(
                    "The database went away while it was told to keep what was restored, and whether it did is not "
                    "known: all is as in the backup, or all is as it was. Start the database, then run the same "
                    "command again: it completes, or says that all was restored already."
                ) from problem
        time.sleep(0.2)


def _clear_away(manifest: Manifest) -> None:
    """All is back by now: what nothing names any more may go, and is also discarded by a job."""
    with suppress(OSError):
        _take_away(set(uploads.stored()) - set(manifest.keys))
        uploads.discard_halves()


def _bring_tables(zipped: ZipFile, manifest: Manifest, connection: Connection) -> None:
    """Make the tables as they were when the backup was made, fill them, and bring them up to date."""
    from alembic import command

    _drop_tables(connection)
    config = current_app.extensions["migrate"].migrate.get_config()
    config.attributes["connection"] = connection
    command.upgrade(config, manifest.schema)
    for name in reversed(manifest.tables):
        connection.execute(text(f'DELETE FROM "{name}"'))
    with progress.bar("Restoring", sum(table.rows for table in manifest.tables.values()), " rows") as bar:
        for name, table in manifest.tables.items():
            _fill(connection, name, table, archive.lines(zipped, name), bar)
            _number_on(connection, name, table)
    command.upgrade(config, "head")
    schema.refuse_what_hangs_loose(connection)


def _drop_tables(connection: Connection) -> None:
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in inspect(connection).get_table_names():
        connection.execute(text(f'DROP TABLE "{name}"{cascade}'))


def _fill(connection: Connection, name: str, table: Table, lines: Iterator[bytes], bar: Any) -> None:
    target = sqlalchemy.table(name, *(sqlalchemy.column(c, KINDS[kind]) for c, kind in table.columns.items()))
    numbered = enumerate(lines, 1)
    while chunk := {number: _row(line, number, table, name) for number, line in islice(numbered, CHUNK)}:
        _insert(connection, target, chunk)
        bar.update(len(chunk))
    found = connection.scalar(select(func.count()).select_from(target))
    if found != table.rows:
        raise Refused(f"{name} has {found} rows of {table.rows} after restoring: nothing was changed. Report this.")


def _row(line: bytes, number: int, table: Table, name: str) -> dict[str, Any]:
    try:
        row = dict(zip(table.columns, json.loads(line), strict=True))
        for column, kind in table.columns.items():
            if kind == "moment":
                row[column] = row[column] and datetime.fromisoformat(row[column])
            elif kind == "day":
                row[column] = row[column] and date.fromisoformat(row[column])
            elif kind == "plain" and isinstance(row[column], list | dict):
                raise ValueError(f"{column} holds a list or an object")
    except (ValueError, TypeError, RecursionError) as fault:
        raise _broken(number, name, f"it is no row of it ({fault})") from fault
    return row


def _insert(connection: Connection, target: sqlalchemy.TableClause, rows: dict[int, dict[str, Any]]) -> None:
    """Insert rows by their lines; where the database does not take them, raise Damaged with the line that it means."""
    try:
        with connection.begin_nested():
            connection.execute(target.insert(), list(rows.values()))
        return
    except Exception as fault:
        if not row_faults.is_of_a_row(fault):
            raise
    for number, row in rows.items():
        try:
            connection.execute(target.insert(), [row])
        except Exception as fault:
            if not row_faults.is_of_a_row(fault):
                raise
            raise _broken(number, target.name, row_faults.said(fault)) from fault


def _broken(number: int, table: str, why: str) -> archive.Damaged:
    return archive.Damaged(
        f"Nothing was restored: line {number} of the table {table} is broken: {why}. {archive.OTHER}"
    )


def _number_on(connection: Connection, name: str, table: Table) -> None:
    """The next row gets a number of its own; SQLite goes on after the highest by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": f'"{name}"'})
        if sequence:
            highest = f'(SELECT max(id) FROM "{name}")'
            connection.execute(
                text(f"SELECT setval(:sequence, coalesce({highest}, 1), {highest} IS NOT NULL)"), {"sequence": sequence}
            )
