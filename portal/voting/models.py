"""One vote a person and idea: cast, withdrawn, never doubled."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    bindparam,
    delete,
    func,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from portal.accounts.models import User
from portal.clock import now
from portal.database.reading import among, rows
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.family import kin_of, members_first
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Status
from portal.monitoring.metrics import count_vote
from portal.voting.counting import SAID, count_family, count_no_longer, count_said, tally
from portal.voting.families import STRENGTH


class Importance(StrEnum):
    """How much it would help the person who voted."""

    NICE = "nice"
    IMPORTANT = "important"
    CRITICAL = "critical"


class VotingClosed(Exception):
    """The idea is shipped or not planned: its count is final."""


OPEN_ONLY: dict[str, Any] = {
    "sqlite_where": text("undone_at IS NULL"),
    "postgresql_where": text("undone_at IS NULL"),
}


class Vote(Base):
    """That a person supports an idea. It is no event: counts and audiences read these rows.

    Whatever counts votes, orders by them or credits for them reads `counted()`: staff may have set one aside. What a
    person reads of their own, and who is told of progress, reads them all.
    """

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("importance IN ('', 'nice', 'important', 'critical')", name="importance"),
        Index("ix_vote_user", "user_id", "created_at", "is_counted"),
        Index("ix_vote_idea_created", "idea_id", "created_at"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    importance: Mapped[str] = mapped_column(String(10), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    is_counted: Mapped[bool] = mapped_column(default=True, server_default=true())

    @classmethod
    def counted(cls) -> Any:
        """The condition of the votes that count."""
        return cls.is_counted.is_(True)

    @classmethod
    def is_final(cls) -> Any:
        """The condition of the votes that count for what takes no more votes, or lives in what takes none."""
        one, root = aliased(Idea), aliased(Idea)
        stands = select(one.id).join(root, root.id == func.coalesce(one.survivor_id, one.id))
        closed = stands.join(Status, Status.id == root.status_id).where(one.id == cls.idea_id, Status.kind.in_(CLOSED))
        return and_(cls.counted(), closed.exists())

    @classmethod
    def cast(cls, idea: Idea, by: User) -> "Vote | None":
        """Support the idea. Returns the new vote; casting again changes nothing and returns None.

        One that staff have set aside stays so, also when it was withdrawn and is cast anew. Raises VotingClosed, but
        not for a vote that stands already: it was cast in time. Who votes for one of a family supports all of it.
        """
        if not idea.is_open_to_votes and cls.of(by, idea) is None:
            raise VotingClosed
        if idea.has_family and cls.of(by, idea) is not None:
            return None
        moment = now()
        new: Vote | None = db.session.scalars(
            insert(cls)
            .values(idea_id=idea.id, user_id=by.id, importance="", created_at=moment, is_counted=True)
            .on_conflict_do_nothing()
            .returning(cls)
        ).first()
        if new:
            # Asked only now: the insert may have waited for who set aside the vote that was here before. And the row
            # is locked, as staff may be putting it back.
            if db.session.scalars(SetAside.open_of(idea.family_ids, by.id).with_for_update()).first():
                new.is_counted = False
            tally(idea, moment, new.is_counted, 1, "")
            count_family(idea)
            idea.begin_here()
            count_vote("cast")
        return new

    @classmethod
    def withdraw(cls, idea: Idea, by: User) -> bool:
        """Take the vote back, with those for all of its family. True when there was one; withdrawing again changes
        nothing. Raises VotingClosed.
        """
        if not idea.is_open_to_votes:
            raise VotingClosed
        theirs = delete(cls).where(cls.idea_id.in_(idea.family_ids), cls.user_id == by.id)
        taken = cls.idea_id, cls.created_at, cls.is_counted, cls.importance
        gone = db.session.execute(theirs.returning(*taken)).all()
        for one, old in members_first(idea, gone):
            tally(one, old.created_at, old.is_counted, -1, old.importance)
        if gone:
            count_family(idea)
            count_vote("withdrawn")
        return bool(gone)

    @classmethod
    def withdraw_all(cls, by: User) -> int:
        """Take back the votes of a person who leaves, in two statements however many; returns how many there were.

        Votes that count for what shipped or is not planned stay: a final count is final, and nobody's name is with it.
        Ideas are changed in the order of their ids, so that two who leave at once cannot wait for each other for ever.
        Whatever was loaded is read again when next used.
        """
        gone = delete(cls).where(cls.user_id == by.id, ~cls.is_final())
        old = db.session.execute(gone.returning(cls.idea_id, cls.created_at, cls.is_counted, cls.importance)).all()
        if old:
            count_no_longer(sorted(old))
            db.session.expire_all()
        for _ in old:
            count_vote("withdrawn")
        return len(old)

    @classmethod
    def weigh(cls, idea: Idea, by: User, importance: str) -> bool:
        """Say how much it would help. True where the person has a vote to weigh. Raises VotingClosed.

        In a family it is said of each vote that they have there, so that the strongest is what was said last.
        """
        if not idea.is_open_to_votes:
            raise VotingClosed
        theirs, new = (cls.idea_id.in_(idea.family_ids), cls.user_id == by.id), Importance(importance)
        said = select(cls.idea_id, cls.importance, cls.is_counted).where(*theirs)
        found = db.session.execute(said.order_by(cls.idea_id).with_for_update()).all()
        for one, old in members_first(idea, found):
            if old.importance != new:
                db.session.execute(update(cls).where(cls.idea_id == one.id, *theirs).values(importance=new))
                if old.is_counted:
                    count_said(one, old.importance, new)
        count_family(idea)
        return bool(found)

    @classmethod
    def voted_ids(cls, user: Any, ideas: Sequence[Any]) -> set[int]:
        """Which of these ideas (or cards of ideas) the person supports; empty for a visitor."""
        if not getattr(user, "is_authenticated", False) or not ideas:
            return set()
        return {id for (id,) in rows(_votes_for(), {"user": user.id, "ideas": [idea.id for idea in ideas]})}

    @classmethod
    def of(cls, user: Any, idea: Idea) -> "Vote | None":
        """The person's vote on this idea, if any; of several in its family the one that says most, and counts."""
        if not getattr(user, "is_authenticated", False):
            return None
        if not idea.has_family:
            return db.session.get(cls, (idea.id, user.id))
        theirs = select(cls).where(cls.idea_id.in_(idea.family_ids), cls.user_id == user.id)
        votes = db.session.scalars(theirs.order_by(cls.idea_id)).all()
        return max(votes, key=lambda vote: (vote.is_counted, STRENGTH.index(vote.importance)), default=None)


