"""That a comment became an idea of its own; and that its writer was asked whether it may."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, ScalarSelect, Select, String, delete, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.questions import DONE, OPEN_ONLY, Question

DONE_ONLY: dict[str, Any] = {"sqlite_where": text("outcome = 'done'"), "postgresql_where": text("outcome = 'done'")}


class Split(Question, Base):
    """A question to who wrote a comment, or what was done, asked or not: `idea_id` is the idea that it became.

    `proposed`: its title and body, the id of its board and the names of its tags, while it waits; they go as soon as it
    is answered. A comment becomes an idea once, and its writer is asked once.
    """

    of = "comment_id"

    __tablename__ = "split"
    __table_args__ = (
        CheckConstraint("kind IN ('idea', 'issue')", name="kind"),
        CheckConstraint("outcome IN ('', 'done', 'refused', 'withdrawn', 'unanswered')", name="outcome"),
        CheckConstraint("(outcome = 'done') = (idea_id IS NOT NULL)", name="became"),
        Index("uq_split_open", "comment_id", unique=True, **OPEN_ONLY),
        Index("uq_split_done", "comment_id", unique=True, **DONE_ONLY),
        Index("ix_split_comment", "comment_id", "id"),
        Index("uq_split_idea", "idea_id", unique=True),
        Index("ix_split_asked", "asked_id"),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    proposed: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @classmethod
    def of_comment(cls, id: Any) -> ScalarSelect[int | None]:
        """A column: the id of the idea that this comment became, if it did; whether that is in sight is asked of it."""
        return (
            select(cls.idea_id).where(cls.comment_id == id, cls.outcome == DONE).correlate_except(cls).scalar_subquery()
        )

    def end(self, outcome: str) -> None:
        """Say what came of it; what was proposed is not needed any more. Raises NotAsked."""
        super().end(outcome)
        self.proposed = {}


def is_comment_alone(comment_id: Any) -> Any:
    """The condition of a comment that is no idea of its own: it never became one, or staff took that out of sight."""
    stands = or_(Idea.hidden_at.is_(None), Idea.hidden_reason == "")
    return comment_id.not_in(select(Split.comment_id).join(Idea, Idea.id == Split.idea_id).where(stands))


def forget_proposals(comments: Select[Any]) -> None:
    """Nothing that was proposed of these comments stays, and nobody is asked any more: their words are gone."""
    quiet = {"synchronize_session": False}
    proposed = Split.comment_id.in_(comments), Split.outcome != DONE
    db.session.execute(delete(Split).where(*proposed), execution_options=quiet)
