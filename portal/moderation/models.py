"""Keeping it civil: what is reported, and who may only read."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db

WORDS_MAX = 500
# The tables of what can be reported.
TEXTS = ("idea", "comment", "release", "user")


class Reason(StrEnum):
    """What somebody says is wrong with a text."""

    SPAM = "spam"
    ABUSIVE = "abusive"
    PRIVATE = "private"
    ILLEGAL = "illegal"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class Sign(StrEnum):
    """What makes the portal take a newcomer's text for spam."""

    LINKS = "links"
    SPEED = "speed"
    COPY = "copy"
    TRAP = "trap"


class Judgement(StrEnum):
    """What staff made of a reported text; `gone`: its author deleted it first."""

    KEPT = "kept"
    HIDDEN = "hidden"
    GONE = "gone"


class Flag(Base):
    """That somebody reported a text; where `user_id` is None, that the portal saw signs of spam in it.

    The text is an idea, a comment, a release or the profile of a user, written by `author_id`. `weight` is how much the
    report counts, in hundredths of a member. `judged_words` tells the words that staff judged from any later ones.
    """

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("user_id", "subject_type", "subject_id"),
        Index("ix_flag_subject", "subject_type", "subject_id"),
        Index(
            "ix_flag_open",
            "created_at",
            sqlite_where=text("judged_at IS NULL"),
            postgresql_where=text("judged_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(WORDS_MAX), default="")
    signs: Mapped[str] = mapped_column(String(80), default="")
    weight: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    judgement: Mapped[str | None] = mapped_column(String(10))
    judged_words: Mapped[str | None] = mapped_column(String(64))

    user: Mapped[User | None] = relationship(foreign_keys=[user_id], lazy="joined")

    @classmethod
    def about(cls, thing: Any) -> Any:
        """The condition of the flags on this text."""
        return (cls.subject_type == thing.__tablename__) & (cls.subject_id == thing.id)

    @classmethod
    def of(cls, user: Any, thing: Any) -> "Flag | None":
        """This person's report of this text."""
        if not getattr(user, "is_authenticated", False):
            return None
        return db.session.scalar(select(cls).where(cls.about(thing), cls.user_id == user.id))

    @property
    def is_open(self) -> bool:
        return self.judged_at is None


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
    """Let a member only read and take out what is theirs, in every open session; they are told why."""
    if not user.is_suspended:
        user.suspended_at = now()
        db.session.add(Suspension(user_id=user.id, reason=reason, by_id=by.id))
        EmailToken.end_open(user.email)
        record(Action.MEMBER_SUSPENDED, user, by=by, reason=reason)


def reinstate(user: User, by: User) -> None:
    """End a suspension."""
    if user.is_suspended:
        user.suspended_at = None
        suspension = Suspension.of(user)
        if suspension:
            suspension.ended_at = now()
        record(Action.MEMBER_REINSTATED, user, by=by)


def fingerprint(thing: Any) -> str:
    """What tells the words of a text, as they stand, from any others."""
    return hashlib.sha256("\x1f".join(thing.said).encode()).hexdigest()
