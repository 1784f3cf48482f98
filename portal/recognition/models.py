"""Thanks: a ledger of points earned by outcomes, and the top partners picked from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.database.types import Base


class PointEntry(Base):
    """Points paid to a person by a rule for a subject, or taken back: then `undoes_id` names the row that was wrong.

    No row is ever deleted. Of a person, rule and subject at most one row is open, that is paid and not taken back; so
    their sum is nothing or what the rule pays.
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        Index(
            "ix_point_entry_open",
            "user_id", "rule", "subject_type", "subject_id",
            unique=True, sqlite_where=text("is_open IS 1"), postgresql_where=text("is_open IS true"),
        ),
        Index("ix_point_entry_subject", "subject_type", "subject_id"),
        Index("ix_point_entry_user", "user_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    rule: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    points: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    is_open: Mapped[bool] = mapped_column(default=True)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("point_entry.id", ondelete="CASCADE"), unique=True)

    event: Mapped[Event] = relationship()


class Partner(Base):
    """That somebody is a top partner of a week, and why."""

    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("week", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(String(8), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int]
    points: Mapped[int]
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ThankYou(Base):
    """Personal words from staff to a member: thanks, or where an event says so (`welcoming`) a welcome."""

    __tablename__ = "thank_you"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    author: Mapped[User] = relationship(foreign_keys=[author_id])
