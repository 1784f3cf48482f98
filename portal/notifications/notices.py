"""What somebody was told, as lists read it: the columns of notifications and their events, as far as they may be seen.

To build one of these statements takes longer than to answer it, so each is built once for all who ask.
"""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.database.reading import rows
from portal.notifications.models import Notification
from portal.notifications.tabs import LATELY, MOST, SHOWN, of_kind
from portal.web.paging import slice_of

PAGE = 50
SINCE = 4


class Notice(NamedTuple):
    """A notification with what happened: the columns of both that a list needs."""

    id: int
    created_at: datetime
    read_at: datetime | None
    action: str
    actor_id: int | None
    subject_type: str
    subject_id: int
    facts: dict[str, Any]


def told(reader: User, show: str, after: str) -> tuple[list[Notice], str]:
    """One page of what this tab shows, the newest first, and the token of the next."""
    tab = _told(show if show in SHOWN else SHOWN[-1], reader.is_staff)
    given = {"reader": reader.id, "lately": now() - LATELY}
    found = slice_of(tab, Notification.id, after=after, size=PAGE, given=given)
    return [Notice(*row) for row in found.rows], found.after


def count_unread(reader: User) -> int:
    """How many they have not read, as far as the bell counts."""
    return int(rows(_count(reader.is_staff), {"reader": reader.id}).scalar_one())


def newest_unread(reader: User) -> tuple[list[Notice], int]:
    """The newest that they have not read about each of a few things; and how many, as far as the bell counts."""
    found = rows(_newest(reader.is_staff), {"reader": reader.id}).all()
    return [Notice(*row[:-1]) for row in found], int(found[0][-1]) if found else 0


@cache
def _told(show: str, is_staff: bool) -> Select[Any]:
    reader = Somebody(is_staff)
    return Notification.visible_to(reader).where(*of_kind(show, reader)).with_only_columns(*_columns())


@cache
def _count(is_staff: bool) -> Select[int]:
    few = _unread(is_staff).with_only_columns(Notification.id).limit(MOST)
    return select(func.count()).select_from(few.subquery())


@cache
def _newest(is_staff: bool) -> Select[Any]:
    """A comment is about its idea."""
    said = Event.subject_type == "comment"
    kind = case((said, "idea"), else_=Event.subject_type).label("kind")
    thing = case((said, Event.facts["idea"].as_integer()), else_=Event.subject_id).label("thing")
    page = _unread(is_staff).with_only_columns(Notification.id, kind, thing).order_by(Notification.id.desc())
    lately = page.limit(PAGE).subquery()
    newest = func.max(lately.c.id)
    few = select(newest).group_by(lately.c.kind, lately.c.thing).order_by(newest.desc()).limit(SINCE)
    of_these = select(*_columns(), _count(is_staff).scalar_subquery()).join(Notification.event)
    return of_these.where(Notification.id.in_(few)).order_by(Notification.id.desc())


def _unread(is_staff: bool) -> Select[Any]:
    return Notification.visible_to(Somebody(is_staff)).where(Notification.read_at.is_(None))


def _columns() -> tuple[Any, ...]:
    """What makes a Notice."""
    told = Notification.id, Notification.created_at, Notification.read_at
    return (*told, Event.action, Event.actor_id, Event.subject_type, Event.subject_id, Event.facts)
