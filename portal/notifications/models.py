"""Telling people: who follows what, what they were told, and what is on its way to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ForeignKey, Index, Select, String, Text, UniqueConstraint, and_, or_, select, text
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea


class Follow(Base):
    """That somebody wants to hear of an idea's comments too, or (muted) of nothing about it."""

    __tablename__ = "follow"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True)
    muted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class BoardFollow(Base):
    """That somebody wants to hear of what is new on a board, and of its closing.

    `came_from_id`: the board that they chose, where they came along as it became this one; its own row stays.
    """

    __tablename__ = "board_follow"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True, index=True)
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)


# What only staff are told of: who is not one of them any more reads of it no longer.
STAFF_ONLY = (
    Action.IDEA_ASSIGNED, Action.FLAGGED, Action.PROMISE_DUE_SOON, Action.PROMISE_OVERDUE,
    Action.ANSWER_OWED, Action.ANSWER_REMINDED, Action.CRITICISM_ROSE, Action.MERGE_OBJECTED,
)  # fmt: skip


class Notification(Base):
    """That a person was told of an event in the portal; `mail` says how it goes by mail."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id"),
        Index("ix_notification_user_unread", "user_id", "read_at"),
        Index("ix_notification_digest", "mail", "digest_event_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    mail: Mapped[str] = mapped_column(String(10), default="never")
    digest_event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(foreign_keys=[event_id])
    user: Mapped[User] = relationship()

    @classmethod
    def visible_to(cls, user: Any) -> Select[Self]:
        """What this person was told of and may still see: the one scope of the page, the bell, the board and mail."""
        scopes: dict[str, Any] = {"idea": Idea, "comment": Comment, "release": Release}
        seen = [
            and_(
                Event.subject_type == table,
                model.visible_to(user).where(model.id == Event.subject_id).correlate(Event).exists(),
            )
            for table, model in scopes.items()
        ]
        mine = select(cls).join(cls.event).options(contains_eager(cls.event)).where(cls.user_id == user.id)
        mine = mine.where(or_(Event.subject_type.not_in(scopes), *seen))
        if user.is_staff:
            return mine
        about_others = and_(Event.subject_type == "user", Event.subject_id != user.id)
        heard = or_(Event.action != Action.IDEA_PROPOSED, _is_on_a_followed_board(user))
        return mine.where(Event.action.not_in(STAFF_ONLY), heard, ~about_others)


def _is_on_a_followed_board(user: Any) -> Any:
    """The condition that an event is about an idea on a board that this person follows: why others than staff hear of
    new ones."""
    followed = select(BoardFollow.board_id).join(Idea, Idea.board_id == BoardFollow.board_id)
    return followed.where(Idea.id == Event.subject_id, BoardFollow.user_id == user.id).correlate(Event).exists()


class Hears(StrEnum):
    """When one of staff hears of something: at once, in the letter at the start of their day, or never."""

    AT_ONCE = "at_once"
    MORNING = "morning"
    NEVER = "never"


class Topic(StrEnum):
    """What staff may want to hear of: each is a column of `StaffMail`."""

    CRITICISM = "criticism"
    REPORTS = "reports"
    BLOCKING_ISSUES = "blocking_issues"
    SERIOUS_ISSUES = "serious_issues"
    OTHER_ISSUES = "other_issues"
    NEW_IDEAS = "new_ideas"
    ASSIGNED = "assigned"
    WAITING = "waiting"


class StaffMail(Base):
    """What one of staff hears of, and when; who has no row has what stands here as default.

    With `boards` only of what is on these, or on none; without any, of all.
    """

    __tablename__ = "staff_mail"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    reports: Mapped[str] = mapped_column(String(10), default=Hears.AT_ONCE)
    blocking_issues: Mapped[str] = mapped_column(String(10), default=Hears.AT_ONCE)
    serious_issues: Mapped[str] = mapped_column(String(10), default=Hears.MORNING)
    other_issues: Mapped[str] = mapped_column(String(10), default=Hears.MORNING)
    new_ideas: Mapped[str] = mapped_column(String(10), default=Hears.MORNING)
    assigned: Mapped[str] = mapped_column(String(10), default=Hears.AT_ONCE, server_default=Hears.AT_ONCE)
    waiting: Mapped[str] = mapped_column(String(10), default=Hears.MORNING)
    criticism: Mapped[str] = mapped_column(String(10), default=Hears.AT_ONCE)

    boards: Mapped[list[Board]] = relationship(secondary="staff_mail_board", order_by=Board.position)

    @classmethod
    def of(cls, user: User) -> Self:
        """The choices of this person: their row, or one with the defaults that is not kept yet."""
        return db.session.get(cls, user.id) or cls(user_id=user.id, boards=[], **DEFAULTS)


DEFAULTS: dict[str, str] = {topic: str(StaffMail.__table__.c[topic].default.arg) for topic in Topic}


class StaffMailBoard(Base):
    """A board that one of staff chose."""

    __tablename__ = "staff_mail_board"

    user_id: Mapped[int] = mapped_column(ForeignKey("staff_mail.user_id", ondelete="CASCADE"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)


class State(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    FOLDED = "folded"
    SUPPRESSED = "suppressed"
    DEAD = "dead"
    CANCELLED = "cancelled"


THREADS_ONLY: dict[str, Any] = {
    "sqlite_where": text("thread IS NOT NULL"),
    "postgresql_where": text("thread IS NOT NULL"),
}


class Delivery(Base):
    """One message on its way. `recipient` is `user:<id>`, `token:<id>`, or `old:<id>` and `new:<id>` of a change of
    address: no address is kept here.

    Those of one `thread` (`idea:<id>`, or `bulk:<press>`) that wait for the same recipient are told in one mail:
    `folded_into` names the delivery that tells of this one too.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "channel", "recipient"),
        Index("ix_delivery_state_next", "state", "next_attempt_at"),
        Index("ix_delivery_thread", "recipient", "thread", **THREADS_ONLY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    recipient: Mapped[str] = mapped_column(String(40))
    thread: Mapped[str | None] = mapped_column(String(40))
    folded_into: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=State.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=now)
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(40))
    last_error: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship()
