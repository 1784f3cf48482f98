"""The inbox as one page: lanes, a list with what is due in groups, and what is open beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from statistics import median
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.admin import asked as asking
from portal.admin import lanes
from portal.admin.asked import SORTS, Asked
from portal.admin.case import case_of
from portal.admin.first_steps import first_steps
from portal.admin.lanes import QUEUES, said
from portal.admin.listed import Day, Group, Owner, columns, due_of, grouped, rows_of
from portal.admin.today import done_today
from portal.clock import now
from portal.database.reading import rows as read
from portal.extensions import db
from portal.i18n import _, _n, duration
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.ideas.statuses import Status
from portal.middleware.caching import for_everybody
from portal.permissions import me
from portal.triage.assignments import Assignment
from portal.triage.saved_views import SavedView, views_of
from portal.triage.snoozing import Snooze
from portal.web.pages import page
from portal.web.paging import SIZE, Slice, asked, more, slice_of

# Who reads what stands here: the console lets nobody else in, and what one of staff may see, all of them may.
STAFF = Somebody(is_staff=True)
# So many may be late before being late is no news: then they fold to one line, and nothing is coloured.
LATE_MOST = SIZE


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


def draw(
    name: str,
    idea: Idea | None = None,
    then: int | None = None,
    wanted: Asked | None = None,
    doing: str = "",
    late_too: bool = False,
    view: SavedView | None = None,
    **others: Any,
) -> str:
    """The lane of this name with an idea open beside its list: the one that was asked for, or else its first.

    `wanted`: how the list is narrowed, by its `view` where it is kept; `doing`: the act whose form is open; `others` is what the page shows besides, as
    a form that was refused; `then` is what comes next where this idea does not wait any more.
    """
    wanted = wanted or Asked(name)
    groups, views = lanes.groups(), views_of(me())
    here = next(lane for _label, some in groups for lane in some if lane.name == name)
    found = _list(wanted, late_too)
    opened = idea or (_opened(found.ids[0]) if found.ids else None)
    return page(
        "admin/inbox.html",
        fragment="open",
        lanes=groups,
        here=here,
        wanted=wanted,
        headline=_headline(here, found.oldest),
        list=found,
        views=_counted_views(views),
        view=view,
        sorts=tuple((sort, str(label)) for sort, (label, _by) in SORTS.items()),
        narrowing=_narrowing(wanted),
        idea=opened,
        case=case_of(opened) if opened else None,
        asked=idea is not None,
        doing=doing,
        before=_beside(opened, found.ids, -1),
        then=_beside(opened, found.ids, 1) or then,
        median_days=_median_days() if not found.ids else None,
        done=done_today(me()),
        first_steps=first_steps(),
        **others,
    )


def _list(wanted: Asked, late_too: bool) -> List:
    """The list; where more are late than is news, they fold to a line and what is not late yet is listed."""
    lane, today = QUEUES[wanted.queue], Day.here()
    found = _slice(wanted)
    is_due = lane.is_due and not wanted.sort
    many = is_due and found.beyond is not None and due_of(found.beyond, today) <= today.now
    late, oldest = "", _since(found.rows[0]) if found.rows and is_due and not asked() else None
    if many and not (late_too or asked() or lane.order is lanes.DUE):
        rest = _slice(wanted, begin=[today.now - today.promise, 0])
        if rest.rows:
            found, late = rest, said(_count_late(wanted, today))
    if not found.rows:
        return List([], None, oldest)
    rows = rows_of(found.rows, lane, today)
    groups = grouped(rows, coloured=not (many or asked())) if is_due else [Group(rows)]
    return List(groups, more(found), oldest, late)


def _slice(wanted: Asked, begin: Any = None) -> Slice[Any]:
    lane = QUEUES[wanted.queue]
    by = SORTS[wanted.sort][1] if wanted.sort else (lane.order, Idea.id)
    given = {**lanes.moments(), **wanted.values}
    place = {"begin": begin} if begin else {"after": asked()}
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
    return found.where(Idea.seen_by(STAFF), *lanes.in_sight(queue), *asking.conditions(shape))


def _count_late(wanted: Asked, today: Day) -> int:
    given = {**lanes.moments(), **wanted.values, "late": today.now - today.promise, "most": lanes.MOST + 1}
    return read(_late(wanted.queue, wanted.shape), given).scalar() or 0


@lru_cache(maxsize=300)
def _late(queue: str, shape: tuple[str, ...]) -> Any:
    """How many of what waits there are late, counted no further than anybody would read."""
    late = QUEUES[queue].order <= bindparam("late", type_=lanes.MOMENT)
    some = select(Idea.id).where(*lanes.in_sight(queue), *asking.conditions(shape), late)
    return select(func.count()).select_from(some.limit(bindparam("most")).subquery())


def _counted_views(views: list[SavedView]) -> tuple[tuple[int, str, bool, str], ...]:
    """Each of these lists (its id, name, and whether it is the team's) with how much is in it."""
    counts = _counted(me().id, tuple(view.query for view in views)) if views else ()
    return tuple((view.id, view.name, view.is_shared, said(count)) for view, count in zip(views, counts, strict=True))


@for_everybody
def _counted(person: int, queries: tuple[str, ...]) -> tuple[int, ...]:
    """How much is in each of the lists that ask for this, for this person; one whose lane is gone asks for everything."""
    lists = [_some(asking.from_line(query) or Asked()) for query in queries]
    some = [one.limit(lanes.MOST + 1).subquery() for one in lists]
    counts = [select(literal(at).label("place"), func.count()).select_from(one) for at, one in enumerate(some)]
    return tuple(count for _place, count in read(union_all(*counts).order_by("place"), lanes.moments(person)))


def _some(wanted: Asked) -> Any:
    return select(Idea.id).where(*lanes.in_sight(wanted.queue), *asking.conditions(wanted.shape, wanted.values))


def _narrowing(wanted: Asked) -> tuple[Any, ...]:
    """The filters as the form draws them: name, label, choices, and what is chosen."""
    return tuple(
        (name, str(one.label), one.choices(), wanted.chosen.get(name, "")) for name, one in asking.FILTERS.items()
    )


def _opened(id: int) -> Idea | None:
    return db.session.scalars(_with_all_of_it(), {"id": id}).one_or_none()


@cache
def _with_all_of_it() -> Select[Idea]:
    """One idea, with its response, which its tools show."""
    there = select(Idea).where(Idea.id == bindparam("id"), Idea.seen_by(STAFF))
    return there.options(joinedload(Idea.response).lazyload(OfficialResponse.author))


def _beside(idea: Idea | None, ids: list[int], by: int) -> int | None:
    """The id of what stands before or after this idea in the list."""
    if idea is None or idea.id not in ids:
        return None
    place = ids.index(idea.id) + by
    return ids[place] if 0 <= place < len(ids) else None


def _since(row: Any) -> datetime:
    since: datetime = row.waiting_since or row.here_since or row.created_at
    return since


def _headline(lane: lanes.Shown, oldest: datetime | None) -> str:
    """“12 to answer, oldest 3 days”; of what nobody waits for, how many there are."""
    if not lane.count:
        return _("Nobody waits for an answer.") if QUEUES[lane.name].is_due else _("Nothing here.")
    if not QUEUES[lane.name].is_due or oldest is None:
        return _n("%(num)s here", "%(num)s here", lane.count, num=lane.said)
    return _n(
        "%(num)s to answer, waiting for %(age)s",
        "%(num)s to answer, oldest %(age)s",
        lane.count,
        num=lane.said,
        age=duration(now() - oldest),
    )


def _median_days() -> float | None:
    """How many days the answers of the last seven days took, or None where there was none; imports are no measure."""
    lately = Idea.answered_at > now() - timedelta(days=7), Idea.imported_key.is_(None)
    answered = db.session.execute(select(Idea.created_at, Idea.answered_at).where(*lately).limit(2000)).all()
    return (
        round(median((done - asked) / timedelta(days=1) for asked, done in answered if done), 1) if answered else None
    )
