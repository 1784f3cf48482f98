"""Where ideas are sorted: boards, one for each idea, and tags, as many as help."""

from datetime import datetime
from functools import cache
from typing import Any

from slugify import slugify
from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    True_,
    bindparam,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.clock import now
from portal.database.reading import rows
from portal.database.types import Base
from portal.database.wording import Name, Named, each, rows_of
from portal.database.writing import insert
from portal.extensions import db


class BoardName(Name, Base):
    """What a board is called in one language."""

    __tablename__ = "board_name"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)


class Board(Named, Base):
    """A part of the product, such as Planning or Mobile app.

    `answer_threshold`: so many supporters are owed an answer. `answer_days`: within how many days one is promised, if
    not as the portal promises. `owner_id` answers, and `support_id` takes the issues that nobody answered in time.
    """

    __tablename__ = "board"
    name_class = BoardName

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    answer_threshold: Mapped[int | None]
    answer_days: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    support_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    name_rows: Mapped[dict[str, BoardName]] = rows_of("BoardName")
    called: Mapped[dict[str, str]] = column_property(each(BoardName.lang, BoardName.name, BoardName.board_id == id))

    @classmethod
    def seen_by(cls, user: Any) -> ColumnElement[bool]:
        """The condition of the boards that this person (or visitor) may see: all of them, as every board is public.

        It decides on everything that stands there (`holds`), and what visitors see is what is kept for everybody.
        """
        return true()

    @property
    def readers(self) -> ColumnElement[bool]:
        """The same turned round: the condition on people of those who may see this board."""
        return true()

    @property
    def is_public(self) -> bool:
        """Whether visitors see it, so that what stands there may be kept for everybody."""
        return True

    @classmethod
    def holds(cls, board_id: Any, user: Any) -> ColumnElement[bool]:
        """The condition of what stands on such a board, or on none."""
        seen = cls.seen_by(user)
        if isinstance(seen, True_):
            return seen
        return or_(board_id.is_(None), board_id.in_(select(cls.id).where(seen)))

    @classmethod
    def visible_to(cls, user: Any) -> Select["Board"]:
        """Every board that this person (or visitor) may see."""
        return select(cls).where(cls.seen_by(user))

    @classmethod
    def in_order(cls, for_: Any) -> list["Board"]:
        """The boards in use that this person (or visitor) may see, as staff ordered them."""
        in_use = cls.visible_to(for_).where(cls.archived_at.is_(None))
        return list(db.session.scalars(in_use.order_by(cls.position, cls.id)))


class Tag(Base):
    """A word that staff put on ideas."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @staticmethod
    def slug_of(name: str) -> str:
        """What two names of one tag have in common."""
        return slugify(name)[:60] or name[:60]

    @classmethod
    def named(cls, name: str) -> "Tag":
        """The tag of this name, made where there is none."""
        slug = cls.slug_of(name)
        db.session.execute(insert(cls).values(slug=slug, name=name[:40], created_at=now()).on_conflict_do_nothing())
        return db.session.scalars(select(cls).where(cls.slug == slug)).one()


idea_tag = Table(
    "idea_tag",
    Base.metadata,
    Column("idea_id", ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_idea_tag_tag_id", "tag_id"),
)


def tags_on(idea_id: int) -> list[str]:
    """What the tags of an idea are called."""
    return [name for (name,) in rows(_tags_on(), {"idea": idea_id})]


@cache
def _tags_on() -> Select[str]:
    tagged = select(Tag.name).join(idea_tag, idea_tag.c.tag_id == Tag.id)
    return tagged.where(idea_tag.c.idea_id == bindparam("idea")).order_by(Tag.name)
