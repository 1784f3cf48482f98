"""That an issue became an idea, or an idea an issue; and that its author was asked whether it may."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.database.types import Base
from portal.extensions import db
from portal.ideas.questions import DONE, OPEN_ONLY, Question


class Conversion(Question, Base):
    """A question to the author of an idea, or what was done, asked or not.

    `kind`: what it becomes; `stood`: how it stood before, once it is done, so that converting back restores it.
    """

    of = "idea_id"

    __tablename__ = "conversion"
    __table_args__ = (
        CheckConstraint("kind IN ('idea', 'issue')", name="kind"),
        CheckConstraint("outcome IN ('', 'done', 'refused', 'withdrawn', 'unanswered')", name="outcome"),
        Index("uq_conversion_open", "idea_id", unique=True, **OPEN_ONLY),
        Index("ix_conversion_idea", "idea_id", "id"),
        Index("ix_conversion_asked", "asked_id"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    stood: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @classmethod
    def away_from(cls, idea_id: int, kind: str) -> "Conversion | None":
        """How this idea stood when it was of this kind the last time."""
        done = select(cls).where(cls.idea_id == idea_id, cls.outcome == DONE, cls.kind != kind)
        return db.session.scalars(done.order_by(cls.id.desc()).limit(1)).first()
