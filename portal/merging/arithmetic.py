"""What merging two ideas would come to, before anything has happened."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea
from portal.voting.families import STRENGTH
from portal.voting.models import Vote


@dataclass(frozen=True)
class Arithmetic:
    """People of the two, as each counts them now: `joining` + `staying` − `both` = `together`.

    `stronger`: of those in both, how many say more on the one that joins, by what they then say (`critical`, …).
    `co_proposer`: who becomes one, if anybody does. The rest comes along: public comments, people who only follow, and
    notes of staff.
    """

    joining: int
    staying: int
    both: int
    stronger: dict[str, int]
    co_proposer: User | None
    comments: int
    followers: int
    notes: int

    @property
    def together(self) -> int:
        return self.joining + self.staying - self.both


def arithmetic(idea: Idea, into: Idea) -> Arithmetic:
    """What it would come to if this idea lived in the other one. Reads only."""
    root = into.root
    here, there = idea.family_ids, root.family_ids
    in_both = db.session.execute(_strengths(here, there)).all()
    stronger = [one.joining for one in in_both if one.joining > one.staying]
    return Arithmetic(
        joining=idea.votes_count,
        staying=root.votes_count,
        both=len(in_both),
        stronger={STRENGTH[strength]: stronger.count(strength) for strength in sorted({*stronger}, reverse=True)},
        co_proposer=None if idea.captured or idea.author_id == root.author_id else idea.author,
        comments=idea.comments_count,
        followers=_only_follow(here),
        notes=_number(Comment, Comment.idea_id.in_(here), Comment.is_note.is_(True), Comment.deleted_at.is_(None)),
    )


def in_both(idea: Idea, others: list[int]) -> dict[int, int]:
    """How many people who support this idea support each of the others too, by its id. Reads only."""
    if not others:
        return {}
    here, root = aliased(Vote), func.coalesce(Idea.survivor_id, Idea.id).label("root")
    theirs = select(here.user_id).where(here.idea_id.in_(idea.family_ids), here.is_counted.is_(True))
    found = select(root, func.count(Vote.user_id.distinct())).join(Idea, Idea.id == Vote.idea_id)
    found = found.where(Vote.counted(), root.in_(others), Vote.user_id.in_(theirs)).group_by(root)
    return {id: number for id, number in db.session.execute(found)}


def _strengths(here: list[int], there: list[int]) -> Any:
    """A select of those who have votes that count on both sides, and how strongly they speak on each."""
    strength = case({name: strength for strength, name in enumerate(STRENGTH)}, value=Vote.importance, else_=0)
    joining = func.max(case((Vote.idea_id.in_(here), strength))).label("joining")
    staying = func.max(case((Vote.idea_id.in_(there), strength))).label("staying")
    found = select(joining, staying).where(Vote.idea_id.in_([*here, *there]), Vote.counted()).group_by(Vote.user_id)
    return found.having(joining.is_not(None), staying.is_not(None))


def _only_follow(ideas: list[int]) -> int:
    """How many people follow these without a vote for them."""
    follow = Base.metadata.tables["follow"].c  # its model stands above this rung
    voted = select(Vote.user_id).where(Vote.idea_id.in_(ideas))
    follows = select(func.count(follow.user_id.distinct())).where(follow.idea_id.in_(ideas), follow.muted.is_(False))
    return db.session.scalar(follows.where(follow.user_id.not_in(voted))) or 0


def _number(model: Any, *which: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0
