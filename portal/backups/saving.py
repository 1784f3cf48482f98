"""Saving the portal while it runs: one snapshot of every table, and the files that it names, in one archive."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import JSON, Column, Connection, Date, String, func, select
from sqlalchemy import Table as SqlTable

from portal.backups import archive, progress
from portal.backups.archive import Manifest, Table
from portal.clock import now
from portal.database import schema
from portal.database.types import Base, UTCDateTime
from portal.extensions import db
from portal.ideas.attachments import keys_in_use
from portal.pictures import uploads

CHUNK = 2000


def save(file: Path) -> Manifest:
    """Write the whole portal to `file`, which must not exist yet. Gives what it holds; raises OSError."""
    if file.exists():
        raise FileExistsError(f"{file} is there already")
    with archive.begun(file) as out, _snapshot() as connection:
        made = f"{now():%Y-%m-%d %H:%M:%S} UTC"
        manifest = Manifest(made, schema.revision(connection) or "", connection.dialect.name)
        _save_files(out, manifest, connection)
        with progress.bar("Saving", _rows(connection), " rows") as bar:
            for table in _saved():
                _save_table(out, manifest, connection, table, bar)
        archive.finish(out, manifest)
    return manifest


def kind_of(column: Column[Any]) -> str:
    """How the values of a column are written: a moment and a day as ISO 8601, anything else as JSON has it."""
    if isinstance(column.type, UTCDateTime):
        return "moment"
    if isinstance(column.type, Date):
        return "day"
    return "json" if isinstance(column.type, JSON) else "plain"


def _snapshot() -> Any:
    """A connection whose one transaction sees the tables as they are when it first reads, whoever writes meanwhile.

    SQLite's WAL gives that to every reader; PostgreSQL asks for REPEATABLE READ.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return engine.begin()


def _saved() -> list[SqlTable]:
    """Every table, but for what is not to outlive a few days."""
    return [table for table in Base.metadata.sorted_tables if table.info.get("saved", True)]


def _rows(connection: Connection) -> int:
    counts = (select(func.count()).select_from(table) for table in _saved())
    return sum(connection.scalar(count) or 0 for count in counts)


def _save_files(out: ZipFile, manifest: Manifest, connection: Connection) -> None:
    """First the files, soon after the snapshot began: one that somebody takes away meanwhile is noted as missing."""
    named = keys_in_use(connection)
    with progress.bar("Saving", len(named), " pictures") as bar:
        for key in sorted(named):
            try:
                with uploads.path(key).open("rb") as content:
                    name = f"uploads/{key}"
                    manifest.files[name] = archive.add(out, name, archive.blocks(content), pack=False)
            except FileNotFoundError:
                manifest.missing.append(key)
            bar.update()


def _save_table(out: ZipFile, manifest: Manifest, connection: Connection, table: SqlTable, bar: Any) -> None:
    columns = [column for column in table.columns if column.computed is None]
    rows = connection.execution_options(yield_per=CHUNK).execute(select(*columns).order_by(*_order(table, connection)))
    counted = _Counted(rows, bar)
    name = f"tables/{table.name}.jsonl"
    manifest.files[name] = archive.add(out, name, counted)
    manifest.tables[table.name] = Table(counted.rows, {column.name: kind_of(column) for column in columns})


class _Counted:
    """The rows as lines, a chunk at a time, and how many there were."""

    def __init__(self, result: Any, bar: Any) -> None:
        self.result, self.bar, self.rows = result, bar, 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.result.partitions(CHUNK):
            self.rows += len(chunk)
            self.bar.update(len(chunk))
            yield "".join(f"{_line(row)}\n" for row in chunk).encode()


def _line(row: Any) -> str:
    return json.dumps(list(row), default=_moment, sort_keys=True, separators=(",", ":"))


def _moment(value: Any) -> str:
    if not isinstance(value, date):
        raise TypeError(f"a backup cannot hold {type(value).__name__}")
    return value.isoformat()


def _order(table: SqlTable, connection: Connection) -> list[Any]:
    """By key, byte for byte on both engines: the same rows give the same file."""
    postgres = connection.dialect.name == "postgresql"
    keys = list(table.primary_key.columns)
    return [key.collate("C") if postgres and isinstance(key.type, String) else key for key in keys]
