"""Families: what an idea knows of those with which it was merged. How that comes about says `portal/merging/`.

Votes, comments and follows stay rows of the idea on which they were made; only the numbers of the survivor, in which
the family lives, count them all.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import ColumnElement, ForeignKey, Select, func, or_, select, update
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.orm.util import identity_key

from portal.database.holding import hold_all
from portal.database.types import Base
from portal.extensions import db

QUIET = {"synchronize_session": False}


class LivesElsewhere(Exception):
    """It is a part of another idea, and what is done to that is done there."""


class Mergeable:
    """Something that may live in another one of its kind, its survivor, and in which others may.

    `survivor_id`: the root of its family; None while it stands for itself. `merged_count`: how many live in it.
    """

    survivor_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    merged_count: Mapped[int] = mapped_column(default=0, server_default="0")

    if TYPE_CHECKING:
        id: Mapped[int]
        is_private: Mapped[bool]
        hidden_at: Mapped[Any]
        comments_count: Mapped[int]
        _root: Self

    @property
    def is_merged(self) -> bool:
        """Whether it lives in another one."""
        return self.survivor_id is not None

    @property
    def has_family(self) -> bool:
        """Whether it lives in another one, or others in it."""
        return self.is_merged or self.merged_count > 0

    @property
    def root_id(self) -> int:
        """The id of the one that stands for its family: its own, where it stands for itself."""
        return self.survivor_id or self.id

    @property
    def root(self) -> Self:
        """The one that stands for its family. It stays in the session as long as this one, and is asked for once."""
        self._root = self if self.survivor_id is None else db.session.get_one(type(self), self.survivor_id)
        return self._root

    def require_standing(self) -> None:
        """Raises LivesElsewhere, where it lives in another one: whoever answers it or moves it does so there."""
        if self.is_merged:
            raise LivesElsewhere

    @property
    def family_ids(self) -> list[int]:
        """The ids of all of its family, in order; one that has none is asked for nothing."""
        if not self.has_family:
            return [self.id]
        return list(db.session.scalars(select(type(self).id).where(type(self).family_of(self.root_id)).order_by("id")))

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """The condition of those that stand for themselves: whatever lists or counts ideas asks it."""
        return cls.survivor_id.is_(None)

    @classmethod
    def family_of(cls, root_id: Any) -> ColumnElement[bool]:
        """The condition of the survivor of this id and of all that live in it."""
        return or_(cls.id == root_id, cls.survivor_id == root_id)

    @classmethod
    def read_with(cls, root: Any) -> ColumnElement[bool]:
        """The condition of those of the family whose comments everybody reads who reads the survivor."""
        shared = cls.hidden_at.is_(None) & (cls.is_private.is_(False) | root.is_private.is_(True))
        return or_(cls.id == root.id, (cls.survivor_id == root.id) & shared)

    def came_or_went(self) -> None:
        """Others see it no more, or again: the comments of its family are counted anew."""
        if self.has_family:
            db.session.flush()
            count_comments(type(self), [self.root_id])


def kin_of(idea: Any) -> list[int]:
    """The ids of whose people hear of what happens to this idea: those that live in it, and its own."""
    return [idea.id] if idea.is_merged or not idea.merged_count else idea.family_ids


def hold_families(model: Any, roots: Any) -> list[Any]:
    """Hold these survivors and all that lives in them, and read them again: those that live in another first, as by who
    votes for one."""
    return [*hold_all(model, model.survivor_id.in_(roots)), *hold_all(model, model.id.in_(roots))]


def survivor_seen(idea: Any, reader: Any) -> Any:
    """Where this idea lives now, if it lives in another one and this reader may see that; else None."""
    if not idea.is_merged:
        return None
    return db.session.scalar(type(idea).visible_to(reader).where(type(idea).id == idea.survivor_id))


def members_first(idea: Any, rows: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """These rows of a family, each with the idea of its `idea_id`: those that live in another before that one, so that
    nobody who holds the survivor waits for who waits for it.
    """
    for row in sorted(rows, key=lambda row: (row.idea_id == idea.root_id, row.idea_id)):
        yield idea if row.idea_id == idea.id else db.session.get_one(type(idea), row.idea_id), row


def count_comments(model: Any, ids: list[int]) -> None:
    """Count the comments that everyone sees anew: of a survivor those of its family, else its own."""
    shown = shown_comments(model).scalar_subquery()
    db.session.execute(update(model).where(model.id.in_(ids)).values(comments_count=shown), execution_options=QUIET)
    for id in ids:
        loaded = db.session.identity_map.get(identity_key(model, id))
        if loaded is not None:
            db.session.expire(loaded, ["comments_count"])


def shown_comments(model: Any) -> Select[int]:
    """How many comments everyone sees who sees the idea: a select for each row of the model."""
    comment, member = Base.metadata.tables["comment"], aliased(model)
    seen = comment.c.is_note.is_(False), comment.c.hidden_at.is_(None), comment.c.deleted_at.is_(None)
    shown = select(func.count()).select_from(member).join(comment, comment.c.idea_id == member.id)
    return shown.where(*seen, member.read_with(model)).correlate(model)
