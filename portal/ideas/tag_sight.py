"""Who sees a tag, and how many ideas that everybody sees have it, by where they stand."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from portal.extensions import db
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Place, places
from portal.ideas.tags import Tag, idea_tag
from portal.middleware.caching import for_everybody


class Stands(NamedTuple):
    """How many ideas with a tag stand at a step, of ideas or of issues."""

    for_kind: str
    step: Place
    number: int


def tag_seen_at(slug: str, reader: Any) -> Tag | None:
    """The tag to which this address leads, where the reader may know of it: staff, or whoever sees an idea that has it.

    Authors may choose what is offered, so everybody sees that.
    """
    tag = Tag.now_at(slug)
    if tag is None or tag.is_offered or getattr(reader, "is_staff", False):
        return tag
    seen = select(Idea.id).where(has_tag(tag.id), Idea.seen_by(reader)).limit(1)
    return tag if db.session.scalar(seen) else None


def has_tag(id: int) -> ColumnElement[bool]:
    """The condition of the ideas that have this tag."""
    return Idea.id.in_(select(idea_tag.c.idea_id).where(idea_tag.c.tag_id == id))


@for_everybody
def stands_of(tag_id: int) -> tuple[Stands, ...]:
    """Where the ideas and issues with this tag stand that everybody sees; steps of one kind as one, as filters do."""
    counted = select(Idea.status_id, func.count()).where(listed(), has_tag(tag_id)).group_by(Idea.status_id)
    numbers: dict[int, int] = {status: number for status, number in db.session.execute(counted)}
    found: dict[tuple[str, str], Stands] = {}
    for for_kind in Kind:
        for step in places(for_kind):
            first = found.get((for_kind, step.kind), Stands(for_kind.value, step, 0))
            found[for_kind, step.kind] = first._replace(number=first.number + numbers.get(step.id, 0))
    return tuple(stands for stands in found.values() if stands.number)