class SetAside(Base):
    """That staff set somebody's vote for an idea aside, why, and what they answered; until it is undone.

    It outlives the vote: whoever withdraws and votes again is still set aside.
    """

    __tablename__ = "set_aside"
    __table_args__ = (
        Index("uq_set_aside_open", "idea_id", "user_id", unique=True, **OPEN_ONLY),
        Index("ix_set_aside_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)
    by: Mapped[User] = relationship(foreign_keys=[by_id], lazy="joined", innerjoin=True)

    @classmethod
    def open_of(cls, idea_id: Any, user_id: Any) -> Any:
        """A select of the id of what is not undone, for an idea (or several) and a person (or columns of these)."""
        of = cls.idea_id.in_(idea_id) if isinstance(idea_id, list) else cls.idea_id == idea_id
        return select(cls.id).where(of, cls.user_id == user_id, cls.undone_at.is_(None))


def supporters(idea: Idea) -> Any:
    """A select of the people who have a vote on the idea, or its family, that counts."""
    votes = select(Vote.user_id).where(Vote.idea_id.in_(kin_of(idea)), Vote.counted())
    return select(User).where(User.id.in_(votes))


def importance_tally(idea: Idea) -> dict[Importance, int]:
    """How many supporters said how much it would help them: every importance, in order, also those nobody chose."""
    return {importance: getattr(idea, SAID[importance].key) for importance in Importance}


@cache
def _votes_for() -> Any:
    """Which of these ideas somebody votes for, or for one that lives there: every list asks, so it is built once."""
    mine = Vote.user_id == bindparam("user")
    own = select(Vote.idea_id).where(mine, among(Vote.idea_id, "ideas"))
    merged = select(Idea.survivor_id).join(Vote, Vote.idea_id == Idea.id).where(mine, Idea.survivor_id.is_not(None))
    return union_all(own, merged.where(among(Idea.survivor_id, "ideas")))
