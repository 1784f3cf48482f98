"""Who of the team takes an idea on, and by when: one person at a time, whom everybody of the team sees."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, bindparam, exists, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea


class NotOfTheTeam(Exception):
    """Only people of the team who are at work take something on."""


class Assignment(Base):
    """That somebody of the team has an idea in hand, and until when they mean to be done.

    The row outlives a suspension and a change of role: until then it is nobody's, and theirs again afterwards.
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


def owners() -> Select[User]:
    """The people who can take something on."""
    return select(User).where(User.is_staff, User.is_here).order_by(User.own_name, User.id)


def assignment_of(idea: Idea) -> Assignment | None:
    """Who has it in hand, where somebody has: none where that person is not of the team any more."""
    found = db.session.get(Assignment, idea.id)
    return found if found is not None and found.stands else None


def assign(idea: Idea, to: User | None, by: User, due_at: datetime | None = None) -> None:
    """Give an idea to somebody of the team, who is told unless they took it themselves; None: it is nobody's again.

    Raises NotOfTheTeam. What is so already changes nothing.
    """
    if to is not None and not (to.is_staff and to.is_here):
        raise NotOfTheTeam
    kept, due_at = db.session.get(Assignment, idea.id), due_at if to else None
    before = kept.user_id if kept is not None and kept.stands else None
    new = to.id if to else None
    if before == new and (kept is None or kept.due_at == due_at):
        return
    if kept is not None:
        db.session.delete(kept)
        db.session.flush()
    if to is not None:
        db.session.add(Assignment(idea_id=idea.id, owner=to, by_id=by.id, due_at=due_at))
    due = {"due": due_at.isoformat()} if due_at else {}
    record(Action.IDEA_ASSIGNED, idea, by=by, old=before, new=new, **due)


def has_an_owner() -> ColumnElement[bool]:
    """The condition on Idea that somebody who is at work has it in hand."""
    theirs = exists().where(Assignment.idea_id == Idea.id, Assignment.user_id == User.id)
    return theirs.where(User.is_staff, User.is_here).correlate(Idea)


def is_owned_by(person: Any = None) -> ColumnElement[bool]:
    """The condition on Idea that this person has it in hand; without one, the parameter `me`."""
    who = bindparam("me") if person is None else person
    return Idea.id.in_(select(Assignment.idea_id).where(Assignment.user_id == who))
