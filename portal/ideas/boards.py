"""Boards: where ideas are sorted, one for each idea."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, Text, True_, or_, select, true
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.database.types import Base
from portal.database.wording import Name, Named, chosen, each, rows_of
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.web.addresses import url_for


class BoardName(Name, Base):
    """What a board is called in one language."""

    __tablename__ = "board_name"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)


class BoardText(Base):
    """What a board is for, in one language."""

    __tablename__ = "board_text"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    description: Mapped[str] = mapped_column(Text, default="")


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
    texts: Mapped[dict[str, BoardText]] = rows_of("BoardText")
    image: Mapped[Attachment | None] = relationship(
        primaryjoin=Attachment.board_id == id, uselist=False, viewonly=True, order_by=Attachment.id.desc()
    )

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

    @property
    def descriptions(self) -> dict[str, str]:
        """What it is for, by language."""
        return {lang: text.description for lang, text in sorted(self.texts.items())}

    @property
    def description(self) -> str:
        """What it is for, in the reader's language."""
        return chosen(self.descriptions)

    @property
    def url(self) -> str:
        return url_for("ideas.on_board", slug=self.slug)

    def words(self, field: str) -> dict[str, str]:
        """What stands in this field of its form, by language."""
        return self.descriptions if field == "description" else self.names

    @classmethod
    def in_order(cls, for_: Any, *brought: Any) -> list["Board"]:
        """The boards in use that this person (or visitor) may see, as staff ordered them, with what is `brought`."""
        in_use = cls.visible_to(for_).where(cls.archived_at.is_(None)).options(*brought)
        return list(db.session.scalars(in_use.order_by(cls.position, cls.id)))
