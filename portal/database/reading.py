"""Reading columns: what needs no entities is read past the session, which takes half the time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Result, Select

from portal.extensions import db


def rows(statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> Result[*tuple[Any, ...]]:
    """The rows of a statement of columns, with the values of its parameters: as the session sees them.

    Where the transaction writes, the session asks, and so saves first what waits in it.
    """
    session = db.session()
    if session.info.get("writes"):
        return session.execute(statement, given)
    return session.connection().execute(statement, given)
