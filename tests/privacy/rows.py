"""One row of a person in each table that is asked for, made from the columns that the table has."""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Table, func, insert, select, update

from portal.accounts.mailboxes import mailbox_of
from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base, UTCDateTime
from portal.extensions import db

# What a column has to hold for the portal to read the row.
KNOWN: dict[str, Any] = {
    "board_field.type": "text",
    "conversion.kind": "idea",
    "split.kind": "idea",
    "event.action": "idea_edited",
    "event.subject_type": "user",
    "flag.subject_type": "user",
    "flag.reason": "spam",
    "idea.kind": "idea",
    "idea.votes_count": 1,
    "point_entry.subject_type": "idea",
    "point_entry.rule": "idea_shipped",
    "credit.role": "shaper",
    "obligation.why": "late",
    "pending_action.kind": "vote",
}
# What leads to another row, and may not lead nowhere.
OWED = {"captured.idea_id"}
# What leads to the oldest row of a table, as the newest is the other one of the pair.
FIRST = {"suggestion.first_id": "idea"}
Rows = dict[str, dict[str, Any]]


def leads_to_a_person(column: Column[Any]) -> bool:
    """Whether it is the id of an account, also by way of another table."""
    if column.table.name == "user":
        return column.name == "id"
    return any(leads_to_a_person(key.column) for key in column.foreign_keys)


def holds_an_address(column: Column[Any]) -> bool:
    """Whether its name says that it tells where somebody is written to."""
    return column.name in ("mailbox", "recipient") or column.name.endswith("email")


def fill(tables: Iterable[Table], person: User) -> Rows:
    """A row of this person in each of these tables and in those that they need, by the name of the table.

    The caller has begun the write, and commits.
    """
    wanted, made = _with_what_they_need(tables), Rows()
    for table in Base.metadata.sorted_tables:
        if table in wanted:
            values = {column.name: _value(column, person, made) for column in table.columns}
            known = {name: value for name, value in values.items() if value is not None}
            row = db.session.execute(_written(table, known))
            made[table.name] = dict(row.mappings().one())
    return made


def _with_what_they_need(tables: Iterable[Table]) -> set[Table]:
    found = {table for table in tables if table.name not in ("user", "status")}
    needed = {key.column.table for table in found for key in table.foreign_keys if not key.parent.nullable}
    return found | _with_what_they_need(needed) if needed else found


def _written(table: Table, known: dict[str, Any]) -> Any:
    """The row is there from now on; of the choices of the portal there is one, which only names the person."""
    if table.name != "settings":
        return insert(table).values(**known).returning(*table.columns)
    named = {column.name: known[column.name] for column in table.columns if leads_to_a_person(column)}
    return update(table).values(**named).returning(*table.columns)


def _value(column: Column[Any], person: User, made: Rows) -> Any:
    if leads_to_a_person(column):
        return person.id
    if holds_an_address(column):
        return _address(column, person)
    if name := FIRST.get(f"{column.table.name}.{column.name}"):
        return db.session.scalar(select(func.min(Base.metadata.tables[name].c.id)))
    if column.foreign_keys:
        owed = not column.nullable or f"{column.table.name}.{column.name}" in OWED
        return _key(next(iter(column.foreign_keys)).column, made) if owed else None
    if known := KNOWN.get(f"{column.table.name}.{column.name}"):
        return known
    return None if column.nullable or column.default is not None else _anything(column)


def _address(column: Column[Any], person: User) -> str:
    told = {"mailbox": mailbox_of(person.email or ""), "recipient": f"user:{person.id}"}
    return told.get(column.name, str(person.email))


def _key(column: Column[Any], made: Rows) -> Any:
    row = made.get(column.table.name)
    return row[column.name] if row else db.session.scalar(select(column).order_by(column).limit(1))


def _anything(column: Column[Any]) -> Any:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return None if column.primary_key else 1
    if isinstance(column.type, UTCDateTime):
        return now()
    if isinstance(column.type, Date):
        return now().date()
    word = f"{secrets.token_hex(16)}.png" if column.name == "key" else secrets.token_hex(16)
    return word[: getattr(column.type, "length", None)]
