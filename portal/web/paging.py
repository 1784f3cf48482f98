"""Pages of a long list: each begins after the last row of the one before, so that new rows and votes shift nothing."""

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from flask import request
from sqlalchemy import ColumnElement, Integer, Select, bindparam, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from portal.database.reading import rows
from portal.extensions import db
from portal.middleware.compression import understood
from portal.web.addresses import here

SIZE = 20
MOST = 100
LONGEST_WORD = 200
Row = TypeVar("Row")


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """Some rows, the token of those that follow (empty on the last page), and the first of these."""

    rows: list[Row]
    after: str
    beyond: Row | None = None


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
    query: Select[Any],
    *by: Any,
    after: str = "",
    begin: Sequence[Any] | None = None,
    size: int = SIZE,
    descending: bool = True,
    given: Mapping[str, Any] | None = None,
) -> Slice[Any]:
    """The rows of `query` in the order of these columns, which no two rows share, all up or all down.

    They follow the row of the token `after`, of which one that we never gave is ignored; or they begin with the row of
    the values `begin`. A query of single entities gives them; one of several columns, those of the order among them,
    gives plain rows. `given`: the values of the parameters of a query that is kept, built once for all who ask; so is
    what is made of it here.
    """
    size = max(1, min(size, MOST))
    place = begin or _read(after, [column.type.python_type for column in by])
    if place and _is_ours(after, place):
        understood(after=after)
    make = _sliced if given is None else _sliced_once
    sliced = make(query, by, bool(place), bool(begin), descending)
    values = {f"place_{number}": value for number, value in enumerate(place or ())}
    found = _found(sliced, {**(given or {}), **values, "at_most": size + 1}, is_kept=given is not None)
    if len(found) <= size:
        return Slice(found, "")
    return Slice(found[:size], _write([getattr(found[size - 1], column.key) for column in by]), found[size])


def asked() -> str:
    """The token by which this request asks for the rows that follow."""
    return request.args.get("after", "")


def more(found: Slice[Any]) -> str | None:
    """The address of the rows that follow these, with all that this request asked; None on the last page."""
    return here(after=found.after) if found.after else None


def listing(query: Select[Any], *by: Any, size: int = SIZE, descending: bool = True) -> tuple[list[Any], str | None]:
    """The rows that this request asks for, and the address of those that follow."""
    found = slice_of(query, *by, after=asked(), size=size, descending=descending)
    return found.rows, more(found)


def in_order(query: Select[Any], by: Sequence[Any], from_place: bool, itself: bool, descending: bool) -> Select[Any]:
    """The query in this order, at most `at_most` rows; from a place on, its values are `place_0`, `place_1`, …"""
    if from_place:
        query = query.where(_further(by, descending, itself))
    return query.order_by(*(c.desc() if descending else c for c in by)).limit(bindparam("at_most"))


class _Sliced(NamedTuple):
    """A statement, and whether it gives single entities, or else columns alone."""

    statement: Select[Any]
    of_single: bool
    of_columns: bool


def _sliced(query: Select[Any], by: Sequence[Any], from_place: bool, itself: bool, descending: bool) -> _Sliced:
    statement = in_order(query, by, from_place, itself, descending)
    selected = query.column_descriptions
    return _Sliced(statement, len(selected) == 1, not any(one["expr"] is one["entity"] for one in selected))


def _found(sliced: _Sliced, given: Mapping[str, Any], is_kept: bool) -> list[Any]:
    if sliced.of_single:
        return list(db.session.scalars(sliced.statement, given).unique())
    ask = rows if sliced.of_columns and is_kept else db.session.execute
    return list(ask(sliced.statement, given))


_sliced_once = lru_cache(maxsize=500)(_sliced)


def _further(by: Sequence[Any], descending: bool, itself: bool) -> ColumnElement[bool]:
    """The condition of the rows after the place in the order, or from it on."""
    row = tuple_(*by)
    place = tuple_(*(bindparam(f"place_{number}", type_=column.type) for number, column in enumerate(by)))
    if itself:
        return row <= place if descending else row >= place
    return row < place if descending else row > place


def _write(values: list[Any]) -> str:
    said = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _read(token: str, kinds: list[type]) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            return None
        return [_as(kind, value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        return None


def _is_ours(token: str, place: Sequence[Any]) -> bool:
    """Whether we would write this token of numbers and moments ourselves: no words are hidden in it."""
    return not any(isinstance(value, str) for value in place) and _write([*place]) == token


def _as(kind: type, value: Any) -> Any:
    """The value as its column has it; raise ValueError for one that no table can hold."""
    if kind is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    if kind is str:
        if not isinstance(value, str) or len(value) > LONGEST_WORD or not value.isprintable():
            raise ValueError("no word of ours")
        return value
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or (kind is int and not (isinstance(value, int) and abs(value) < 2**31)):
        raise ValueError("no number of ours")
    return kind(value)
