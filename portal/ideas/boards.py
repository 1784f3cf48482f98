"""Boards: where ideas are sorted, one for each idea."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Select,
    String,
    Text,
    True_,
    bindparam,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.clock import now
from portal.database.holding import keep_all
from portal.database.reading import rows
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
    """What a board is for, and why it closes, in one language."""

    __tablename__ = "board_text"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    description: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")


class MergedBoard(Base):
    """A board that became another: its row stays, with its name and address, and no idea stands on it any more."""

    __tablename__ = "merged_board"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


def today() -> date:
    """The day by which boards close: it ends at midnight UTC, for everybody."""
    return now().date()


class Board(Named, Base):
    """A part of the product, such as Planning or Mobile app.

    `answer_threshold`: so many supporters are owed an answer. `answer_days`: within how many days one is promised, if
    not as the portal promises. `owner_id` answers, and `support_id` takes the issues that nobody answered in time.
    `closes_on`: from that day on it is closed; ahead of it that is announced, and on the day nothing has to run.
    """

    __tablename__ = "board"
    name_class = BoardName

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    closes_on: Mapped[date | None] = mapped_column(Date)
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

    @classmethod
    def is_over(cls) -> ColumnElement[bool]:
        """The condition of the boards that are closed by now."""
        return cls.closes_on <= bindparam("today", callable_=today, type_=Date(), unique=True)

    @classmethod
    def keeps_open(cls, board_id: Any) -> ColumnElement[bool]:
        """The condition of what stands on a board that is not closed, or on none."""
        return or_(board_id.is_(None), board_id.not_in(select(cls.id).where(cls.is_over())))

    @property
    def is_closed(self) -> bool:
        """Whether it only stays to be read: nothing is proposed, voted for or said there any more."""
        return self.closes_on is not None and self.closes_on <= today()

    @property
    def reasons(self) -> dict[str, str]:
        """Why it closes, by language."""
        return {lang: text.reason for lang, text in sorted(self.texts.items())}

    @property
    def reason(self) -> str:
        """Why it closes, in the reader's language; empty where nobody said, as of boards that were archived once."""
        return chosen(self.reasons)

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
        return {"description": self.descriptions, "reason": self.reasons}.get(field, self.names)

    @classmethod
    def in_order(cls, for_: Any, *brought: Any) -> list["Board"]:
        """The boards in use that this person (or visitor) may see, as staff ordered them, with what is `brought`."""
        open_ones = or_(cls.closes_on.is_(None), ~cls.is_over())
        in_use = cls.visible_to(for_).where(open_ones, cls.stands()).options(*brought)
        return list(db.session.scalars(in_use.order_by(cls.position, cls.id)))

    @classmethod
    def stands(cls) -> ColumnElement[bool]:
        """The condition of the boards that became no other."""
        return cls.id.not_in(select(MergedBoard.board_id))

    @classmethod
    def now_at(cls, slug: str) -> Self | None:
        """The board to which this address leads: the one that had it may have become another."""
        return db.session.get(cls, leads([slug]).get(slug, 0))

    @classmethod
    def taking(cls, slug: str, by: Any) -> Self | None:
        """The board that takes what this person sends to this address now; None where it is closed, or nowhere."""
        board = cls.keep_at(slug)
        seen = board is not None and db.session.scalar(cls.visible_to(by).where(cls.id == board.id)) is not None
        return board if board is not None and seen and not board.is_closed else None

    @classmethod
    def keep_at(cls, slug: str) -> Self | None:
        """The board to which this address leads; it becomes no other before the transaction ends. The caller has begun
        the write."""
        while True:
            id = leads([slug]).get(slug)
            kept = keep_all(cls, cls.id == id) if id else []
            if leads([slug]).get(slug) == id:
                return kept[0] if kept else None


def leads(slugs: Iterable[str]) -> dict[str, int]:
    """To the id of which board each of these addresses leads, past all merging; left out where to none."""
    found: dict[str, int] = {slug: id for slug, id in rows(_at(), {"slugs": [*slugs]})}
    merged = merged_boards() if found else {}
    return {slug: at_last(id, merged) for slug, id in found.items()}


def at_last(id: int, merged: dict[int, int]) -> int:
    """Which board this one is by now."""
    while id in merged:
        id = merged[id]
    return id


def merged_boards() -> dict[int, int]:
    """The boards that became another, with which."""
    return {board: into for board, into in rows(_merged(), {})}


def and_those_merged_into(id: int) -> list[int]:
    """The id of a board, and of every one that became it, however many steps ago."""
    merged = merged_boards()
    return [id, *(board for board in merged if at_last(board, merged) == id)]


@cache
def _at() -> Select[str, int]:
    return select(Board.slug, Board.id).where(Board.slug.in_(bindparam("slugs", expanding=True)))


@cache
def _merged() -> Select[int, int]:
    return select(MergedBoard.board_id, MergedBoard.into_id)
