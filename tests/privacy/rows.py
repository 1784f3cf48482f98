"""One row in every table that holds something of a person, made from the columns that the table has."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, insert, select

from portal.accounts.mailboxes import mailbox_of
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import Base, db

# What a column has to hold for the portal to read it: a kind, a key, whom a message goes to.
WORDS: dict[str, Any] = {
    "event.action": "idea_edited",
    "event.subject_type": "user",
    "flag.subject_type": "user",
    "flag.reason": "spam",
    "idea.kind": "idea",
    "idea.votes_count": 1,
    "point_entry.subject_type": "idea",
    "point_entry.rule": "idea_shipped",
    "credit.role": "shaper",
    "pending_action.kind": "vote",
    "signed_in.user_agent": "A browser",
}


def person_columns(table: Table) -> set[str]:
    """The columns that lead to a person, also by way of another table."""
    return {column.name for column in table.columns if _leads_to_a_person(column)}


def _leads_to_a_person(column: Column[Any]) -> bool:
    if column.table.name == "user":
        return column.name == "id"
    return any(_leads_to_a_person(key.column) for key in column.foreign_keys)


def fill(tables: list[Table], person: User, moment: datetime | None = None) -> dict[str, dict[str, Any]]:
    """A row in each of these tables that is this person's, all columns of persons theirs; by the table's name.

    The caller has begun the write, and commits.
    """
    made: dict[str, dict[str, Any]] = {}
    for table in Base.metadata.sorted_tables:
        if table in tables and table.name != "user":
            values = {column.name: _value(column, person, made, moment or now()) for column in table.columns}
            values = {name: value for name, value in values.items() if value is not None}
            row = db.session.execute(insert(table).values(**values).returning(*table.columns)).mappings().one()
            made[table.name] = dict(row)
    return made


def _value(column: Column[Any], person: User, made: dict[str, dict[str, Any]], moment: datetime) -> Any:
    where = f"{column.table.name}.{column.name}"
    if _leads_to_a_person(column):
        return person.id
    if where in WORDS:
        return WORDS[where]
    for key in column.foreign_keys:
        return _key_of(key.column, made) if not column.nullable else None
    return _plain(column, person, moment)


def _key_of(column: Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    row = made.get(column.table.name)
    return row[column.name] if row else db.session.scalar(select(column).order_by(column).limit(1))


def _plain(column: Column[Any], person: User, moment: datetime) -> Any:
    if column.name in ("email", "old_email"):
        return person.email
    if column.name == "mailbox":
        return mailbox_of(person.email or "")
    if column.name == "new_email":
        return f"new-{person.email}"
    if column.name == "recipient":
        return f"user:{person.id}"
    if column.table.name == "attachment" and column.name == "key":
        return f"{secrets.token_hex(16)}.png"
    if column.name == "created_at":
        return moment
    if column.nullable or column.default is not None or column.server_default is not None:
        return None
    return _any(column, moment)


def _any(column: Column[Any], moment: datetime) -> Any:
    if column.primary_key and isinstance(column.type, Integer):
        return None
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, DateTime) or "DateTime" in type(column.type).__name__:
        return moment
    return ("en" if column.name == "lang" else f"{column.name} {secrets.token_hex(8)}")[: column.type.length or 40]  # type: ignore[attr-defined]
