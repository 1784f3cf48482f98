"""One vote a person and idea: cast, withdrawn, never doubled."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts.models import User
from portal.clock import now
from portal.extensions import Base, db, insert
from portal.ideas.models import Idea
from portal.ideas.ranking import age, cooler, warmer
from portal.metrics import count_vote


class Importance(StrEnum):
    """How much it would help the person who voted."""

    NICE = "nice"
    IMPORTANT = "important"
    CRITICAL = "critical"


class VotingClosed(Exception):
    """The idea is shipped or not planned: it takes no new votes."""


class Vote(Base):
    """That a person supports an idea. It is no event: counts and audiences read these rows."""

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("importance IN ('', 'nice', 'important', 'critical')", name="importance"),
        Index("ix_vote_user", "user_id", "created_at"),
        Index("ix_vote_idea_created", "idea_id", "created_at"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    importance: Mapped[str] = mapped_column(String(10), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def cast(cls, idea: Idea, by: User) -> "Vote | None":
        """Support the idea. Returns the new vote; casting again changes nothing and returns None.

        Raises VotingClosed, but not for a vote that stands already: it was cast in time.
        """
        if not idea.is_open_to_votes and cls.of(by, idea) is None:
            raise VotingClosed
        moment = now()
        new: Vote | None = db.session.scalars(
            insert(cls)
            .values(idea_id=idea.id, user_id=by.id, importance="", created_at=moment)
            .on_conflict_do_nothing()
            .returning(cls)
        ).first()
        if new:
            _count(idea, votes_count=Idea.votes_count + 1, heat=warmer(Idea.heat, moment))
            count_vote("cast")
        return new

    @classmethod
    def withdraw(cls, idea: Idea, by: User) -> bool:
        """Take the vote back. True when there was one; withdrawing again changes nothing."""
        old = db.session.execute(
            delete(cls).where(cls.idea_id == idea.id, cls.user_id == by.id).returning(cls.created_at)
        ).first()
        if old:
            _count(idea, votes_count=Idea.votes_count - 1, heat=cooler(Idea.heat, age(old.created_at)))
            count_vote("withdrawn")
        return old is not None

    @classmethod
    def withdraw_all(cls, by: User) -> int:
        """Take back every vote of a person who leaves, in two statements however many; returns how many there were.

        Ideas are changed in the order of their ids, so that two who leave at once cannot wait for each other for ever.
        Whatever was loaded is read again when next used.
        """
        old = db.session.execute(delete(cls).where(cls.user_id == by.id).returning(cls.idea_id, cls.created_at)).all()
        if old:
            aged = bindparam("aged", type_=Float)
            fewer = update(Idea.__table__).where(Idea.id == bindparam("of"))  # type: ignore[arg-type]
            fewer = fewer.values(votes_count=Idea.votes_count - 1, heat=cooler(Idea.heat, aged))
            db.session.connection().execute(fewer, [{"of": id, "aged": age(moment)} for id, moment in sorted(old)])
            db.session.expire_all()
        for _ in old:
            count_vote("withdrawn")
        return len(old)

    @classmethod
    def weigh(cls, idea: Idea, by: User, importance: str) -> bool:
        """Say how much it would help. True where the person has a vote to weigh."""
        return bool(
            db.session.execute(
                update(cls)
                .where(cls.idea_id == idea.id, cls.user_id == by.id)
                .values(importance=Importance(importance))
                .returning(cls.user_id)
            ).first()
        )

    @classmethod
    def voted_ids(cls, user: Any, ideas: Sequence[Any]) -> set[int]:
        """Which of these ideas (or cards of ideas) the person supports; empty for a visitor."""
        if not getattr(user, "is_authenticated", False) or not ideas:
            return set()
        return set(
            db.session.scalars(
                select(cls.idea_id).where(cls.user_id == user.id, cls.idea_id.in_([idea.id for idea in ideas]))
            )
        )

    @classmethod
    def of(cls, user: Any, idea: Idea) -> "Vote | None":
        """The person's vote on this idea, if any."""
        if not getattr(user, "is_authenticated", False):
            return None
        return db.session.get(cls, (idea.id, user.id))


def supporters(idea: Idea) -> Any:
    """A select of the people who have a vote on the idea."""
    return select(User).join(Vote, Vote.user_id == User.id).where(Vote.idea_id == idea.id)


def importance_tally(idea: Idea) -> dict[Importance, int]:
    """How many supporters said how much it would help them: every importance, in order, also those nobody chose."""
    rows = db.session.execute(
        select(Vote.importance, func.count()).where(Vote.idea_id == idea.id).group_by(Vote.importance)
    )
    said = {importance: number for importance, number in rows}
    return {importance: said.get(importance, 0) for importance in Importance}


def recount(idea_id: int) -> int:
    """The number of votes that the rows give, imported support included."""
    rows = select(func.count()).select_from(Vote).where(Vote.idea_id == idea_id).scalar_subquery()
    return db.session.scalar(select(rows + Idea.imported_support).where(Idea.id == idea_id)) or 0


def _count(idea: Idea, **values: Any) -> None:
    """Change the numbers in the row itself, and let the idea at hand know what they are now."""
    changed = db.session.execute(
        update(Idea).where(Idea.id == idea.id).values(**values).returning(Idea.votes_count, Idea.heat),
        execution_options={"synchronize_session": False},
    ).one()
    for name, value in changed._mapping.items():
        set_committed_value(idea, name, value)
