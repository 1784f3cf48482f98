"""Whether families stand as the merges that hold say. Reads only."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.voting.families import numbers_of


def families() -> list[str]:
    """Ideas that live elsewhere than their merges lead, or say that more or fewer live in them than do."""
    return [*_astray(), *_miscounted()]


def with_family() -> list[Idea]:
    """The ideas in which others live."""
    return list(db.session.scalars(select(Idea).where(Idea.merged_count > 0).order_by(Idea.id)))


def wrong_numbers() -> list[str]:
    """Survivors that say other numbers than the votes of their family give."""
    found = [(idea, name, value) for idea in with_family() for name, value in numbers_of(idea).items()]
    return [
        f"idea {idea.id} says {getattr(idea, name)} for {name}, its family gives {value}"
        for idea, name, value in found
        if name != "heat" and getattr(idea, name) != value
    ]


def _astray() -> list[str]:
    """What was chosen is where it lives, or lives there too."""
    into = aliased(Idea)
    found = select(Idea.id, Idea.survivor_id, func.coalesce(into.survivor_id, into.id)).outerjoin(
        Merge, (Merge.idea_id == Idea.id) & Merge.is_open()
    )
    found = found.outerjoin(into, into.id == Merge.into_id)
    other = Idea.survivor_id.is_distinct_from(func.coalesce(into.survivor_id, into.id))
    wrong = db.session.execute(found.where(or_(Idea.survivor_id.is_not(None), Merge.id.is_not(None)), other))
    return [f"idea {id} lives in {lives}, its merge leads to {leads}" for id, lives, leads in wrong]


def _miscounted() -> list[str]:
    member = aliased(Idea)
    number = select(func.count()).where(member.survivor_id == Idea.id).correlate(Idea).scalar_subquery()
    wrong = db.session.execute(select(Idea.id, Idea.merged_count, number).where(Idea.merged_count != number))
    return [f"idea {id} says that {says} live in it, {live} do" for id, says, live in wrong]
