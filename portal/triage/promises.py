"""What the brand promised, as feeds, figures and the inbox read it: what is due, what slipped, what was kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from portal.activity.models import Action, Event
from portal.database.reading import rows
from portal.extensions import db
from portal.ideas.models import Idea
from portal.triage.ledger import Outcome, Promise, PromiseDay, today

# Whoever sees to a promise is reminded so long before its day.
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Tally:
    """How many promises became what, since when, and how many days late those were that were late, as a median."""

    kept: int
    late: int
    gone: int
    open: int
    slipped: int
    since: datetime | None
    late_by: int

    @property
    def settled(self) -> int:
        return self.kept + self.late + self.gone

    @property
    def all(self) -> int:
        return self.settled + self.open

    @property
    def marks(self) -> list[str]:
        """A mark for each, in the order in which they are drawn."""
        return ["kept"] * self.kept + ["late"] * self.late + ["gone"] * self.gone + ["open"] * self.open


IN_SIGHT = Idea.hidden_at.is_(None)


def is_overdue() -> ColumnElement[bool]:
    """The condition of promises whose day is over, and of which nobody said what became."""
    return and_(Promise.is_open(), Promise.day < today())


def is_due_soon() -> ColumnElement[bool]:
    """The condition of promises whose day comes within two weeks, today included."""
    return and_(Promise.is_open(), Promise.day >= today(), Promise.day <= today() + SOON)


def has_slipped() -> ColumnElement[bool]:
    """The condition of promises of which another day was said."""
    return exists().where(PromiseDay.promise_id == Promise.id, PromiseDay.reason != "")


def overdue() -> Select[Promise]:
    """The promises of ideas in sight whose day is over, the longest first: one lane of the inbox."""
    return _in_sight(is_overdue())


def due_soon() -> Select[Promise]:
    """The promises of ideas in sight whose day comes within two weeks, the next first."""
    return _in_sight(is_due_soon())


def _in_sight(which: ColumnElement[bool]) -> Select[Promise]:
    found = select(Promise).join(Idea, Idea.id == Promise.idea_id).where(which, IN_SIGHT)
    return found.order_by(Promise.day, Promise.id)


def tally(of_everybody: bool = False) -> Tally:
    """The numbers of all promises, or of those that everybody sees."""
    *numbers, since = rows(_counted(of_everybody), {}).one()
    counts: dict[str, int] = dict(zip(_counts(), numbers, strict=True))
    lateness = [(done - said).days for done, said in rows(_late(of_everybody), {})] if counts["late"] else [0]
    return Tally(**counts, since=since, late_by=round(median(lateness)))


@cache
def _counted(of_everybody: bool) -> Any:
    each = [func.count().filter(which).label(name) for name, which in _counts().items()]
    return _of(select(*each, func.min(Promise.created_at)).select_from(Promise), of_everybody)


@cache
def _late(of_everybody: bool) -> Any:
    late = _counts()["late"]
    return _of(select(Promise.settled_on, Promise.first_day).where(late), of_everybody)


def _of(found: Any, everybody: bool) -> Any:
    return found.join(Idea, Idea.id == Promise.idea_id).where(Idea.seen_by(None)) if everybody else found


def _counts() -> dict[str, ColumnElement[bool]]:
    kept = Promise.outcome == Outcome.KEPT
    return {
        "kept": and_(kept, Promise.settled_on <= Promise.first_day),
        "late": and_(kept, Promise.settled_on > Promise.first_day),
        "gone": Promise.outcome == Outcome.TAKEN_BACK,
        "open": Promise.is_open(),
        "slipped": has_slipped(),
    }


def promises_told(action: Action) -> Any:
    """Each event of this kind with its idea, its promise and the day that it said, the newest first.

    What a step of the idea settled is left out: that step tells it.
    """
    by_status = Event.facts["by_status"].as_boolean()
    found = select(Event, Idea, Promise, PromiseDay).join(Idea, Idea.id == Event.subject_id)
    found = found.join(Promise, Promise.id == Event.facts["promise"].as_integer())
    found = found.outerjoin(PromiseDay, PromiseDay.id == Event.facts["said"].as_integer())
    return found.where(Event.action == action, by_status.is_not(True)).order_by(Event.id.desc())


def due_to_tell() -> tuple[list[int], list[int]]:
    """The ids of promises whose owners are to hear that their day comes near, and that it is over."""
    soon = is_due_soon() & Promise.soon_told_of.is_distinct_from(Promise.day)
    over = is_overdue() & Promise.overdue_told_of.is_distinct_from(Promise.day)
    return _ids(soon), _ids(over)


def _ids(which: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Promise.id).where(which).order_by(Promise.id)))


def was_said_early(promise: Promise) -> bool:
    """Whether the day was said longer before it than the reminder comes: who has just named it needs none."""
    return bool(promise.days) and promise.days[-1].created_at.date() <= promise.day - SOON


def quieten() -> None:
    """A portal that was restored tells nobody of days that came while it was away."""
    for promise in db.session.scalars(select(Promise).where(Promise.is_open(), Promise.day <= today() + SOON)):
        promise.soon_told_of = promise.day
        promise.overdue_told_of = promise.day if promise.day < today() else promise.overdue_told_of
