"""An answer that is owed: its row, how one comes about, and what fulfils it.

It stands below the ideas, whose answers fulfil it, and below the votes, one of which brings it about: both in their own
transaction. `obligations.py` reads what stands here. Whose it is does not stand here: whoever has the idea in hand
gives the answer (`assigning.py`).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db
from portal.settings import settings
from portal.triage.assigning import at_work, in_hand_of, put_in_hand

QUIET = {"synchronize_session": False}


class Why(StrEnum):
    """Why an answer is owed: so many support it, or somebody has waited for too long."""

    SUPPORT = "support"
    LATE = "late"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Obligation(Base):
    """That an idea or an issue is owed an answer, and by when. One is open at a time, and only one in all comes of the
    number of its supporters.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        CheckConstraint("why IN ('support', 'late')", name="why"),
        Index("uq_obligation_open", "idea_id", unique=True, **_where("fulfilled_at IS NULL")),
        Index("uq_obligation_support", "idea_id", unique=True, **_where("why = 'support'")),
        Index("ix_obligation_due", "due_at", "id", **_where("fulfilled_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    why: Mapped[str] = mapped_column(String(10))
    arose_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    fulfilled_at: Mapped[datetime | None]

    idea: Mapped[Any] = relationship("Idea", lazy="joined", innerjoin=True)

    @classmethod
    def is_open(cls) -> Any:
        """The condition of those that no answer has fulfilled."""
        return cls.fulfilled_at.is_(None)

    def hand_over(self, to: int) -> None:
        """An issue that nobody answered in time goes to support, who is told once."""
        put_in_hand(self.idea_id, to)
        self.handed_over_at = self.reminded_at = now()
        record(Action.ANSWER_OWED, self.idea, by=None, owner=to, obligation=self.id, handed_over=True)

    def remind(self) -> None:
        """Whoever has its idea in hand is reminded, once."""
        self.reminded_at = now()
        record(Action.ANSWER_REMINDED, self.idea, by=None, owner=in_hand_of(self.idea_id), obligation=self.id)


def days_of(board: Any) -> int:
    """Within how many days an answer is promised on this board, or where there is none."""
    return int(board.answer_days if board is not None and board.answer_days else settings().answer_days)


def support_of(idea: Any) -> int | None:
    """Who is named as support where the idea stands, while they are at work."""
    named = idea.board.support_id if idea.board is not None else None
    return at_work(named) or at_work(settings().support_id)


def owe(idea: Any, why: Why, tell: bool = True) -> bool:
    """An answer is owed from now on, once; False where one is already. The caller has begun the write.

    For its support, within the days that its board promises; one that waited too long is due since then, and an issue
    that did goes to support. Of what nobody has in hand it falls to who answers on the board.
    """
    days, moment = timedelta(days=days_of(idea.board)), now()
    late = why == Why.LATE and idea.waiting_since is not None
    due = idea.waiting_since + days if late else moment + days
    support = support_of(idea) if late and idea.is_issue else None
    row = {"idea_id": idea.id, "why": why, "arose_at": moment, "due_at": due}
    row |= {"remind_at": moment + days, "handed_over_at": moment if support else None}
    row["reminded_at"] = row["handed_over_at"]
    new = insert(Obligation).values(**row).on_conflict_do_nothing().returning(Obligation.id)
    id = db.session.scalar(new)
    owner = _falls_to(idea, support) if id is not None else None
    if owner is not None and tell:
        record(Action.ANSWER_OWED, idea, by=None, owner=owner, obligation=id, why=why, handed_over=bool(support))
    return id is not None


def _falls_to(idea: Any, support: int | None) -> int | None:
    """Whose the answer is: that of support, else of whoever has it in hand, else of who answers on the board."""
    has_it = in_hand_of(idea.id)
    owner = support or has_it or at_work(idea.board.owner_id if idea.board is not None else None)
    if owner is not None and owner != has_it:
        put_in_hand(idea.id, owner)
    return owner


def told_with_it(idea_id: int) -> None:
    """Somebody was just given it, and hears with that of the answer that is owed: a reminder that is due is none."""
    due = update(Obligation).where(Obligation.idea_id == idea_id, Obligation.is_open(), Obligation.remind_at <= now())
    due = due.where(Obligation.reminded_at.is_(None)).values(reminded_at=now())
    db.session.execute(due, execution_options=QUIET)


def fulfil(idea_id: int | None) -> None:
    """The brand answered: nothing is owed any more."""
    owed = update(Obligation).where(Obligation.idea_id == idea_id, Obligation.is_open())
    db.session.execute(owed.values(fulfilled_at=now()), execution_options=QUIET)
