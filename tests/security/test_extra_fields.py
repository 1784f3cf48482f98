"""Forms take what they state and nothing else, whatever more is sent with them."""

import re
from typing import Any

from sqlalchemy import Boolean, Column, Integer
from wtforms.fields.core import UnboundField

from portal.extensions import Base
from portal.forms import PortalForm
from tests.security.target import Target
from tests.security.test_routes import Row, acting

# Stated by a form of their own, which only one route has; and what people try first.
STATED_ELSEWHERE = {"role", "email"}
TRIED_FIRST = {"is_admin": "1", "is_staff": "1", "admin": "1", "user_id": "1", "by": "1", "author": "1"}
# What differs from one time to the next anyway: moments, fractions of heat, random keys.
CHANGES = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+|[\w-]{32,}|former-[0-9a-f]+")


def stated() -> set[str]:
    """The names of the fields of every form."""
    forms, names = [PortalForm], set[str]()
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        names |= {name for name, field in vars(form).items() if isinstance(field, UnboundField)}
    return names


def value_for(column: Column[Any]) -> str:
    if column.name == "role":
        return "admin"
    return "1" if isinstance(column.type, Boolean) else "31337" if isinstance(column.type, Integer) else "2001-02-03"


def extra() -> dict[str, str]:
    """Every column of every table that is no field of a form, with a value that would be seen."""
    columns = {column.name: value_for(column) for table in Base.metadata.tables.values() for column in table.columns}
    return {name: value for name, value in columns.items() if name not in stated() - STATED_ELSEWHERE} | TRIED_FIRST


def changed_by(target: Target, row: Row, who: str, more: dict[str, str]) -> list[Any]:
    """What the tables hold after this was sent, without what differs each time."""
    target.restore()
    more = {name: value for name, value in more.items() if name not in row.fields(target)}
    answer = row.send(target, who, {**more, "csrf_token": target.csrf_token()})
    rows = [
        (table, sorted(tuple(None if isinstance(c, float) else CHANGES.sub("~", str(c)) for c in found)
                       for found in all_of)) for table, all_of in target.rows()
    ]  # fmt: skip
    return [answer.status_code, *rows]


def test_no_form_takes_more_than_it_states(target: Target) -> None:
    more = extra()
    assert {"role", "email", "votes_count", "author_id", "status_id", "is_private", "suspended_at"} <= set(more)
    for row, who in acting():
        if who == "visitor":
            more = {name: value for name, value in more.items() if name != "email"}
        assert changed_by(target, row, who, more) == changed_by(target, row, who, {}), f"{who}: {row}"
