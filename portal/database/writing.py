"""Transactions read, unless `begin_write()` says otherwise; and how each engine is set up for that."""

import math
import sqlite3
import threading
from typing import Any

from flask import g, has_app_context, has_request_context, request
from flask_wtf.csrf import CSRFError
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from portal.extensions import SAFE, db


class ReadOnly(Exception):
    """Something tried to write in a transaction that was begun for reading: call begin_write() before acting."""


def insert(model: Any) -> Any:
    """An INSERT that can also say ON CONFLICT, for the engine in use."""
    return postgresql.insert(model) if db.engine.dialect.name == "postgresql" else sqlite.insert(model)


class AlreadyWriting(Exception):
    """begin_write() inside a transaction that writes already."""


# SQLite has no queue of writers: each looks again after a sleep, and among many one may look in vain until it gives up.
# So the threads of a process queue here, and only one of them asks the database.
_turn = threading.Lock()
TURN_SECONDS = 20


def begin_write(**options: Any) -> None:
    """End the reading transaction and begin the one that writes; whatever was loaded is read again when next used.

    Refuses with CSRFError while the request still owes a valid token: nothing acts on a forged form. `options` are the
    connection's: `rebuilds=True` lets tables be taken down and made anew.
    """
    if has_request_context() and g.get("csrf_owed"):
        raise CSRFError("the form of this page was not checked")
    session = db.session()
    if session.info.get("writes"):
        raise AlreadyWriting("commit or roll back first: what was written so far would be lost")
    session.rollback()
    session.info["writes"] = True
    if db.engine.dialect.name == "sqlite":
        session.info["has_turn"] = _turn.acquire(timeout=TURN_SECONDS)
    session.connection(execution_options={"writes": True, **options})


@event.listens_for(Session, "after_transaction_end")
def _writing_is_over(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop("writes", None)
        if session.info.pop("has_turn", False):
            _turn.release()


@event.listens_for(Session, "before_commit")
def _commit_only_what_was_posted(session: Session) -> None:
    """A page may try something out and roll it back, as the examples of e-mails do; it leaves nothing behind."""
    if session.in_nested_transaction():
        return  # a savepoint, which goes with the rest
    if session.info.get("writes") and has_request_context() and request.method in SAFE:
        raise ReadOnly(f"{request.method} {request.path} only reads: act on a form that is posted")


@event.listens_for(Session, "before_flush")
def _flush_only_when_writing(session: Session, *_: object) -> None:
    if not session.info.get("writes"):
        raise ReadOnly(str([*session.new, *session.dirty, *session.deleted][:3]))


@event.listens_for(Session, "do_orm_execute")
def _execute_only_when_writing(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("writes"):
        raise ReadOnly(str(state.statement)[:200])


COMMITTED_IS_ON_DISK = """
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""


@event.listens_for(Engine, "connect")
def _set_up_connection(dbapi_connection: Any, _: object) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        dbapi_connection.execute(COMMITTED_IS_ON_DISK)
        dbapi_connection.commit()
        return
    dbapi_connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        dbapi_connection.execute(f"PRAGMA {pragma}")
    dbapi_connection.create_function("ln", 1, lambda x: math.log(x) if x else None, deterministic=True)
    dbapi_connection.create_function("exp", 1, math.exp, deterministic=True)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Readers cannot write, and SQLite's writers take the lock at once: a deferred begin loses votes to «locked»."""
    writes = connection.get_execution_options().get("writes", False)
    if has_app_context() and g.get("in_piece"):
        raise ReadOnly("a piece of a page asks nothing of the database: give it what it shows")
    if connection.dialect.name == "sqlite":
        # Whatever it says, it has SQLite prepare all statements of the connection anew: readers after readers skip it.
        if writes or not connection.info.get("reads"):
            connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info["reads"] = not writes
        if writes:
            # Dropping a table deletes its rows first, and with them whatever hangs on them in others.
            rebuilds = connection.get_execution_options().get("rebuilds", False)
            connection.exec_driver_sql(f"PRAGMA foreign_keys={'OFF' if rebuilds else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif (driver := _idle_driver(connection)) is not None:
        # Said together with BEGIN, which psycopg sends before the first statement: it costs no way of its own.
        driver.read_only = not writes
    elif not writes:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _idle_driver(connection: Connection) -> Any:
    """The connection of psycopg below; None where a transaction has begun on it already, past SQLAlchemy."""
    driver: Any = connection.connection.driver_connection
    return driver if driver is not None and driver.info.transaction_status == TransactionStatus.IDLE else None


@event.listens_for(Engine, "checkin")
def _forget_the_mode(dbapi_connection: Any, _: object) -> None:
    """Whoever takes the connection next, and asks something past SQLAlchemy, does not read by accident."""
    if dbapi_connection is None or isinstance(dbapi_connection, sqlite3.Connection):
        return
    if dbapi_connection.info.transaction_status == TransactionStatus.IDLE:
        dbapi_connection.read_only = None
