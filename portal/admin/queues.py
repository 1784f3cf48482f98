"""The queues of the inbox: what waits in each, longest first, and the page that shows one beside what is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import and_, func, literal, select, union_all

from portal.admin.first_steps import first_steps
from portal.clock import now
from portal.extensions import db
from portal.i18n import _, _l, _n, duration, num
from portal.ideas.models import Idea
from portal.ideas.owed import WAITS, waits_too_long
from portal.ideas.pictures import pictures_of
from portal.ideas.severity import SEVERITIES
from portal.ideas.statuses import CLOSED, Kind, Status, StatusKind
from portal.permissions import me
from portal.web.pages import page
from portal.web.paging import listing

MOST = 1_000
TO_CONFIRM = select(Status.id).where(Status.for_kind == Kind.ISSUE, Status.kind == StatusKind.OPEN)
DONE = select(Status.id).where(Status.kind.in_(CLOSED))
QUEUES: dict[str, tuple[Any, Any, Any]] = {
    "unanswered": (_l("Unanswered ideas"), and_(WAITS, Idea.kind == Kind.IDEA), Idea.waiting_since),
    "issues": (
        _l("Issues to confirm"),
        and_(Idea.kind == Kind.ISSUE, Idea.status_id.in_(TO_CONFIRM), Idea.here_since.is_not(None)),
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


def draw(name: str, idea: Idea | None = None, then: int | None = None, **more: Any) -> str:
    """The queue of this name with an idea open beside it: the one that was asked for, or else its first.

    `more` is what the page shows besides, as a form that was refused; `then` is what comes next where this idea does
    not wait any more.
    """
    queues = [Queue(key, str(QUEUES[key][0]), count) for key, count in zip(QUEUES, _tallies(), strict=True)]
    here = next(queue for queue in queues if queue.name == name)
    _label, condition, order = QUEUES[name]
    found = select(Idea).where(Idea.seen_by(me()), Idea.hidden_at.is_(None), condition)
    rows, onward = listing(found, order, Idea.id, descending=False)
    opened = idea or next(iter(rows), None)
    return page(
        "admin/inbox.html",
        fragment="open",
        queues=queues,
        here=here,
        headline=_headline(here, _oldest(condition, order) if here.count else None),
        waits=[(row, *_age(row.waiting_since or row.here_since or row.created_at)) for row in rows],
        more=onward,
        idea=opened,
        asked=idea is not None,
        then=_after(opened, rows) or then,
        images=pictures_of(opened) if opened else [],
        severity=SEVERITIES.get(opened.severity) if opened else None,
        median_days=_median_days() if not rows else None,
        first_steps=first_steps(),
        **more,
    )


def _after(idea: Idea | None, rows: list[Idea]) -> int | None:
    """The id of what comes next in the queue, once this idea is done."""
    ids = [row.id for row in rows]
    return next(iter(ids[ids.index(idea.id) + 1 :]), None) if idea and idea.id in ids else None


def _tallies() -> list[int]:
    """How many wait in each queue, in one question. It counts no further than anybody would read."""
    each = []
    for place, (_label, condition, _order) in enumerate(QUEUES.values()):
        waiting = select(Idea.id).where(Idea.hidden_at.is_(None), condition).limit(MOST + 1).subquery()
        each.append(select(literal(place).label("place"), func.count()).select_from(waiting))
    return [count for _place, count in db.session.execute(union_all(*each).order_by("place"))]


def _oldest(condition: Any, order: Any) -> datetime | None:
    """Since when somebody waits there."""
    return db.session.scalar(select(order).where(Idea.hidden_at.is_(None), condition).order_by(order).limit(1))


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


def _age(since: datetime) -> tuple[str, bool]:
    """How long it has waited, and whether that is longer than the portal promises."""
    return duration(now() - since), waits_too_long(since)


def _median_days() -> float | None:
    """How many days the answers of the last seven days took, or None where there was none; imports are no measure."""
    lately = Idea.answered_at > now() - timedelta(days=7), Idea.imported_key.is_(None)
    answered = db.session.execute(select(Idea.created_at, Idea.answered_at).where(*lately).limit(2000)).all()
    return (
        round(median((done - asked) / timedelta(days=1) for asked, done in answered if done), 1) if answered else None
    )
