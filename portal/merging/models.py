"""A merge: that an idea lives in another one, why, who said so, and what its author says of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, false, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea

# So many merges of before are shown where an idea is merged again.
PARTED = 5


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Merge(Base):
    """That one idea lives in another, since when, and until it is undone. It moves nothing: whatever follows from it is
    counted from these rows, and an idea has one open at a time.

    `into_id`: what was chosen, which may itself live in another by now. `one_answer`: staff said that the official
    response of the survivor holds for both. `by_author`: whoever wrote the idea did it, where members said that it is
    the same. `settled_at`: when who supports or follows it was told. `objection_seen_at`: when staff had read it.
    """

    __tablename__ = "merge"
    __table_args__ = (
        Index("uq_merge_open", "idea_id", unique=True, **_where("undone_at IS NULL")),
        Index("ix_merge_idea", "idea_id", "id"),
        Index("ix_merge_into", "into_id", "id"),
        Index("ix_merge_disputed", "objected_at", **_where("objected_at IS NOT NULL AND objection_seen_at IS NULL")),
        Index("ix_merge_unsettled", "object_until", "id", **_where("settled_at IS NULL AND undone_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    into_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(Text)
    one_answer: Mapped[bool] = mapped_column(default=False)
    by_author: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(default=now)
    object_until: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    objected_at: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(Text, default="")
    objection_seen_at: Mapped[datetime | None]
    objection_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    idea: Mapped[Idea] = relationship(foreign_keys=[idea_id])
    into: Mapped[Idea] = relationship(foreign_keys=[into_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """The condition of those that hold."""
        return cls.undone_at.is_(None)

    @classmethod
    def is_disputed(cls) -> ColumnElement[bool]:
        """The condition of those to which an author objected, and at which nobody of the team has looked since."""
        return cls.objected_at.is_not(None) & cls.objection_seen_at.is_(None)

    @classmethod
    def of(cls, idea: Idea) -> "Merge | None":
        """By which this idea lives in another one, if it does."""
        return db.session.scalars(select(cls).where(cls.idea_id == idea.id, cls.is_open())).first()

    @property
    def survivor(self) -> Idea:
        """Where the idea lives now: what was chosen, or what that lives in."""
        return self.into.root

    @property
    def why(self) -> str:
        """The public reason, in the language of the reader: staff wrote it; an author may have added words."""
        return sentences(_("The author says that it is the same."), self.reason) if self.by_author else self.reason

    def settle(self) -> None:
        """Its author may object no more: who supports or follows the idea is told, once."""
        self.settled_at = now()
        facts: dict[str, Any] = {"merge": self.id, "into": self.survivor.id}
        record(Action.MERGE_SETTLED, self.idea, by=None, dedupe_key=f"merge-settled:{self.id}", **facts)

    def may_object(self, person: Any) -> bool:
        """Whether this person may still say that it is not the same: its author, within the days that they have, unless
        they let it join the other one themselves."""
        is_theirs = getattr(person, "id", None) == self.idea.author_id and not self.by_author
        return is_theirs and self.undone_at is None and self.settled_at is None and now() < self.object_until


def lived_in(idea_id: int) -> list[int]:
    """This idea, and all that came with it into what it lives in: those merged into it, and into these."""
    found, reached = [idea_id], [idea_id]
    while reached:
        came = select(Merge.idea_id).where(Merge.into_id.in_(reached), Merge.is_open(), Merge.idea_id.not_in(found))
        reached = list(db.session.scalars(came))
        found += reached
    return found


def parted_before(idea: Idea) -> list[Merge]:
    """The last merges of this idea that were undone, the latest first: why it was merged, and what its author said."""
    undone = select(Merge).where(Merge.idea_id == idea.id, ~Merge.is_open()).order_by(Merge.id.desc())
    return list(db.session.scalars(undone.limit(PARTED)))


def parted_from(idea: Idea) -> set[int]:
    """The ideas with which this one was merged and is no more: nobody suggests them again."""
    theirs = select(Merge.idea_id, Merge.into_id).where(~Merge.is_open())
    found = db.session.execute(theirs.where(or_(Merge.idea_id == idea.id, Merge.into_id == idea.id)))
    return {id for pair in found for id in pair} - {idea.id}
