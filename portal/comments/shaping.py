"""Who shaped an idea: its proposer and the authors of the comments marked so, each shown the way they chose."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, func, select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea


@dataclass(frozen=True)
class Shaper:
    """Somebody to credit. `user` is None where the link or the face would tell more than they chose."""

    name: str
    user: User | None
    proposed: bool


@dataclass(frozen=True)
class Shapers:
    """Those who are named, and how many chose not to be."""

    named: list[Shaper]
    unnamed: int


def who_shaped(idea: Idea) -> Shapers:
    """The proposer first, then the others in the order in which their comments were marked.

    Who noted what a customer said elsewhere proposed nothing.
    """
    others = db.session.scalars(_authors(), {"idea": idea.id, "proposer": idea.author_id})
    people = [*([] if idea.captured else [idea.author]), *others]
    named = [
        Shaper(person.credited_name, person if person.is_credited_openly else None, person is idea.author)
        for person in people
        if person.credited_name
    ]
    return Shapers(named, len(people) - len(named))


@cache
def _authors() -> Select[User]:
    """Built once, as every page of an idea asks it."""
    marked = (
        select(Comment.author_id, func.min(Comment.shaped_at).label("at"))
        .where(
            Comment.idea_id == bindparam("idea"),
            Comment.shaped_at.is_not(None),
            Comment.hidden_at.is_(None),
            Comment.is_note.is_(False),
            Comment.author_id != bindparam("proposer"),
        )
        .group_by(Comment.author_id)
        .subquery()
    )
    return select(User).join(marked, marked.c.author_id == User.id).order_by(marked.c.at, User.id)
