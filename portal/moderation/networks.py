"""From which network a new member voted: a keyed hash that only says “the same one”, kept for a week, never shown."""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import User
from portal.clock import now
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db, network
from portal.ideas.models import Idea
from portal.moderation.trust import NEW_FOR

KEPT = timedelta(days=7)


class VoteNetwork(Base):
    """The network of a new member's vote. It goes with the vote, after a week, and into no backup."""

    __tablename__ = "vote_network"
    __table_args__ = (
        ForeignKeyConstraint(
            ["idea_id", "user_id"], ["vote.idea_id", "vote.user_id"], name="fk_vote_network_vote", ondelete="CASCADE"
        ),
        Index("ix_vote_network_idea", "idea_id", "network"),
        Index("ix_vote_network_created", "created_at"),
        {"info": {"saved": False}},
    )

    idea_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


def note_network(idea: Idea, voter: User) -> None:
    """Keep from which network this request votes, where its voter is new here. No commit."""
    if voter.is_staff or voter.created_at < now() - NEW_FOR:
        return
    row = {"idea_id": idea.id, "user_id": voter.id, "network": _hashed(idea, network()), "created_at": now()}
    db.session.execute(insert(VoteNetwork).values(**row).on_conflict_do_nothing())


def _hashed(idea: Idea, told: str) -> str:
    """One network has another hash for each idea, so that nobody's votes can be told together by it."""
    message = f"vote-network:{idea.id}:{told}"
    return hmac.new(str(current_app.secret_key).encode(), message.encode(), hashlib.sha256).hexdigest()
