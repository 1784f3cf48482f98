"""An answer that is owed: its row, how one comes about, and what fulfils it.

It stands below the ideas, whose answers fulfil it, and below the votes, one of which brings it about: both in their own
transaction. `obligations.py` reads what stands here.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db
from portal.settings import settings

QUIET = {"synchronize_session": False}


class Why(StrEnum):
    """Why an answer is owed: so many support it, or somebody has waited for too long."""

    SUPPORT = "support"
    LATE = "late"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Obligation(Base):
    """That an idea or an issue is owed an answer, by whom and by when. One is open at a time, and only one in all comes
    of the number of its supporters. Without an owner, or with one who is not at work here any more, it is nobody's.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        CheckConstraint("why IN ('support', 'late')", name="why"),
        Index("uq_obligation_open", "idea_id", unique=True, **_where("fulfilled_at IS NULL")),
        Index("uq_obligation_support", "idea_id", unique=True, **_where("why = 'support'")),
        Index("ix_obligation_due", "due_at", "id", **_where("fulfilled_at IS NULL")),
        Index("ix_obligation_owner", "owner_id", **_where("fulfilled_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    why: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    arose_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    fulfilled_at: Mapped[datetime | None]

    idea: Mapped[Any] = relationship("Idea", lazy="joined", innerjoin=True)
    owner: Mapped[User | None] = relationship(lazy="joined")

    @classmethod
    def is_open(cls) -> Any:
        """The condition of those that no answer has fulfilled."""
        return cls.fulfilled_at.is_(None)

    def hand_over(self, to: int) -> None:
        """An issue that nobody answered in time goes to support, who is told once."""
        self.owner_id = to
        self.handed_over_at = self.reminded_at = now()
        record(Action.ANSWER_OWED, self.idea, by=None, owner=to, obligation=self.id, handed_over=True)

    def remind(self) -> None:
        """Its owner is reminded, once."""
        self.reminded_at = now()
        record(Action.ANSWER_REMINDED, self.idea, by=None, owner=self.owner_id, obligation=self.id)


def days_of(board: Any) -> int:
    """Within how many days an answer is promised on this board, or where there is none."""
    return int(board.answer_days if board is not None and board.answer_days else settings().answer_days)


def at_work(user_id: int | None) -> int | None:
    """The id of somebody who is one of staff and here; else None: what is theirs is nobody's."""
    if user_id is None:
        return None
    return db.session.scalar(select(User.id).where(User.id == user_id, User.is_staff, User.is_here))


def support_of(idea: Any) -> int | None:
    """Who is named as support where the idea stands, while they are at work."""
    named = idea.board.support_id if idea.board is not None else None
    return at_work(named) or at_work(settings().support_id)


def owe(idea: Any, why: Why, tell: bool = True) -> bool:
    """An answer is owed from now on, once; False where one is already. The caller has begun the write.

    For its support, within the days that its board promises; one that waited too long is due since then, and an issue
    that did goes to support.
    """
    days, board, moment = timedelta(days=days_of(idea.board)), idea.board, now()
    late = why == Why.LATE and idea.waiting_since is not None
    due = idea.waiting_since + days if late else moment + days
    support = support_of(idea) if late and idea.is_issue else None
    owner = support or at_work(board.owner_id if board is not None else None)
    row = {"idea_id": idea.id, "why": why, "owner_id": owner, "arose_at": moment, "due_at": due}
    row |= {"remind_at": moment + days, "handed_over_at": moment if support else None}
    row["reminded_at"] = row["handed_over_at"]
    new = insert(Obligation).values(**row).on_conflict_do_nothing().returning(Obligation.id)
    id = db.session.scalar(new)
    if id is not None and owner is not None and tell:
        record(Action.ANSWER_OWED, idea, by=None, owner=owner, obligation=id, why=why, handed_over=bool(support))
    return id is not None


def fulfil(idea_id: int | None) -> None:
    """The brand answered: nothing is owed any more."""
    owed = update(Obligation).where(Obligation.idea_id == idea_id, Obligation.is_open())
    db.session.execute(owed.values(fulfilled_at=now()), execution_options=QUIET)
