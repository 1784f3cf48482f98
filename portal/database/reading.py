"""Reading columns: what needs no entities is read past the session, which takes half the time."""

from collections.abc import Mapping
from functools import cache, lru_cache
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
from sqlalchemy.engine import Compiled
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
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

    The statement is one that was built once: what is built for a request is asked of the session. So is this where the
    transaction writes, so that what waits in the session is saved first.
    """
    session = db.session()
    if session.info.get("writes"):
        return session.execute(statement, given)
    connection = session.connection()
    said, dialect = _as_told(statement, connection.dialect), connection.dialect
    # As SQLAlchemy executes a statement that it has just compiled: to look up by all of its parts what it made of one
    # before, and to go through its constants, takes as long as to answer it.
    begin, options = dialect.execution_ctx_cls._init_compiled, connection.get_execution_options()
    return connection._execute_context(dialect, begin, said, [given], options, said, [given], statement, None)


@lru_cache(maxsize=1000)
def _as_told(statement: Select[*tuple[Any, ...]], dialect: Any) -> Compiled:
    """The words of a statement as this engine is told it, with its constants written into it."""
    compiler: Any = _writing_constants(dialect.statement_compiler)
    told: Compiled = compiler(dialect, statement)
    return told


@cache
def _writing_constants(compiler: type[SQLCompiler]) -> type[SQLCompiler]:
    class WritingConstants(compiler):  # type: ignore[misc, valid-type]
        """Compiles as it did, but for values that stand in the statement itself: they are the same each time."""

        def visit_bindparam(self, bindparam: Any, literal_binds: bool = False, **kwargs: Any) -> str:
            is_constant = not bindparam.required and bindparam.value is not None
            return str(super().visit_bindparam(bindparam, literal_binds=literal_binds or is_constant, **kwargs))

    return WritingConstants
