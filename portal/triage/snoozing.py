"""What may wait until a day: out of the lists for the whole team, and back by itself.

It comes back when the day begins, or as soon as a member says something new on it. A snooze is for the team, not for
one of them: the answer is owed by the brand, so that what one puts off would only lie before the others.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, bindparam, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base, UTCDateTime
from portal.extensions import db
from portal.ideas.models import Idea


class NotAhead(Exception):
    """What is put off is put off until later."""


class Snooze(Base):
    """That an idea is put off until a moment, and by whom."""

    __tablename__ = "snooze"
    __table_args__ = (Index("ix_snooze_until", "until", "idea_id"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[User] = relationship()

    def holds(self, idea: Idea) -> bool:
        """Whether its day has not come, and no member has said anything since."""
        return self.until > now() and (idea.said_at is None or idea.said_at <= self.created_at)


def snooze(idea: Idea, until: datetime | None, by: User) -> None:
    """Put an idea off until then, for the whole team; None brings it back at once. Raises NotAhead, LivesElsewhere."""
    if until is not None and until <= now():
        raise NotAhead
    kept = db.session.get(Snooze, idea.id)
    if until is None and kept is None:
        return
    idea.require_standing()
    facts = {"until": until.isoformat()} if until else {}
    record(Action.IDEA_SNOOZED, idea, by=by, **facts)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
    if until is not None:
        db.session.add(Snooze(idea_id=idea.id, until=until, user_id=by.id, created_at=now()))
        db.session.flush()


def snooze_of(idea: Idea) -> Snooze | None:
    """Until when it is put off, while it is."""
    kept = db.session.get(Snooze, idea.id)
    return kept if kept is not None and kept.holds(idea) else None


def sleeps() -> ColumnElement[bool]:
    """The condition on Snooze, beside its Idea, that the day has not come and no member said anything since."""
    heard = or_(Idea.said_at.is_(None), Idea.said_at <= Snooze.created_at)
    return (Snooze.until > bindparam("now", type_=UTCDateTime())) & heard


def may_sleep() -> ColumnElement[bool]:
    """The condition on Idea that it was put off until later, by which a list of those begins."""
    return Idea.id.in_(select(Snooze.idea_id).where(Snooze.until > bindparam("now", type_=UTCDateTime())))


def is_snoozed(id: Any = None) -> ColumnElement[bool]:
    """The condition on Idea that it is put off; the parameter `now` is the moment at which it is asked.

    Of a table that has only the `id` of an idea, the condition on that.
    """
    if id is None:
        return exists().where(Snooze.idea_id == Idea.id, sleeps()).correlate(Idea)
    return exists().where(Snooze.idea_id == id, Idea.id == id, sleeps()).correlate(id.table)
