"""Whoever of the team has an idea in hand: the row, which is also whom an answer that is owed falls to.

It stands below the ideas, as an answer comes to be owed in the transaction of a vote. `assignments.py` has the act of
staff, and reads what stands here.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db


class Assignment(Base):
    """That somebody of the team has an idea in hand, and until when they mean to be done. An answer that it is owed is
    theirs to give.

    The row outlives a suspension and a change of role: until then it is nobody's, and theirs again afterwards. Without
    `by_id` it fell to them, as an answer came to be owed.
    """

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_user", "user_id", "idea_id"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    owner: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)

    @property
    def stands(self) -> bool:
        """Whether its owner is of the team and at work: what is theirs is nobody's while they are not."""
        return self.owner.is_staff and self.owner.is_here


def at_work(user_id: int | None) -> int | None:
    """The id of somebody who is one of staff and here; else None: what is theirs is nobody's."""
    if user_id is None:
        return None
    return db.session.scalar(select(User.id).where(User.id == user_id, User.is_staff, User.is_here))


def in_hand_of(idea_id: int) -> int | None:
    """The id of whoever has this idea in hand, while they are at work."""
    return at_work(db.session.scalar(select(Assignment.user_id).where(Assignment.idea_id == idea_id)))


def put_in_hand(idea_id: int, to: int, by: int | None = None, due_at: datetime | None = None) -> None:
    """Let this person have the idea in hand from now on, in place of whoever had it. The caller holds the idea."""
    take_out_of_hand(idea_id)
    db.session.add(Assignment(idea_id=idea_id, user_id=to, by_id=by, due_at=due_at))
    db.session.flush()


def take_out_of_hand(idea_id: int) -> None:
    """Let nobody have it in hand any more. The caller holds the idea."""
    kept = db.session.get(Assignment, idea_id)
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
