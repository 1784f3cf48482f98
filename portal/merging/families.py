"""A family as one reader sees it: what lives in an idea, as far as they may see each of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.voting.models import Vote


@dataclass(frozen=True)
class Member:
    """An idea that lives in another one: its own words, its author, and by which merge it came. `people`: how many
    support it by itself."""

    idea: Idea
    merge: Merge

    @property
    def people(self) -> int:
        return self.idea.votes_count

    @property
    def author(self) -> User:
        return self.idea.author

    @property
    def merged_at(self) -> datetime:
        return self.merge.created_at


@dataclass(frozen=True)
class Family:
    """An idea and what lives in it, the longest merged first.

    `came_here`: how many people support the idea by itself; `came_along`: those whom the others brought.
    """

    idea: Idea
    members: list[Member] = field(default_factory=list)
    came_here: int = 0

    @property
    def came_along(self) -> int:
        return self.idea.votes_count - self.came_here

    @property
    def proposers(self) -> list[User]:
        """Who proposed it: its author, then those of what lives in it, each once. Who noted what a customer said
        elsewhere proposed nothing."""
        of = [self.idea, *(member.idea for member in self.members)]
        return list({idea.author_id: idea.author for idea in of if not idea.captured}.values())


def family(idea: Idea, reader: Any) -> Family:
    """What lives in this idea, as this reader sees it; an idea without a family is asked for nothing."""
    if not idea.merged_count:
        return Family(idea, came_here=idea.votes_count)
    found = select(Idea, Merge).join(Merge, Merge.idea_id == Idea.id).where(Merge.is_open(), Idea.seen_by(reader))
    found = found.where(Idea.survivor_id == idea.id).options(joinedload(Idea.captured))
    rows = db.session.execute(found.order_by(Merge.created_at, Merge.id)).unique().all()
    return Family(idea, [Member(*row) for row in rows], _own_support(idea))


def _own_support(idea: Idea) -> int:
    counted = select(func.count()).select_from(Vote).where(Vote.idea_id == idea.id, Vote.counted())
    return (db.session.scalar(counted) or 0) + idea.imported_support
