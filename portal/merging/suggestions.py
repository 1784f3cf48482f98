"""That members say of two ideas that they are the same: a suggestion, until the two are one or staff say otherwise."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea

OPEN_ONLY: dict[str, Any] = {"sqlite_where": text("outcome = ''"), "postgresql_where": text("outcome = ''")}


class Outcome(StrEnum):
    """What became of a suggestion: it waits, the two were merged, or staff said that they are not the same."""

    WAITS = ""
    MERGED = "merged"
    DISMISSED = "dismissed"


class Says(StrEnum):
    """What one person says of a pair: that it is the same; an author, that theirs is something else; nothing more."""

    SAME = "same"
    OTHER = "other"
    NOTHING = ""


class Suggestion(Base):
    """Two ideas of which members say that they are the same, whichever they said it of: the older comes first.

    `merge_id`: by which merge the two became one, if they did. What is over waits again only once somebody says so who
    had not.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("outcome IN ('', 'merged', 'dismissed')", name="outcome"),
        UniqueConstraint("first_id", "second_id"),
        Index("ix_suggestion_second", "second_id"),
        Index("ix_suggestion_merge", "merge_id"),
        Index("ix_suggestion_waiting", "id", **OPEN_ONLY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    outcome: Mapped[str] = mapped_column(String(10), default=Outcome.WAITS)
    ended_at: Mapped[datetime | None]
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("merge.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    first: Mapped[Idea] = relationship(foreign_keys=[first_id])
    second: Mapped[Idea] = relationship(foreign_keys=[second_id])

    @classmethod
    def between(cls, one: int, other: int) -> "Suggestion | None":
        """What is said of these two, if anything ever was."""
        ends = sorted((one, other))
        return db.session.scalar(select(cls).where(cls.first_id == ends[0], cls.second_id == ends[1]))

    @classmethod
    def of_families(cls, one: list[int], other: list[int]) -> "list[Suggestion]":
        """What waits and is said of any two ideas of these families, one of each."""
        either = (cls.first_id.in_(one) & cls.second_id.in_(other)) | (cls.first_id.in_(other) & cls.second_id.in_(one))
        return list(db.session.scalars(select(cls).where(cls.waits(), either).order_by(cls.id)))

    @classmethod
    def waits(cls) -> ColumnElement[bool]:
        """The condition of those that nobody has decided."""
        return cls.outcome == Outcome.WAITS


class Say(Base):
    """What one person says of a pair, and since when. `words`: an author's, on why theirs is something else."""

    __tablename__ = "suggestion_say"
    __table_args__ = (
        CheckConstraint("says IN ('same', 'other', '')", name="says"),
        Index("ix_suggestion_say_user", "user_id"),
    )

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    says: Mapped[str] = mapped_column(String(10), default=Says.SAME)
    words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    suggestion: Mapped[Suggestion] = relationship()
    user: Mapped[User] = relationship()

    @classmethod
    def counted(cls) -> ColumnElement[bool]:
        """The condition of those who say so and weigh: what suspended people say does not, while they are."""
        weighs = aliased(User)
        return (cls.says == Says.SAME) & select(weighs.id).where(weighs.id == cls.user_id, weighs.takes_part).exists()


def checked() -> list[str]:
    """Suggestions that wait though their two ideas live together: whoever merged them ended them."""
    one, other = aliased(Idea), aliased(Idea)
    found = select(Suggestion.id).join(one, one.id == Suggestion.first_id)
    found = found.join(other, other.id == Suggestion.second_id).where(Suggestion.waits())
    together = found.where((one.survivor_id == other.id) | (other.survivor_id == one.id))
    beside = found.where(one.survivor_id == other.survivor_id)
    return [f"suggestion {id} waits, and its ideas are one" for id in db.session.scalars(together.union(beside))]
