"""A list of the inbox as it is read: one page of a lane, narrowed and in its order; and how much is in kept ones."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select, union_all

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.admin import asked as asking
from portal.admin import lanes
from portal.admin.asked import SORTS, Asked
from portal.admin.lanes import QUEUES, said
from portal.admin.listed import Day, Group, Owner, columns, due_of, grouped, rows_of
from portal.database.reading import rows as read
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.middleware.caching import for_everybody
from portal.permissions import me
from portal.triage.assigning import Assignment
from portal.triage.owing import Obligation
from portal.triage.snoozing import Snooze
from portal.web.paging import Slice, more, slice_of

# Who reads what stands here: the console lets nobody else in, and what one of staff may see, all of them may.
STAFF = Somebody(is_staff=True)


@dataclass(frozen=True)
class List:
    """A list as the page shows it. `late`: how many are folded away; `first`: since when the first of it waits."""

    groups: list[Group]
    more: str | None
    oldest: datetime | None
    late: str = ""

    @property
    def ids(self) -> list[int]:
        return [row.idea.id for group in self.groups for row in group.rows]


def list_of(wanted: Asked) -> List:
    """The list; where more are late than is news, they fold to a line and what is not late yet is listed."""
    lane, today = QUEUES[wanted.queue], Day.here()
    found = _slice(wanted)
    is_due = lane.is_due and not wanted.sort
    many = is_due and found.beyond is not None and due_of(found.beyond, today) <= today.now
    late, oldest = "", _since(found.rows[0]) if found.rows and is_due and not wanted.after else None
    if many and lane.folds and not (wanted.late or wanted.after):
        rest = _slice(wanted, begin=[today.now - today.promise, 0])
        if rest.rows:
            found, late = rest, said(_count_late(wanted, today))
    if not found.rows:
        return List([], None, oldest)
    rows = rows_of(found.rows, lane, today)
    groups = grouped(rows, coloured=not (many or wanted.after)) if is_due else [Group(rows)]
    return List(groups, more(found), oldest, late)


def _slice(wanted: Asked, begin: Any = None) -> Slice[Any]:
    lane = QUEUES[wanted.queue]
    by = SORTS[wanted.sort][1] if wanted.sort else (lane.order, Idea.id)
    given = {**lanes.moments(), **wanted.values}
    place = {"begin": begin} if begin else {"after": wanted.after}
    return slice_of(
        _waiting(wanted.queue, wanted.shape), *by, descending=bool(wanted.sort) or lane.descending, given=given, **place
    )


@lru_cache(maxsize=300)
def _waiting(queue: str, shape: tuple[str, ...]) -> Any:
    """What waits in this lane, narrowed by filters of this shape, for rows_of()."""
    found = select(*columns()).select_from(Idea).join(Status, Status.id == Idea.status_id)
    found = found.join(User, User.id == Idea.author_id)
    found = found.outerjoin(Assignment, Assignment.idea_id == Idea.id).outerjoin(Owner, Owner.id == Assignment.user_id)
    found = found.outerjoin(Snooze, Snooze.idea_id == Idea.id)
    if QUEUES[queue].is_owed:
        found = found.join(Obligation, and_(Obligation.idea_id == Idea.id, Obligation.is_open()))
        found = found.add_columns(lanes.OWED_SINCE)
    return found.where(Idea.seen_by(STAFF), *lanes.in_sight(queue, beside_owed=True), *asking.conditions(shape))


def _count_late(wanted: Asked, today: Day) -> int:
    given = {**lanes.moments(), **wanted.values, "late": today.now - today.promise, "most": lanes.MOST + 1}
    return read(_late(wanted.queue, wanted.shape), given).scalar() or 0


@lru_cache(maxsize=300)
def _late(queue: str, shape: tuple[str, ...]) -> Any:
    """How many of what waits there are late, counted no further than anybody would read."""
    late = QUEUES[queue].order <= bindparam("late", type_=lanes.MOMENT)
    some = select(Idea.id).where(*lanes.in_sight(queue), *asking.conditions(shape), late)
    return select(func.count()).select_from(some.limit(bindparam("most")).subquery())


def counted(views: list[Any]) -> tuple[tuple[int, str, bool, str], ...]:
    """Each of these lists (its id, name, and whether it is the team's) with how much is in it."""
    counts = _counts(me().id, lanes.newest(), tuple(view.query for view in views)) if views else ()
    return tuple((view.id, view.name, view.is_shared, said(count)) for view, count in zip(views, counts, strict=True))


@for_everybody
def _counts(person: int, newest: int, queries: tuple[str, ...]) -> tuple[int, ...]:
    """How much is in each of the lists that ask for this, as of the last event; one whose lane is gone asks for all."""
    lines = tuple((asking.from_line(query) or Asked()).query for query in queries)
    return tuple(count for _place, count in read(_together(lines), lanes.moments(person)))


@lru_cache(maxsize=100)
def _together(lines: tuple[str, ...]) -> Any:
    lists = [_some(asking.from_line(line) or Asked()) for line in lines]
    some = [one.limit(lanes.MOST + 1).subquery() for one in lists]
    counts = [select(literal(at).label("place"), func.count()).select_from(one) for at, one in enumerate(some)]
    return union_all(*counts).order_by("place")


def _some(wanted: Asked) -> Any:
    return select(Idea.id).where(*lanes.in_sight(wanted.queue), *asking.conditions(wanted.shape, wanted.values))


def _since(row: Any) -> datetime:
    since: datetime = row.waiting_since or row.here_since or row.created_at
    return since
