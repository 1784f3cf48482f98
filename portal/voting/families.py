"""What a family of ideas has of votes: its people, each once, counted anew from the rows of all its members."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, case, func, or_, select

from portal.database.holding import hold_numbers
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.owed import owe_its_supporters
from portal.ideas.ranking import heat_of

# What somebody said on several ideas of a family counts once, as the strongest of it.
STRENGTH = ("", "nice", "important", "critical")


class Support(NamedTuple):
    """One person's support of a family: since when, and how much it would help; `since` is None where all their votes
    are set aside."""

    since: datetime | None
    strength: int | None


def count_anew(idea_id: int) -> None:
    """Let the numbers of this idea be what the rows give: of a survivor those of its family, else of its own.

    The caller has begun the write. Where so many support it now that an answer is owed, it comes to be.
    """
    for idea in hold_numbers(Idea, Idea.id == idea_id):
        before = idea.votes_count
        for name, value in numbers_of(idea).items():
            setattr(idea, name, value)
        db.session.flush()
        asked = idea.board.answer_threshold if idea.board is not None else None
        if asked and not idea.is_merged and before < asked <= idea.votes_count:
            owe_its_supporters(idea)


def count_families_anew(ids: Iterable[int]) -> None:
    """Let the survivors of those of these ideas that have a family count anew, in the order of their ids."""
    those = Idea.id.in_(list(ids)), or_(Idea.survivor_id.is_not(None), Idea.merged_count > 0)
    roots = select(func.coalesce(Idea.survivor_id, Idea.id).label("root")).where(*those).distinct()
    for root in db.session.scalars(roots.order_by("root")).all():
        count_anew(root)


def numbers_of(idea: Idea) -> dict[str, Any]:
    """The columns of this idea that follow from votes, as the rows give them."""
    members = [idea.id] if idea.is_merged else idea.family_ids
    support = _support(members)
    imported = db.session.execute(select(Idea.created_at, Idea.imported_support).where(Idea.id.in_(members))).all()
    counted = [one for one in support if one.since is not None]
    said = {
        f"{name}_count": sum(one.strength == strength for one in counted)
        for strength, name in enumerate(STRENGTH)
        if name
    }
    heat = heat_of([(one.since, 1) for one in counted if one.since] + [(born, number) for born, number in imported])
    votes = len(counted) + sum(number for _born, number in imported)
    return {"votes_count": votes, "votes_set_aside": len(support) - len(counted), "heat": heat, **said}


def recount(idea_id: int) -> int:
    """The number of votes that the rows give, imported support included, those set aside left out."""
    return int(numbers_of(db.session.get_one(Idea, idea_id))["votes_count"])


def _support(ideas: list[int]) -> list[Support]:
    return [Support(*row) for row in db.session.execute(support_of(ideas))]


def support_of(ideas: list[int], *more: Any) -> Any:
    """A select of the Support that these ideas have, a row a person."""
    vote, counts = _votes().c, _votes().c.is_counted.is_(True)
    strength = case({name: strength for strength, name in enumerate(STRENGTH)}, value=vote.importance, else_=0)
    since = func.min(case((counts, vote.created_at)), type_=vote.created_at.type)
    strongest = func.max(case((counts, strength)))
    return select(since, strongest, *more).where(vote.idea_id.in_(ideas)).group_by(vote.user_id)


@cache
def _votes() -> Table:
    """The table of votes, whose model asks for this file."""
    return Base.metadata.tables["vote"]
