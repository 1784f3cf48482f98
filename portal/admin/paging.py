"""Lists that page by where the last row stood, so that page 400 costs what page 1 does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, and_, or_

from portal.extensions import UTCDateTime, db

PAGE = 25


@dataclass(frozen=True)
class Listing:
    """The rows of one page, and the address of the next where there is one."""

    rows: list[Any]
    more: str | None


def listing(found: Select[Any], by: Any, id: Any, descending: bool = True, size: int = PAGE) -> Listing:
    """One page of `found` (entities) in the order of `by`, then `id`, from where `?after=` says."""
    after = _place(request.args.get("after", ""), by)
    if after:
        beyond, value = after
        further = (by < value, id < beyond) if descending else (by > value, id > beyond)
        found = found.where(or_(further[0], and_(by == value, further[1])))
    order = (by.desc(), id.desc()) if descending else (by.asc(), id.asc())
    rows = list(db.session.execute(found.add_columns(by).order_by(*order).limit(size + 1)).unique())
    more = None
    if len(rows) > size:
        last, value = rows[size - 1]
        args = {**request.args.to_dict(), **(request.view_args or {}), "after": _mark(last.id, value)}
        more = url_for(request.endpoint or "", **args)
    return Listing([row[0] for row in rows[:size]], more)


def _mark(id: int, value: Any) -> str:
    return f"{id}~{value.isoformat() if isinstance(value, datetime) else value}"


def _place(mark: str, by: Any) -> tuple[int, Any] | None:
    """Where the last page ended; a mark that we never wrote is the first page."""
    id, _, value = mark.partition("~")
    try:
        moment = isinstance(by.type, UTCDateTime)
        place = int(id), datetime.fromisoformat(value).astimezone(UTC) if moment else int(value)
    except (ValueError, OverflowError):
        return None
    return place if all(abs(n) < 2**31 for n in place if isinstance(n, int)) else None
