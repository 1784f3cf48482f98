"""Who shaped an idea: its proposer and the authors of the comments marked so, each shown the way they chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database.reading import rows
from portal.ideas.cards import Author
from portal.ideas.models import Idea


@dataclass(frozen=True)
class Shaper:
    """Somebody to credit. `user` is None where the link or the face would tell more than they chose."""

    name: str
    user: User | Author | None
    proposed: bool


@dataclass(frozen=True)
class Shapers:
    """Those who are named, and how many chose not to be."""

    named: list[Shaper]
    unnamed: int


def who_shaped(idea: Idea, others: Iterable[Any] | None = None) -> Shapers:
    """The proposer first, then the others in the order in which their comments were marked.

    Who noted what a customer said elsewhere proposed nothing. `others`: the rows of shaping(), where they were read
    already.
    """
    if others is None:
        others = rows(shaping(), {"idea": idea.id})
    proposer = idea.author
    people: list[tuple[str | None, User | Author | None, bool]]
    people = [(proposer.credited_name, proposer if proposer.is_credited_openly else None, True)]
    people = [] if idea.captured else people
    people += [(name, Author(*shown) if openly else None, False) for name, openly, *shown in others]
    named = [Shaper(name, user, proposed) for name, user, proposed in people if name]
    return Shapers(named, len(people) - len(named))


@cache
def shaping() -> Select[*tuple[Any, ...]]:
    """Those besides its proposer whose comments shaped the `idea`."""
    marked = (
        select(Comment.author_id, func.min(Comment.shaped_at).label("at"))
        .join(Idea, Idea.id == Comment.idea_id)
        .where(
            Comment.idea_id == bindparam("idea"),
            Comment.shaped_at.is_not(None),
            Comment.hidden_at.is_(None),
            Comment.is_note.is_(False),
            Comment.author_id != Idea.author_id,
        )
        .group_by(Comment.author_id)
        .subquery()
    )
    face = User.display_name, User.handle, User.is_of_team, User.is_former, User.is_imported
    shown = select(User.credited_name, (User.credit_as == CreditAs.NAME).label("openly"), *face)
    return shown.join(marked, marked.c.author_id == User.id).order_by(marked.c.at, User.id)
