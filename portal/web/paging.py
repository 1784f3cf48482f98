"""Pages of a long list: each begins after the last row of the one before, so that new rows and votes shift nothing."""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Integer, Select, literal, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from portal.extensions import db
from portal.web.addresses import here

SIZE = 20
MOST = 100
Row = TypeVar("Row")


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """Some rows, and the token of those that follow (empty on the last page)."""

    rows: list[Row]
    after: str


class sifted(GenericFunction[Any]):
    """A column of numbers by which rows are left out as they come in the order of the list: `sifted(Idea.board_id)`.

    SQLite would rather fetch all the rows that fit by an index of the column, and sort them for one page; the plus
    keeps it from that (https://sqlite.org/optoverview.html says so of the unary “+”). PostgreSQL knows how many fit.
    """

    type = Integer()
    inherit_cache = True


@compiles(sifted)
def _as_it_is(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(sifted, "sqlite")
def _no_index(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


def slice_of(
    query: Select[Any], value: Any, id: Any, after: str = "", size: int = SIZE, descending: bool = True
) -> Slice[Any]:
    """The rows of `query` in the order of (value, id), from the token `after` on; one that we never gave is ignored.

    A query of single entities gives them; one of several columns, the value and the id among them, gives plain rows.
    """
    size = max(1, min(size, MOST))
    place = _read(after, value.type.python_type)
    if place:
        last = tuple_(literal(place[0], value.type), literal(place[1], id.type))
        query = query.where(tuple_(value, id) < last if descending else tuple_(value, id) > last)
    order = (value.desc(), id.desc()) if descending else (value, id)
    found = db.session.execute(query.order_by(*order).limit(size + 1))
    rows: list[Any] = list(found) if len(query.column_descriptions) > 1 else list(found.scalars().unique())
    more = len(rows) > size
    rows = rows[:size]
    return Slice(rows, _write(getattr(rows[-1], value.key), getattr(rows[-1], id.key)) if more else "")


def listing(query: Select[Any], value: Any, id: Any, descending: bool = True) -> tuple[list[Any], str | None]:
    """The rows that this request's `?after=` asks for, and the address of those that follow, with all its filters."""
    found = slice_of(query, value, id, request.args.get("after", ""), descending=descending)
    if not found.after:
        return found.rows, None
    return found.rows, here(after=found.after)


def _write(value: Any, id: int) -> str:
    if isinstance(value, datetime):
        value = value.isoformat()
    return base64.urlsafe_b64encode(json.dumps([value, id]).encode()).decode().rstrip("=")


def _read(token: str, kind: type) -> tuple[Any, int] | None:
    try:
        value, id = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if kind is datetime:
            value = datetime.fromisoformat(value).astimezone(UTC)
        elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        in_range = type(id) is int and 0 < id < 2**31 and (kind is not int or abs(value) < 2**31)
        return (kind(value) if kind in (int, float) else value, id) if in_range else None
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        return None
