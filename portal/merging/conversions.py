"""That an issue became an idea, or an idea an issue; and that its author was asked whether it may."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db

# So long a question waits; so long what was asked is kept.
WAITS, KEPT = timedelta(days=14), timedelta(days=90)
WAITING, DONE, REFUSED, WITHDRAWN, UNANSWERED = "", "done", "refused", "withdrawn", "unanswered"
OPEN_ONLY: dict[str, Any] = {"sqlite_where": text("outcome = ''"), "postgresql_where": text("outcome = ''")}


class Conversion(Base):
    """A question to the author of an idea, or what was done, asked or not.

    `kind`: what it becomes; `asked_id`: its author, where they were asked; `by_id`: who asked, or did it. `stood`: how
    it stood before, once it is done, so that converting back restores it.
    """

    __tablename__ = "conversion"
    __table_args__ = (
        CheckConstraint("kind IN ('idea', 'issue')", name="kind"),
        CheckConstraint("outcome IN ('', 'done', 'refused', 'withdrawn', 'unanswered')", name="outcome"),
        Index("uq_conversion_open", "idea_id", unique=True, **OPEN_ONLY),
        Index("ix_conversion_idea", "idea_id", "id"),
        Index("ix_conversion_asked", "asked_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(10), default=WAITING)
    stood: Mapped[dict[str, Any]] = mapped_column(default=dict)

    asked: Mapped[User | None] = relationship(foreign_keys=[asked_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])

    @property
    def waits(self) -> bool:
        """Whether it can still be answered: nobody has, nobody took it back, and its time is not over."""
        return self.outcome == WAITING and self.asked_id is not None and self.until > now()

    @classmethod
    def latest(cls, idea_id: int) -> "Conversion | None":
        """What was asked or done last, of this idea."""
        return db.session.scalars(select(cls).where(cls.idea_id == idea_id).order_by(cls.id.desc()).limit(1)).first()

    @classmethod
    def asked_of(cls, idea_id: int) -> "Conversion | None":
        """The question that waits for an answer, if any."""
        waiting = select(cls).where(cls.idea_id == idea_id, cls.outcome == WAITING)
        question = db.session.scalars(waiting).first()
        return question if question is not None and question.waits else None

    @classmethod
    def away_from(cls, idea_id: int, kind: str) -> "Conversion | None":
        """How this idea stood when it was of this kind the last time."""
        done = select(cls).where(cls.idea_id == idea_id, cls.outcome == DONE, cls.kind != kind)
        return db.session.scalars(done.order_by(cls.id.desc()).limit(1)).first()


def quieten() -> None:
    """A portal that was restored asks nobody again: what waited then ends without an answer. The caller commits."""
    waiting = update(Conversion).where(Conversion.outcome == WAITING).values(outcome=UNANSWERED)
    db.session.execute(waiting, execution_options={"synchronize_session": False})
