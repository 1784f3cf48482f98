"""The rows of a list of the inbox: which ideas, when each is due, and under which heading it stands."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.admin.lanes import DUE, Lane
from portal.clock import now
from portal.database.wording import chosen
from portal.i18n import _, _l, choose_timezone, clock, date_as, day, duration
from portal.ideas.cards import Author, Named
from portal.ideas.models import Idea
from portal.ideas.owed import promised
from portal.ideas.statuses import Kind, Status
from portal.triage.assigning import Assignment
from portal.triage.snoozing import Snooze

# Who has an idea in hand, beside its author.
Owner = aliased(User)


class When(StrEnum):
    """When a row is due, seen from now."""

    NEWS = "news"
    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


HEADINGS: dict[When, Any] = {
    When.NEWS: _l("Became late since yesterday"),
    When.LATE: _l("Late for longer"),
    When.TODAY: _l("Due today"),
    When.WEEK: _l("In the next seven days"),
    When.LATER: _l("Later"),
}


class Waiting(NamedTuple):
    """One idea that waits, as far as its row says it; the name of its author is empty once they left."""

    status: Named
    author: str
    owner: Author | None
    id: int
    kind: str
    title: str
    lang: str
    is_private: bool
    votes_count: int
    critical_count: int

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE


class Row(NamedTuple):
    """A row of a list: its idea, how long it has waited or when it is due, and whether its day has passed."""

    idea: Waiting
    said: str
    when: When | None = None

    @property
    def is_late(self) -> bool:
        return self.when in (When.NEWS, When.LATE)


class Group(NamedTuple):
    """Rows under one heading; the list of a lane in which nothing is due has one group without any."""

    rows: list[Row]
    heading: str = ""
    is_news: bool = False


class Day(NamedTuple):
    """What a list goes by: this moment, when yesterday began and today ends for the reader, and the promised time."""

    now: datetime
    yesterday: datetime
    tonight: datetime
    promise: timedelta

    @classmethod
    def here(cls) -> "Day":
        local = now().astimezone(ZoneInfo(choose_timezone()))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now(), midnight - timedelta(days=1), midnight + timedelta(days=1), promised())


def columns() -> tuple[Any, ...]:
    """What a statement of a list reads, for rows_of()."""
    when = DUE, Assignment.due_at, Idea.waiting_since, Idea.here_since, Idea.created_at, Idea.quiet_since
    orders = Idea.unread_since, Idea.asked_since, Idea.heat, Idea.important_count, Snooze.until
    author = User.display_name.label("author"), User.erased_at
    owner = Owner.display_name.label("owner"), Owner.handle.label("owner_handle"), Owner.is_staff.label("owner_is_here")
    said = Idea.id, Idea.kind, Idea.title, Idea.lang, Idea.is_private
    counts = Idea.votes_count, Idea.critical_count
    stands = Status.called.label("called"), Status.kind.label("step"), Status.colour
    return (*when, *orders, *author, *owner, *stands, *said, *counts)


def rows_of(found: list[Any], lane: Lane, today: Day) -> list[Row]:
    """The rows of what a list found."""
    return [_row(one, lane, today) for one in found]


def grouped(rows: list[Row], coloured: bool) -> list[Group]:
    """The same under their headings: what is news first, then what has been late for longer."""
    by_day: dict[When | None, list[Row]] = {}
    for row in rows:
        by_day.setdefault(row.when, []).append(row)
    if None in by_day:
        return [Group(rows)]
    return [
        Group(by_day[when], str(heading), coloured and when == When.NEWS)
        for when, heading in HEADINGS.items()
        if when in by_day
    ]


def due_of(one: Any, today: Day) -> datetime:
    """When this row is due: in the lane of answers that are owed, on the day of its answer; else on the day that was
    agreed on, or once the promised time is over.
    """
    agreed: datetime | None = getattr(one, "owed_since", None) or one.due_at
    since: datetime = one.waiting_since or one.here_since or one.created_at
    return agreed or since + today.promise


def _row(one: Any, lane: Lane, today: Day) -> Row:
    owner = Author(one.owner, one.owner_handle, True, False) if one.owner_is_here else None
    called = Named(chosen(one.called or {}), one.step, one.colour)
    counts = one.votes_count, one.critical_count
    author = "" if one.erased_at else one.author
    idea = Waiting(called, author, owner, one.id, one.kind, one.title, one.lang, one.is_private, *counts)
    if not lane.is_due:
        return Row(idea, _age(one, lane, today))
    due = due_of(one, today)
    when = _when(due, today)
    return Row(idea, _due(due, when, today), when)


def _when(due: datetime, today: Day) -> When:
    if due <= today.now:
        return When.NEWS if due >= today.yesterday else When.LATE
    if due < today.tonight:
        return When.TODAY
    return When.WEEK if due < today.tonight + timedelta(days=6) else When.LATER


def _due(due: datetime, when: When, today: Day) -> str:
    """“16 hours late”, “by 14:00”, “due Friday”, “due 12 May”."""
    if when in (When.NEWS, When.LATE):
        return _("%(time)s late", time=duration(today.now - due))
    if when == When.TODAY:
        return _("by %(time)s", time=clock(due))
    if when == When.WEEK:
        return _("due %(day)s", day=date_as(due.astimezone(today.tonight.tzinfo).date(), "EEEE"))
    return _("due %(day)s", day=day(due))


def _age(one: Any, lane: Lane, today: Day) -> str:
    if lane.order is Snooze.until:
        return _("until %(day)s", day=day(one.until))
    since = getattr(one, lane.order.key)
    return duration(today.now - (since if isinstance(since, datetime) else one.created_at))
