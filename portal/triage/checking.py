"""Whether promises and the answers that are owed agree with the rows from which they follow. Reads only."""

from sqlalchemy import and_, func, or_, select

from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Status
from portal.triage.ledger import Promise, PromiseDay
from portal.triage.owing import Obligation, Why


def promises() -> list[str]:
    """Promises whose days are not those that were said, that are half settled, or that stand though nothing is left."""
    return [*_of_other_days(), *_half_settled(), *_without_an_aim()]


def answers_owed() -> list[str]:
    """Answers that are owed to what was answered, or is closed."""
    closed = Status.kind.in_(CLOSED), and_(Obligation.why == Why.LATE, Idea.waiting_since.is_(None))
    found = select(Obligation.id, Idea.id).join(Idea, Idea.id == Obligation.idea_id)
    found = found.join(Status, Status.id == Idea.status_id).where(Obligation.is_open(), or_(*closed))
    answered = db.session.execute(found.order_by(Obligation.id))
    return [f"obligation {id} is open, but idea {idea} was answered" for id, idea in answered]


def _of_other_days() -> list[str]:
    ends = func.min(PromiseDay.id).label("first"), func.max(PromiseDay.id).label("last")
    each = select(PromiseDay.promise_id, *ends).group_by(PromiseDay.promise_id).subquery()
    first, last = PromiseDay.__table__.alias("first_said"), PromiseDay.__table__.alias("last_said")
    said = select(Promise.id, Promise.day, last.c.day).outerjoin(each, each.c.promise_id == Promise.id)
    said = said.outerjoin(first, first.c.id == each.c.first).outerjoin(last, last.c.id == each.c.last)
    other = or_(Promise.first_day.is_distinct_from(first.c.day), Promise.day.is_distinct_from(last.c.day))
    wrong = db.session.execute(said.where(other).order_by(Promise.id))
    return [
        f"promise {id} is for {day}, but {'its first day is another' if day == given else f'its rows say {given}'}"
        if given
        else f"promise {id} has no day"
        for id, day, given in wrong
    ]


def _half_settled() -> list[str]:
    half = or_(
        and_(Promise.is_open(), or_(Promise.outcome != "", Promise.settled_on.is_not(None))),
        and_(~Promise.is_open(), or_(Promise.outcome == "", Promise.settled_on.is_(None))),
    )
    found = db.session.scalars(select(Promise.id).where(half).order_by(Promise.id))
    return [f"promise {id} is settled by half" for id in found]


def _without_an_aim() -> list[str]:
    closed = select(Promise.id, Idea.id).join(Idea, Idea.id == Promise.idea_id)
    closed = closed.join(Status, Status.id == Idea.status_id).where(Promise.is_open(), Status.kind.in_(CLOSED))
    found = db.session.execute(closed.order_by(Promise.id))
    return [f"promise {id} stands, but idea {idea} is closed" for id, idea in found]
