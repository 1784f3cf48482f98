"""Many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text
from tqdm import tqdm

from portal.database.types import Base
from portal.extensions import db

CHUNK = 20_000
Row = dict[str, Any]


@contextmanager
def loading() -> Iterator[Connection]:
    """A connection that writes; at the end what it wrote is committed and on disk.

    Otherwise whoever closes SQLite next holds everybody up, until a WAL of a gigabyte is in the database. PostgreSQL
    has looked at it by then, as it does by itself in a portal that grew; SQLite has not, as nobody asks it to there.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect().execution_options(writes=True) as connection:
        if sqlite:
            raw = connection.connection.driver_connection
            for pragma in ("synchronous=OFF", "cache_size=-200000", "temp_store=MEMORY"):
                raw.execute(f"PRAGMA {pragma}")
        yield connection
        connection.commit()
        if sqlite:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.invalidate()
    if not sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writes=True) as connection:
            connection.execute(text("VACUUM (ANALYZE)"))
    os.sync()


def pour(connection: Connection, table: str, rows: Iterable[Row], total: int, progress: bool) -> None:
    """Write all rows of a table, with a bar that says how far it is."""
    with tqdm(total=total, desc=table, unit="row", unit_scale=True, disable=not progress, leave=False) as bar:
        left = iter(rows)
        write = _copy if connection.dialect.name == "postgresql" else _insert
        while chunk := list(islice(left, CHUNK)):
            write(connection, table, chunk)
            bar.update(len(chunk))
    if connection.dialect.name == "postgresql" and "id" in Base.metadata.tables[table].c:
        connection.execute(
            text(f"""SELECT setval(pg_get_serial_sequence('"{table}"', 'id'), COALESCE(MAX(id), 1)) FROM "{table}" """)
        )


def _insert(connection: Connection, table: str, rows: list[Row]) -> None:
    connection.execute(Base.metadata.tables[table].insert(), rows)


def _copy(connection: Connection, table: str, rows: list[Row]) -> None:
    """The columns of the first row, with the defaults that the model would have given."""
    given = {**_defaults(table), **rows[0]}
    names = ", ".join(f'"{name}"' for name in given)
    with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            full = {**given, **row}
            copy.write_row([json.dumps(v) if isinstance(v, dict) else v for v in full.values()])


def _defaults(table: str) -> Row:
    columns = Base.metadata.tables[table].columns
    return {column.name: column.default.arg for column in columns if column.default and column.default.is_scalar}
