"""Two tags become one and may be separated again; and a tag is deleted for good."""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Table, and_, delete, exists, func, literal, select

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.tags import MergedTag, Tag, idea_tag

# Which ideas a tag was on when it became another, and whether they had that one, too: what separating them puts back.
merged_tag_idea = Table(
    "merged_tag_idea",
    Base.metadata,
    Column("tag_id", ForeignKey("merged_tag.tag_id", ondelete="CASCADE"), primary_key=True),
    Column("idea_id", ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("had_both", Boolean, nullable=False),
)


class NotMergeable(Exception):
    """Into itself, or one of the two became another tag already."""


def merge(tag: Tag, into: Tag, by: User) -> None:
    """Let each idea with this tag have the other one instead, once. Raises NotMergeable. The caller holds both."""
    if tag.id == into.id or is_merged(tag) or is_merged(into):
        raise NotMergeable
    facts: dict[str, Any] = {"into": into.id, "into_name": into.name, "ideas": ideas_of(tag)}
    facts["both"] = ideas_with_both(tag, into)
    db.session.add(MergedTag(tag_id=tag.id, into_id=into.id, created_at=now()))
    db.session.flush()
    on_both = _has(into, idea_tag.c.idea_id)
    kept = select(idea_tag.c.tag_id, idea_tag.c.idea_id, on_both).where(idea_tag.c.tag_id == tag.id)
    db.session.execute(merged_tag_idea.insert().from_select(["tag_id", "idea_id", "had_both"], kept))
    _put_on(into, select(idea_tag.c.idea_id).where(idea_tag.c.tag_id == tag.id))
    db.session.execute(delete(idea_tag).where(idea_tag.c.tag_id == tag.id))
    record(Action.TAG_CHANGED, tag, by=by, what="merged", name=tag.name, **facts)
    db.session.flush()
    db.session.expire_all()


def separate(tag: Tag, by: User) -> None:
    """Let a tag that became another be itself again, on the ideas that had it and still have the other.

    Those that had both keep both. Raises NotMergeable. The caller holds both.
    """
    merged = db.session.get(MergedTag, tag.id, populate_existing=True)
    into = db.session.get(Tag, merged.into_id) if merged else None
    if merged is None or into is None or is_merged(into):
        raise NotMergeable
    was = merged_tag_idea.c.tag_id == tag.id
    theirs = select(merged_tag_idea.c.idea_id).where(was, _has(into, merged_tag_idea.c.idea_id))
    _put_on(tag, theirs)
    alone = select(merged_tag_idea.c.idea_id).where(was, merged_tag_idea.c.had_both.is_(False))
    db.session.execute(delete(idea_tag).where(idea_tag.c.tag_id == into.id, idea_tag.c.idea_id.in_(alone)))
    facts: dict[str, Any] = {"into": into.id, "into_name": into.name}
    db.session.execute(delete(MergedTag).where(MergedTag.tag_id == tag.id))
    record(Action.TAG_CHANGED, tag, by=by, what="separated", name=tag.name, ideas=ideas_of(tag), **facts)
    db.session.flush()
    db.session.expire_all()


def delete_tag(tag: Tag, by: User) -> None:
    """Take it off every idea, for good, with those that became this one. The caller holds it."""
    gone = _and_those_merged_into(tag)
    record(Action.TAG_CHANGED, tag, by=by, what="deleted", name=tag.name, ideas=ideas_of(tag))
    db.session.flush()
    db.session.execute(delete(Tag).where(Tag.id.in_(gone)))
    db.session.expire_all()


def is_merged(tag: Tag) -> bool:
    """Whether it became another."""
    return db.session.get(MergedTag, tag.id, populate_existing=True) is not None


def merged_into(tag: Tag) -> list[Tag]:
    """The tags that became this one, and can be separated from it."""
    of = select(MergedTag.tag_id).where(MergedTag.into_id == tag.id)
    return list(db.session.scalars(select(Tag).where(Tag.id.in_(of)).order_by(Tag.name)))


def ideas_of(tag: Tag) -> int:
    """How many ideas and issues have it, those out of sight included."""
    return counts_of([tag])[tag.id]


def counts_of(tags: list[Tag]) -> dict[int, int]:
    """The same of several, by their ids."""
    ids = [tag.id for tag in tags]
    counted = select(idea_tag.c.tag_id, func.count()).where(idea_tag.c.tag_id.in_(ids)).group_by(idea_tag.c.tag_id)
    found: dict[int, int] = {id: number for id, number in db.session.execute(counted)}
    return {id: found.get(id, 0) for id in ids}


def ideas_with_both(tag: Tag, other: Tag) -> int:
    """How many ideas have this tag and that one."""
    both = select(func.count()).select_from(idea_tag)
    return db.session.scalar(both.where(idea_tag.c.tag_id == tag.id, _has(other, idea_tag.c.idea_id))) or 0


def _has(tag: Tag, idea_id: Any) -> Any:
    """The condition of the ideas that have this tag."""
    other = idea_tag.alias()
    return exists().where(and_(other.c.tag_id == tag.id, other.c.idea_id == idea_id)).correlate_except(other)


def _put_on(tag: Tag, ideas: Any) -> None:
    """Let these ideas have this tag; those that have it keep it."""
    found = ideas.subquery()
    rows = select(found.c.idea_id, literal(tag.id)).where(~_has(tag, found.c.idea_id))
    db.session.execute(idea_tag.insert().from_select(["idea_id", "tag_id"], rows))


def _and_those_merged_into(tag: Tag) -> list[int]:
    """The id of the tag, and of every one that became it, however many steps ago."""
    ids = [tag.id]
    for id in ids:
        ids += db.session.scalars(select(MergedTag.tag_id).where(MergedTag.into_id == id))
    return ids
