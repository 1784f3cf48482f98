"""Who sees a tag, and the condition of the ideas that have it."""

from typing import Any

from sqlalchemy import ColumnElement, select

from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.tags import Tag, idea_tag


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
