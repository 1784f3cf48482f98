"""Boards: where ideas are sorted, one for each idea."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, True_, or_, select, true
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.database.types import Base
from portal.database.wording import Name, Named, each, rows_of
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
