"""Keeping it civil: a suspended member reads, and does nothing else."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.extensions import Base, db


class Suspension(Base):
    """Why and from when to when a member was suspended."""

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    @classmethod
    def of(cls, user: User) -> "Suspension | None":
        """The suspension that is in force."""
        return db.session.scalars(
            select(cls).where(cls.user_id == user.id, cls.ended_at.is_(None)).order_by(cls.id.desc())
        ).first()


def suspend(user: User, by: User, reason: str) -> None:
    """Let a member only read, and revoke their sessions; they are told why."""
    if not user.is_suspended:
        user.suspended_at = now()
        db.session.add(Suspension(user_id=user.id, reason=reason, by_id=by.id))
        user.sign_out_everywhere()
        record(Action.MEMBER_SUSPENDED, user, by=by, reason=reason)


def reinstate(user: User, by: User) -> None:
    """End a suspension."""
    if user.is_suspended:
        user.suspended_at = None
        suspension = Suspension.of(user)
        if suspension:
            suspension.ended_at = now()
        record(Action.MEMBER_REINSTATED, user, by=by)
