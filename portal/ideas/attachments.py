"""The rows of the pictures that people add to ideas, comments and responses, and staff to releases and boards."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, ForeignKey, ScalarSelect, String, select
from sqlalchemy.orm import Mapped, mapped_column, scoped_session

from portal.clock import now
from portal.database.reading import RowByRow
from portal.database.types import Base
from portal.settings import Settings
from portal.web.addresses import url_for


class Attachment(Base):
    """An image that somebody added, re-encoded and stored under a random key."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    alt: Mapped[str] = mapped_column(String(200), default="")
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("official_response.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", ondelete="CASCADE"), index=True)
    board_id: Mapped[int | None] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_action.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def places(cls) -> tuple[Any, ...]:
        """The columns that say what shows it."""
        return cls.idea_id, cls.comment_id, cls.response_id, cls.release_id, cls.board_id

    @property
    def url(self) -> str:
        return url_for("ideas.upload", key=self.key)


class Picture(NamedTuple):
    """An image as a page shows it."""

    id: int
    key: str
    alt: str
    width: int
    height: int
    owner_id: int | None

    @property
    def url(self) -> str:
        return url_for("ideas.upload", key=self.key)

    @classmethod
    def those(cls, where: ColumnElement[bool]) -> ScalarSelect[list[list[Any]]]:
        """A column of what makes these, for all()."""
        shown = RowByRow(*(Attachment.__table__.c[name] for name in cls._fields))
        return select(shown).where(where).correlate_except(Attachment).scalar_subquery()

    @classmethod
    def all(cls, rows: list[list[Any]] | None) -> "list[Picture]":
        """Those of such a column, oldest first."""
        return sorted(cls(*row) for row in rows or ())


def keys_in_use(ask: Connection | scoped_session[Any]) -> set[str]:
    """The keys of all files that something shows: pictures, and the logos of the brand."""
    logos = ask.execute(select(Settings.logo_light, Settings.logo_dark)).one()
    return {*ask.scalars(select(Attachment.key)), *filter(None, logos)}
