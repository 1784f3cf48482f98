"""A family as one reader sees it: what lives in an idea, as far as they may see each of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal.extensions import db
from portal.ideas.kin import Kin
from portal.ideas.models import Idea
from portal.voting.models import Vote


@dataclass(frozen=True)
class Family:
    """An idea and what lives in it, the oldest first.

    `came_here`: how many people support the idea by itself; `came_along`: those whom the others brought.
    """

    idea: Idea
    members: Sequence[Kin] = ()
    came_here: int = 0

    @property
    def came_along(self) -> int:
        return self.idea.votes_count - self.came_here

    @property
    def proposers(self) -> list[Any]:
        """Who proposed it: its author, then those of what lives in it, each once. Who noted what a customer said
        elsewhere proposed nothing."""
        found: dict[int, Any] = {} if self.idea.captured else {self.idea.author_id: self.idea.author}
        for one in self.members:
            if not one.is_noted:
                found.setdefault(one.author_id, one.author)
        return list(found.values())


def family(idea: Idea, kin: Sequence[Kin]) -> Family:
    """This idea with what a reader sees of what lives in it (`kin_seen`)."""
    return Family(idea, kin, _own_support(idea) if idea.merged_count else idea.votes_count)


def _own_support(idea: Idea) -> int:
    counted = select(func.count()).select_from(Vote).where(Vote.idea_id == idea.id, Vote.counted())
    return (db.session.scalar(counted) or 0) + idea.imported_support
