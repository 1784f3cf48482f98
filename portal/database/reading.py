"""Reading columns: what needs no entities is read past the session, which takes half the time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Integer,
    Result,
    ScalarSelect,
    Select,
    any_,
    bindparam,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from portal.extensions import db


class RowByRow(GenericFunction[list[list[Any]]]):
    """An array of JSON with one of each row, in no order."""

    type = JSON()
    inherit_cache = True


@compiles(RowByRow, "sqlite")
def _on_sqlite(element: RowByRow, compiler: Any, **kwargs: Any) -> str:
    said = ((column, compiler.process(column, **kwargs)) for column in element.clauses)
    # What is JSON in a column is text to SQLite, until it is told otherwise.
    columns = (f"json({sql})" if isinstance(column.type, JSON) else sql for column, sql in said)
    return f"json_group_array(json_array({', '.join(columns)}))"


@compiles(RowByRow, "postgresql")
def _on_postgresql(element: RowByRow, compiler: Any, **kwargs: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **kwargs)}))"


class _Among(GenericFunction[Any]):
    """Two ways to say one condition, of which each engine is told its own."""

    type = Integer()  # of a Boolean SQLite would be asked whether it equals 1, and look into no index
    inherit_cache = True


@compiles(_Among, "sqlite")
def _one_by_one(element: _Among, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **kwargs))


@compiles(_Among, "postgresql")
def _as_an_array(element: _Among, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process([*element.clauses][1], **kwargs))


def among(column: Any, name: str) -> ColumnElement[bool]:
    """The condition that a column is one of the numbers that come as this parameter.

    To PostgreSQL they are one value: so the statement is the same however many there are, and is prepared once.
    """
    array: Any = bindparam(name, type_=ARRAY(Integer()))
    return _Among(column.in_(bindparam(name, expanding=True)), column == any_(array))


def gathered(statement: Select[*tuple[Any, ...]]) -> ScalarSelect[list[list[Any]]]:
    """A column of all rows of a statement, in its order, as a list of words and numbers each: so that another statement
    brings them along. Without any it is empty, or None.
    """
    return select(RowByRow(*statement.subquery().c)).scalar_subquery()


def rows(statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> Result[*tuple[Any, ...]]:
    """The rows of a statement of columns, with the values of its parameters: as the session sees them.

    Where the transaction writes, the session asks, and so saves first what waits in it.
    """
    session = db.session()
    if session.info.get("writes"):
        return session.execute(statement, given)
    return session.connection().execute(statement, given)
