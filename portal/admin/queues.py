"""The queues of the inbox: what waits in each, longest first, and the page that shows one beside what is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, literal, literal_column, select, union_all
from sqlalchemy.orm import joinedload

from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.admin.first_steps import first_steps
from portal.clock import now
from portal.database.reading import rows as read
from portal.database.wording import chosen
from portal.extensions import db
from portal.i18n import _, _l, _n, duration, num
from portal.ideas.cards import Named
from portal.ideas.models import Idea
from portal.ideas.owed import WAITS, promises
from portal.ideas.pictures import pictures_of
from portal.ideas.responses import OfficialResponse
from portal.ideas.severity import SEVERITIES
from portal.ideas.statuses import CLOSED, Kind, Status, StatusKind
from portal.web.pages import page
from portal.web.paging import asked, more, slice_of

MOST = 1_000
# Who reads what stands here: the console lets nobody else in, and what one of staff may see, all of them may.
STAFF = Somebody(is_staff=True)
TO_CONFIRM = select(Status.id).where(Status.for_kind == Kind.ISSUE, Status.kind == StatusKind.OPEN)
DONE = select(Status.id).where(Status.kind.in_(CLOSED))
# The word stands in the statement itself: SQLite would not know that the index of issues has what is given to it later.
AN_ISSUE = Idea.kind == literal_column(f"'{Kind.ISSUE}'")
QUEUES: dict[str, tuple[Any, Any, Any]] = {
    "unanswered": (_l("Unanswered ideas"), and_(WAITS, Idea.kind == Kind.IDEA), Idea.waiting_since),
    "issues": (
        _l("Issues to confirm"),
        and_(AN_ISSUE, Idea.status_id.in_(TO_CONFIRM), Idea.here_since.is_not(None)),
        Idea.here_since,
    ),
    "private": (
        _l("Private issues"),
        and_(Idea.is_private.is_(True), Idea.status_id.not_in(DONE), Idea.here_since.is_not(None)),
        Idea.here_since,
    ),
    "all": (_l("All"), WAITS, Idea.waiting_since),
}


@dataclass(frozen=True)
class Queue:
    """One list of the inbox, with how many wait in it: MOST and one where they are more."""

    name: str
    label: str
    count: int

    @property
    def said(self) -> str:
        """How many wait: 12, or 1,000+."""
        return num(self.count) if self.count <= MOST else f"{num(MOST)}+"


class Waiting(NamedTuple):
    """One idea that waits, as far as its row says it; the name of its author is empty once they left."""

    status: Named
    author: str
    id: int
    kind: str
    title: str
    lang: str
    is_private: bool
    votes_count: int
    critical_count: int
    comments_count: int

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE


class Row(NamedTuple):
    """A row of a queue: how long its idea has waited, and whether that is longer than the portal promises."""

    idea: Waiting
    age: str
    late: bool


def draw(name: str, idea: Idea | None = None, then: int | None = None, **others: Any) -> str:
    """The queue of this name with an idea open beside it: the one that was asked for, or else its first.

    `others` is what the page shows besides, as a form that was refused; `then` is what comes next where this idea does
    not wait any more.
    """
    queues = [Queue(key, str(QUEUES[key][0]), count) for key, count in zip(QUEUES, _tallies(), strict=True)]
    here = next(queue for queue in queues if queue.name == name)
    order = QUEUES[name][2]
    found = slice_of(_waiting(name), order, Idea.id, after=asked(), descending=False, given={})
    rows = _rows(found.rows)
    opened = idea or (_opened(rows[0].idea.id) if rows else None)
    first = None if asked() or not found.rows else getattr(found.rows[0], order.key)
    return page(
        "admin/inbox.html",
        fragment="open",
        queues=queues,
        here=here,
        headline=_headline(here, first or (_oldest(name) if here.count else None)),
        waits=rows,
        more=more(found),
        idea=opened,
        asked=idea is not None,
        then=_after(opened, rows) or then,
        images=pictures_of(opened) if opened else [],
        severity=SEVERITIES.get(opened.severity) if opened else None,
        median_days=_median_days() if not rows else None,
        first_steps=first_steps(),
        **others,
    )


def _opened(id: int) -> Idea | None:
    return db.session.scalars(_with_all_of_it(), {"id": id}).one_or_none()


@cache
def _with_all_of_it() -> Select[Idea]:
    """One idea, with its response, which its tools show."""
    there = select(Idea).where(Idea.id == bindparam("id"), Idea.seen_by(STAFF))
    return there.options(joinedload(Idea.response).lazyload(OfficialResponse.author))


@cache
def _waiting(name: str) -> Any:
    """What waits in this queue, for _rows()."""
    of_author = User.display_name, User.erased_at
    since = Idea.waiting_since, Idea.here_since, Idea.created_at, Idea.board_id
    said = Idea.id, Idea.kind, Idea.title, Idea.lang, Idea.is_private
    counts = Idea.votes_count, Idea.critical_count, Idea.comments_count
    found = select(*since, Status.called, Status.kind, *of_author, *said, *counts)
    found = found.join(Status, Status.id == Idea.status_id).join(User, User.id == Idea.author_id)
    return found.where(Idea.seen_by(STAFF), *_in_sight(name))


def _rows(found: list[Any]) -> list[Row]:
    moment, promised = now(), promises()
    rows = []
    for waiting_since, here_since, created_at, board_id, names, kind, author, erased_at, *said in found:
        waited = moment - (waiting_since or here_since or created_at)
        words = Waiting(Named(chosen(names or {}), kind), "" if erased_at else author, *said)
        rows.append(Row(words, duration(waited), waited > promised(board_id)))
    return rows


def _in_sight(name: str) -> tuple[Any, Any]:
    return Idea.hidden_at.is_(None), QUEUES[name][1]


def _after(idea: Idea | None, rows: list[Row]) -> int | None:
    """The id of what comes next in the queue, once this idea is done."""
    ids = [row.idea.id for row in rows]
    return next(iter(ids[ids.index(idea.id) + 1 :]), None) if idea and idea.id in ids else None


def _tallies() -> list[int]:
    """How many wait in each queue, in one question. It counts no further than anybody would read."""
    return [count for _place, count in read(_counted(), {"most": MOST + 1})]


@cache
def _counted() -> Any:
    each = []
    for place, name in enumerate(QUEUES):
        waiting = select(Idea.id).where(*_in_sight(name)).limit(bindparam("most")).subquery()
        each.append(select(literal(place).label("place"), func.count()).select_from(waiting))
    return union_all(*each).order_by("place")


def _oldest(name: str) -> datetime | None:
    """Since when somebody waits there."""
    order = QUEUES[name][2]
    return db.session.scalar(select(order).where(*_in_sight(name)).order_by(order).limit(1))


def _headline(queue: Queue, oldest: datetime | None) -> str:
    """“12 to answer, oldest 3 days”."""
    if not oldest:
        return _("Nobody waits for an answer.")
    return _n(
        "%(num)s to answer, waiting for %(age)s",
        "%(num)s to answer, oldest %(age)s",
        queue.count,
        num=queue.said,
        age=duration(now() - oldest),
    )


def _median_days() -> float | None:
    """How many days the answers of the last seven days took, or None where there was none; imports are no measure."""
    lately = Idea.answered_at > now() - timedelta(days=7), Idea.imported_key.is_(None)
    answered = db.session.execute(select(Idea.created_at, Idea.answered_at).where(*lately).limit(2000)).all()
    return (
        round(median((done - asked) / timedelta(days=1) for asked, done in answered if done), 1) if answered else None
    )
